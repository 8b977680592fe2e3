"""The clocks that a subject's facts call for, and the facts that bring its clocks there.

Every obligation that may bind the subject is compared with what its stream already says. So one place starts, tightens,
pauses, ends and reopens clocks, whichever command changed the subject, and nothing is decided by an event's name. It
knows nothing of claims: a subject is whatever has obligations.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeAlias
from uuid import UUID, uuid5

from claims.domain.clock import Clock
from claims.domain.clock_facts import ClockEnded, ClockFact, ClockReopened, ClockRescheduled, ClockStarted
from claims.domain.rulebook import Limit, Obligation, Tier, Unit
from claims.domain.schedule import Schedule, Span, schedule
from claims.domain.working_days import Calendar

Moment: TypeAlias = Callable[[str, datetime | None], datetime | None]
"""When a milestone was reached, by its name; of one that can recur, the first time from the moment given."""

_COUNTED_IN_DAYS = frozenset({Unit.WORKING_DAYS, Unit.CALENDAR_DAYS})


@dataclass(frozen=True, slots=True)
class Duty:
    """One obligation as it may bind a subject: the whole of it, or one part."""

    rulebook: str
    """The reference of the rulebook that it stands in."""
    obligation: Obligation
    scope: str
    """What of the subject it is about: empty, or the id of a tranche, a request or a period."""
    limit: Limit
    moment: Moment
    pauses: tuple[Span, ...] = ()
    """When its time is not counted."""
    lapsed_at: datetime | None = None
    """When it lost its object without any of the milestones that cancel it."""
    owed_by: str | None = None
    """Insurer or broker, where the rule leaves it open which; None: whom the rule names."""

    @property
    def starts_at(self) -> datetime | None:
        """Return the latest of the milestones that start it; None while one is missing."""
        moments = [self.moment(name, None) for name in self.obligation.starts]
        known = [at for at in moments if at is not None]
        return max(known) if len(known) == len(moments) else None

    def first(self, names: tuple[str, ...], since: datetime) -> datetime | None:
        """Return the earliest of the milestones; those that can recur count from `since` on."""
        moments = (self.moment(name, since) for name in names)
        return min((at for at in moments if at is not None), default=None)


class Subject(Protocol):
    """What owes: a claim, a complaint, a hazard, a party with its periods."""

    @property
    def subject_id(self) -> UUID:
        """Return the id of its stream."""
        ...

    @property
    def round(self) -> int:
        """Return how often it was begun, 1 if it was never reopened."""
        ...

    @property
    def round_since(self) -> datetime | None:
        """Return when the round began; None for the first."""
        ...

    @property
    def emergency(self) -> bool:
        """Say whether its clocks warn at half of their time as well."""
        ...

    @property
    def clocks(self) -> Mapping[UUID, Clock]:
        """Return the clocks that its stream knows, of all rounds."""
        ...

    def duties(self) -> Iterable[Duty]:
        """Return everything that a clock may run on in this round."""
        ...


def clock_id(subject_id: UUID, rule: str, round_: int, scope: str) -> UUID:
    """Return a clock's id, the same in every rebuild."""
    return uuid5(subject_id, f"{rule}\n{round_}\n{scope}")


def clock_facts(subject: Subject, now: datetime, calendar: Calendar) -> tuple[ClockFact, ...]:
    """Return the facts that bring the subject's clocks to what its other facts call for; empty if they are there."""
    facts: list[ClockFact] = list(_left_over(subject))
    for duty in subject.duties():
        facts.extend(_Clockwork(subject, duty, now, calendar).facts())
    return tuple(facts)


def calendar_facts(subject: Subject, now: datetime, calendar: Calendar) -> tuple[ClockRescheduled, ...]:
    """Return the facts that bring the subject's running clocks to a newer calendar; ended ones are never rewritten."""
    works = (_Clockwork(subject, duty, now, calendar) for duty in subject.duties())
    return tuple(fact for work in works for fact in work.recalculated())


def _left_over(subject: Subject) -> Iterator[ClockEnded]:
    """A new round cancels what an earlier one left running; a breach that stands already stays."""
    if subject.round_since is None:
        return
    for clock in subject.clocks.values():
        if clock.running and clock.round < subject.round:
            yield ClockEnded(clock.clock_id, max(subject.round_since, clock.started_at), "cancelled")


@dataclass(frozen=True, slots=True)
class _Clockwork:
    """One duty of a subject, as of a moment of business time and one version of the calendar."""

    subject: Subject
    duty: Duty
    now: datetime
    calendar: Calendar

    @property
    def clock_id(self) -> UUID:
        return clock_id(self.subject.subject_id, self.duty.obligation.id, self.subject.round, self.duty.scope)

    @property
    def emergency(self) -> bool:
        """One of hours, or one that is only shown, never warns at half of its time."""
        counted = self.duty.limit.unit in _COUNTED_IN_DAYS and self.duty.obligation.tier is not Tier.INFORMATION
        return counted and self.subject.emergency

    def facts(self) -> Iterator[ClockFact]:
        start, known = self.duty.starts_at, self.subject.clocks.get(self.clock_id)
        if known is not None:
            yield from self._moved(known, start)
        elif start is not None:
            started = self._started(start)
            yield started
            yield from self._ending(start, started.due_at, None)

    def recalculated(self) -> Iterator[ClockRescheduled]:
        """Yield what a calendar newer than the one that a running clock was computed by makes of it, if anything."""
        clock = self.subject.clocks.get(self.clock_id)
        if clock is None or not clock.running or clock.calendar_version >= self.calendar.version:
            return
        limit = Limit(clock.limit_amount, Unit(clock.limit_unit))
        plan = self._plan(clock.started_at, limit, emergency=self.emergency)
        known = (clock.due_at, clock.due_date, clock.provisional, clock.marks)
        if known != (plan.due_at, plan.due_date, plan.provisional, plan.marks):
            yield self._changed(clock, "calendar", clock.started_at, limit, plan, ())

    def _moved(self, clock: Clock, start: datetime | None) -> Iterator[ClockFact]:
        """A clock that runs again is looked at like one that never stopped: it may have become tighter meanwhile."""
        if not clock.running and not self._ends(clock.started_at, clock.due_at):
            yield ClockReopened(clock.clock_id)
            clock = replace(clock, ended_at=None, ended_as=None)
        started_at, due_at = clock.started_at, clock.due_at
        for fact in self._rescheduled(clock, start):
            yield fact
            started_at, due_at = fact.started_at, fact.due_at
        yield from self._ending(started_at, due_at, clock)

    def _plan(self, start: datetime, limit: Limit, *, emergency: bool) -> Schedule:
        return schedule(
            start,
            limit,
            self.calendar,
            emergency=emergency,
            pauses=self.duty.pauses,
            silent=self.duty.obligation.tier is Tier.INFORMATION,
        )

    def _started(self, start: datetime) -> ClockStarted:
        limit, emergency = self.duty.limit, self.emergency
        plan = self._plan(start, limit, emergency=emergency)
        return ClockStarted(
            clock_id=self.clock_id,
            rule=self.duty.obligation.id,
            round=self.subject.round,
            scope=self.duty.scope,
            tier=str(self.duty.obligation.tier),
            responsible=self.duty.owed_by or self.duty.obligation.responsible,
            rulebook=self.duty.rulebook,
            started_at=start,
            limit_amount=limit.amount,
            limit_unit=str(limit.unit),
            due_at=plan.due_at,
            due_date=plan.due_date,
            provisional=plan.provisional,
            marks=plan.marks,
            calendar_version=self.calendar.version,
            flags=_flags((), emergency=emergency, paused=plan.paused),
        )

    def _rescheduled(self, clock: Clock, start: datetime | None) -> Iterator[ClockRescheduled]:
        """A change never lengthens a running clock: an earlier start or a shorter limit tightens it, a pause aside."""
        if not clock.running or start is None:
            return
        earlier = min(start, clock.started_at)
        plan = self._plan(earlier, self.duty.limit, emergency=self.emergency)
        same_limit = self.duty.limit == Limit(clock.limit_amount, Unit(clock.limit_unit))
        moved = not (same_limit and earlier == clock.started_at)
        if plan.due_at < clock.due_at and moved:
            late_at_once = plan.due_at <= self.now < clock.due_at and not plan.paused
            new = {"tightened": True, "late_by_reclassification": late_at_once}
            added = tuple(flag for flag, holds in new.items() if holds)
            yield self._changed(clock, "tightened", earlier, self.duty.limit, plan, added)
        elif self.duty.pauses or "paused" in clock.flags:
            yield from self._paused(clock)
        else:
            yield from self._emergency_marks(clock)

    def _paused(self, clock: Clock) -> Iterator[ClockRescheduled]:
        """Time that is not counted moves the end, and holds every level while it lasts."""
        limit = Limit(clock.limit_amount, Unit(clock.limit_unit))
        plan = self._plan(clock.started_at, limit, emergency=self.emergency)
        if (plan.due_at, plan.marks) != (clock.due_at, clock.marks):
            reason = "paused" if plan.paused else "resumed"
            yield self._changed(clock, reason, clock.started_at, limit, plan, ())

    def _emergency_marks(self, clock: Clock) -> Iterator[ClockRescheduled]:
        """What becomes an emergency warns at half of the time as well, of the same due moment."""
        if "emergency" in clock.flags or not self.emergency:
            return
        limit = Limit(clock.limit_amount, Unit(clock.limit_unit))
        plan = self._plan(clock.started_at, limit, emergency=True)
        if plan.due_at == clock.due_at and plan.marks != clock.marks:
            as_it_was = replace(plan, due_date=clock.due_date, provisional=clock.provisional)
            fact = self._changed(clock, "emergency", clock.started_at, limit, as_it_was, ())
            yield replace(fact, calendar_version=clock.calendar_version)

    def _changed(  # noqa: PLR0913, PLR0917 - as many things make a change
        self, clock: Clock, reason: str, start: datetime, limit: Limit, plan: Schedule, added: tuple[str, ...]
    ) -> ClockRescheduled:
        flags = _flags(clock.flags, emergency=self.emergency, paused=plan.paused)
        return ClockRescheduled(
            clock_id=clock.clock_id,
            reason=reason,
            due_before=clock.due_at,
            started_at=start,
            limit_amount=limit.amount,
            limit_unit=str(limit.unit),
            due_at=plan.due_at,
            due_date=plan.due_date,
            provisional=plan.provisional,
            marks=plan.marks,
            calendar_version=self.calendar.version,
            flags=tuple(dict.fromkeys((*flags, *added))),
        )

    def _ending(self, start: datetime, due_at: datetime, known: Clock | None) -> Iterator[ClockEnded]:
        """The earliest of what can end a clock ends it; what came before it began ends it as it begins."""
        ends = self._ends(start, due_at)
        if ends:
            earliest, _, how = min(ends)
            at = max(earliest, start)
            if known is None or (known.ended_at, known.ended_as) != (at, how):
                yield ClockEnded(self.clock_id, at, how)

    def _ends(self, start: datetime, due_at: datetime) -> list[tuple[datetime, int, str]]:
        """Return what ends the clock, and when; of several at one moment met comes first, then extended."""
        ends: list[tuple[datetime, int, str]] = []
        met = self.duty.first(self.duty.obligation.met_by, start)
        extended = self.duty.first(self.duty.obligation.extended_by, start)
        without = (self.duty.first(self.duty.obligation.cancelled_by, start), self.duty.lapsed_at)
        cancelled = min((at for at in without if at is not None), default=None)
        if met is not None:
            ends.append((met, 0, "met"))
        if extended is not None and extended < due_at:
            ends.append((extended, 1, "extended"))
        if cancelled is not None:
            ends.append((cancelled, 2, "cancelled"))
        return ends


def _flags(before: tuple[str, ...], *, emergency: bool, paused: bool) -> tuple[str, ...]:
    """Return the flags of a clock: what once held stays, but for the pause."""
    kept = (flag for flag in before if flag != "paused")
    new = (flag for flag, holds in {"emergency": emergency, "paused": paused}.items() if holds)
    return tuple(dict.fromkeys((*kept, *new)))
