"""The clocks that a claim's facts call for, and the facts that bring its clocks there.

Every obligation of the claim's rulebooks is compared with what the stream already says. So one place starts, tightens,
ends and reopens clocks, whichever command changed the claim, and nothing is decided by an event's name.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid5

from claims.domain.claim.clock_facts import ClockEnded, ClockFact, ClockReopened, ClockRescheduled, ClockStarted
from claims.domain.claim.grades import at_least
from claims.domain.claim.milestones import moment
from claims.domain.claim.money import outstanding, paid_in_full_at
from claims.domain.claim.state import Advance, Claim, Clock
from claims.domain.claim.terms import Terms, parameters
from claims.domain.rulebook import Limit, Obligation, Rulebook, Unit
from claims.domain.schedule import schedule


@dataclass(frozen=True, slots=True)
class Subject:
    """What one clock is about: an obligation of a rulebook, in a round, for the claim or one advance of it."""

    claim: Claim
    rulebook: Rulebook
    obligation: Obligation
    advance: Advance | None

    @property
    def scope(self) -> str:
        """Return the id of the advance, or nothing."""
        return "" if self.advance is None else str(self.advance.advance_id)

    @property
    def clock_id(self) -> UUID:
        """Return the clock's id, the same in every rebuild."""
        return uuid5(self.claim.claim_id, f"{self.obligation.id}\n{self.claim.round}\n{self.scope}")

    @property
    def starts_at(self) -> datetime | None:
        """Return the latest of the milestones that start it; None while one is missing."""
        moments = [moment(name, self.claim, self.advance) for name in self.obligation.starts]
        known = [at for at in moments if at is not None]
        return max(known) if len(known) == len(moments) else None

    @property
    def limit(self) -> Limit:
        """Return the limit by the bracket of what is payable."""
        return self.obligation.limit_for(None if self.advance is None else self.advance.amount)

    def first(self, names: tuple[str, ...], since: datetime) -> datetime | None:
        """Return the earliest of the milestones; those that can recur count from `since` on."""
        moments = (moment(name, self.claim, self.advance, since) for name in names)
        return min((at for at in moments if at is not None), default=None)


def subjects(claim: Claim, terms: Terms) -> Iterator[Subject]:
    """Yield everything that a clock may run on, obligation by obligation."""
    for reference in claim.rulebooks:
        rulebook = terms.rulebooks[reference]
        for obligation in rulebook.obligations:
            if obligation.scope == "claim":
                yield Subject(claim, rulebook, obligation, None)
                continue
            for advance in claim.advances.values():
                if advance.kind == obligation.advance_kind and advance.amount is not None:
                    yield Subject(claim, rulebook, obligation, advance)


def clock_facts(claim: Claim, terms: Terms) -> tuple[ClockFact, ...]:
    """Return the facts that bring the claim's clocks to what its other facts call for; empty if they are there."""
    facts: list[ClockFact] = []
    for subject in subjects(claim, terms):
        start = subject.starts_at
        known = claim.clocks.get(subject.clock_id)
        if known is not None:
            facts.extend(_moved(subject, known, start, terms))
        elif start is not None:
            started = _started(subject, start, terms)
            facts.append(started)
            facts.extend(_ending(subject, started.clock_id, start, started.due_at, None))
    return tuple(facts)


def _moved(subject: Subject, clock: Clock, start: datetime | None, terms: Terms) -> Iterator[ClockFact]:
    """A clock that runs again is looked at like one that never stopped: it may have become tighter meanwhile."""
    if not clock.running and not _ends(subject, clock.started_at, clock.due_at):
        yield ClockReopened(clock.clock_id)
        clock = replace(clock, ended_at=None, ended_as=None)
    due_at = clock.due_at
    for fact in _rescheduled(subject, clock, start, terms):
        yield fact
        due_at = fact.due_at
    yield from _ending(subject, clock.clock_id, clock.started_at, due_at, clock)


def _started(subject: Subject, start: datetime, terms: Terms) -> ClockStarted:
    limit, emergency = subject.limit, _emergency(subject, terms)
    plan = schedule(start, limit, terms.calendar, emergency=emergency)
    return ClockStarted(
        clock_id=subject.clock_id,
        rule=subject.obligation.id,
        round=subject.claim.round,
        scope=subject.scope,
        tier=str(subject.obligation.tier),
        responsible=subject.obligation.responsible,
        rulebook=subject.rulebook.reference,
        started_at=start,
        limit_amount=limit.amount,
        limit_unit=str(limit.unit),
        due_at=plan.due_at,
        due_date=plan.due_date,
        provisional=plan.provisional,
        marks=plan.marks,
        calendar_version=terms.calendar.version,
        flags=("emergency",) if emergency else (),
    )


def _rescheduled(subject: Subject, clock: Clock, start: datetime | None, terms: Terms) -> Iterator[ClockRescheduled]:
    """A change never lengthens a running clock: an earlier start or a shorter limit tightens it."""
    if not clock.running or start is None:
        return
    earlier = min(start, clock.started_at)
    emergency = _emergency(subject, terms)
    plan = schedule(earlier, subject.limit, terms.calendar, emergency=emergency)
    same_limit = subject.limit == Limit(clock.limit_amount, Unit(clock.limit_unit))
    tightened = plan.due_at < clock.due_at and not (same_limit and earlier == clock.started_at)
    if not tightened:
        yield from _emergency_marks(subject, clock, terms)
        return
    late_at_once = plan.due_at <= terms.now < clock.due_at
    new = {"emergency": emergency, "tightened": True, "late_by_reclassification": late_at_once}
    yield ClockRescheduled(
        clock_id=clock.clock_id,
        reason="tightened",
        due_before=clock.due_at,
        started_at=earlier,
        limit_amount=subject.limit.amount,
        limit_unit=str(subject.limit.unit),
        due_at=plan.due_at,
        due_date=plan.due_date,
        provisional=plan.provisional,
        marks=plan.marks,
        calendar_version=terms.calendar.version,
        flags=tuple(dict.fromkeys((*clock.flags, *(flag for flag, holds in new.items() if holds)))),
    )


def _emergency_marks(subject: Subject, clock: Clock, terms: Terms) -> Iterator[ClockRescheduled]:
    """A claim that becomes an emergency warns at half of the time as well, of the same due moment."""
    if "emergency" in clock.flags or not _emergency(subject, terms):
        return
    limit = Limit(clock.limit_amount, Unit(clock.limit_unit))
    plan = schedule(clock.started_at, limit, terms.calendar, emergency=True)
    if plan.due_at != clock.due_at or plan.marks == clock.marks:
        return
    yield ClockRescheduled(
        clock_id=clock.clock_id,
        reason="emergency",
        due_before=clock.due_at,
        started_at=clock.started_at,
        limit_amount=clock.limit_amount,
        limit_unit=clock.limit_unit,
        due_at=clock.due_at,
        due_date=clock.due_date,
        provisional=clock.provisional,
        marks=plan.marks,
        calendar_version=clock.calendar_version,
        flags=(*clock.flags, "emergency"),
    )


def _ending(
    subject: Subject, clock_id: UUID, start: datetime, due_at: datetime, known: Clock | None
) -> Iterator[ClockEnded]:
    """The earliest of what can end a clock ends it."""
    ends = _ends(subject, start, due_at)
    if ends:
        at, _, how = min(ends)
        if known is None or (known.ended_at, known.ended_as) != (at, how):
            yield ClockEnded(clock_id, at, how)


def _ends(subject: Subject, start: datetime, due_at: datetime) -> list[tuple[datetime, int, str]]:
    """Return what ends the clock, and when; of several at one moment met comes first, then extended, then cancelled."""
    ends: list[tuple[datetime, int, str]] = []
    met = subject.first(subject.obligation.met_by, start)
    extended = subject.first(subject.obligation.extended_by, start)
    cancelled = _cancelled(subject, start)
    if met is not None:
        ends.append((met, 0, "met"))
    if extended is not None and extended < due_at:
        ends.append((extended, 1, "extended"))
    if cancelled is not None:
        ends.append((cancelled, 2, "cancelled"))
    return ends


def _cancelled(subject: Subject, start: datetime) -> datetime | None:
    """Once the whole indemnity is paid, what was outstanding of an advance is owed no more."""
    named = subject.first(subject.obligation.cancelled_by, start)
    if named is None and subject.advance is not None and outstanding(subject.claim, subject.advance):
        return paid_in_full_at(subject.claim)
    return named


def _emergency(subject: Subject, terms: Terms) -> bool:
    """Say whether the clock warns at half of its time as well; one of hours never does."""
    grave = at_least(subject.claim.grade, parameters(subject.claim, terms).emergency_grade)
    return grave and subject.limit.unit is not Unit.HOURS
