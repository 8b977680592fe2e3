"""Explanations of clocks, and the due-date calculator: what a rule comes to, without anything being stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, TypeAlias
from uuid import UUID

from claims.application.calls import NotFound
from claims.application.clock_status import KnownClock, obligation_of
from claims.application.pages import ClockRow
from claims.application.ports import Reference
from claims.application.rows import Scope
from claims.application.subject_store import Found
from claims.application.subjects import CLAIM, State, SubjectKind
from claims.domain.claim.state import Claim
from claims.domain.clock import Clock
from claims.domain.errors import InvalidFact, invalid
from claims.domain.explanation import Step, explain, stated
from claims.domain.moments import local_date
from claims.domain.money import Fen
from claims.domain.periodic.windows import window_of
from claims.domain.rulebook import Limit, Obligation, Rulebook, Unit, rulebooks_for
from claims.domain.schedule import Schedule, Span, apart, schedule
from claims.domain.setting import Setting
from claims.domain.working_days import Calendar

_Duty: TypeAlias = tuple[str, str, str]
"""Rulebook, rule and scope."""


class Calendars(Protocol):
    """Every version of the calendar that a clock may name."""

    async def version(self, version: int) -> Calendar:
        """Return one version."""
        ...


class Subjects(Protocol):
    """The claims, and whatever else has clocks."""

    async def found(self, scope: Scope, subject: UUID) -> Found | None:
        """Return a subject as it now stands; None where there is none for the scope."""
        ...


@dataclass(frozen=True, slots=True)
class DueDate:
    """What a rule comes to for a start and an amount."""

    rulebook: Rulebook
    obligation: Obligation
    started_at: datetime
    """Of a periodic report: when the window begins in which the start lies."""
    limit: Limit
    plan: Schedule
    calendar_version: int
    steps: tuple[Step, ...]


class Explanations:
    """Says why clocks are due when they are, and when one would be."""

    def __init__(self, reference: Reference, calendars: Calendars, subjects: Subjects) -> None:
        self._reference = reference
        self._subjects = subjects
        self._calendars = calendars

    async def of_clock(self, scope: Scope, clock: ClockRow) -> tuple[Step, ...]:
        """Return why a clock is due when it is, by the version of the calendar that it names.

        A clock whose due moment is not counted from its start has one line that says so.
        """
        obligation = obligation_of(clock, self._reference.rulebooks)
        pauses: tuple[Span, ...] = ()
        if obligation is not None and obligation.paused_by:
            found = await self._subjects.found(scope, clock.subject)
            if found is None:
                raise NotFound("clock", str(clock.clock_id))
            pauses = self._pauses(found.kind, found.state, found.now).get(_duty_of(clock), ())
        return await self._steps(clock, obligation, pauses)

    async def of_claim(self, claim: Claim, clocks: Iterable[Clock], now: datetime) -> Mapping[UUID, tuple[Step, ...]]:
        """Return the same by the id of each clock, for clocks of a claim that is at hand; `now` is business time."""
        rulebooks = self._reference.rulebooks
        known = [(clock, obligation_of(clock, rulebooks)) for clock in clocks]
        paused = any(obligation is not None and obligation.paused_by for _, obligation in known)
        pauses = self._pauses(CLAIM, claim, now) if paused else {}
        return {
            clock.clock_id: await self._steps(
                clock,
                obligation,
                pauses.get(_duty_of(clock), ()) if obligation is not None and obligation.paused_by else (),
            )
            for clock, obligation in known
        }

    async def _steps(
        self, clock: KnownClock, obligation: Obligation | None, pauses: tuple[Span, ...]
    ) -> tuple[Step, ...]:
        """Of the pauses those moved the end that began before it."""
        calendar = await self._calendars.version(clock.calendar_version)
        moving = tuple(each for each in apart(pauses, clock.started_at) if each.since < clock.due_at)
        try:
            limit = Limit(clock.limit_amount, Unit(clock.limit_unit))
            counted = schedule(clock.started_at, limit, calendar, emergency=False, pauses=moving)
        except ValueError:
            return stated(clock.due_at, clock.due_date)
        if counted.due_at != clock.due_at:
            return stated(clock.due_at, clock.due_date)
        brackets = () if obligation is None else obligation.brackets
        return explain(clock.started_at, limit, calendar, brackets, moving)

    def _pauses(self, kind: SubjectKind[Any], state: State, now: datetime) -> Mapping[_Duty, tuple[Span, ...]]:
        setting = Setting(now, self._reference.rulebooks, self._reference.calendar)
        return {
            (duty.rulebook, duty.obligation.id, duty.scope): duty.pauses
            for duty in kind.subject(state, setting).duties()
        }

    def due_date(self, rule: str, region: str, started_at: datetime, amount: Fen | None) -> DueDate:
        """Return when a clock of a rule would be due that starts in a region at an instant, for an amount in fen.

        The rulebooks are those applied there at that instant, the calendar is the newest.

        Raises:
            InvalidFact: no rulebook has the rule, or none that is applied there then; the limit goes by the amount and
                there is none; or the rule runs no period.
        """
        found = [
            (book, each)
            for book in rulebooks_for(self._reference.rulebooks.values(), region, started_at)
            for each in book.obligations
            if each.id == rule
        ]
        if not found:
            raise _not_applied(self._reference.rulebooks.values(), rule, region, started_at)
        book, obligation = found[-1]
        begun, limit = _begun(obligation, started_at, amount)
        calendar = self._reference.calendar
        plan = schedule(begun, limit, calendar, emergency=False)
        steps = explain(begun, limit, calendar, obligation.brackets)
        return DueDate(book, obligation, begun, limit, plan, calendar.version, steps)


def _not_applied(rulebooks: Iterable[Rulebook], rule: str, region: str, at: datetime) -> InvalidFact:
    """Say where and from when to when a rule is applied, or that there is no such rule."""
    spans = {
        (each.region, each.applied_from, each.applied_to or date.max)
        for each in rulebooks
        if any(obligation.id == rule for obligation in each.obligations)
    }
    if not spans:
        return invalid("/rule", f"No rulebook has the rule {rule}: GET /v1/rulebooks names those that there are.")
    applied = "; ".join(
        f"in {where} from {first} {'until further notice' if last == date.max else f'to {last}'}"
        for where, first, last in sorted(spans)
    )
    return invalid("/rule", f"{rule} is not applied in {region} on {local_date(at)}. It is applied {applied}.")


def _begun(obligation: Obligation, started_at: datetime, amount: Fen | None) -> tuple[datetime, Limit]:
    """A report that is due again and again is due in the month, quarter or year in which the start lies."""
    if obligation.periodic is None:
        return started_at, _limit(obligation, amount)
    window = window_of(obligation.periodic, local_date(started_at))
    return window.begins_at, window.limit


def _limit(obligation: Obligation, amount: Fen | None) -> Limit:
    if not obligation.brackets:
        raise invalid("/rule", f"{obligation.id} runs no period from a start: there is nothing to count.")
    try:
        return obligation.limit_for(amount)
    except ValueError:
        raise invalid("/amount", f"The limit of {obligation.id} goes by the amount: state it.") from None


def _duty_of(clock: KnownClock) -> _Duty:
    return clock.rulebook, clock.rule, clock.scope
