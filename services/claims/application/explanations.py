"""Explanations of clocks, and the due-date calculator: what a rule comes to, without anything being stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from claims.application.calls import NotFound
from claims.application.pages import ClockRow
from claims.application.ports import Reference
from claims.application.rows import Scope
from claims.application.subject_store import Found
from claims.domain.errors import InvalidFact, invalid
from claims.domain.explanation import Step, explain, stated
from claims.domain.moments import local_date
from claims.domain.money import Fen
from claims.domain.periodic.windows import window_of
from claims.domain.rulebook import Limit, Obligation, Rulebook, Unit, rulebooks_for
from claims.domain.schedule import Schedule, Span, apart, schedule
from claims.domain.setting import Setting
from claims.domain.working_days import Calendar


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
        calendar = await self._calendars.version(clock.calendar_version)
        obligation = _obligation(clock, self._reference.rulebooks)
        pauses = await self._pauses(scope, clock, obligation)
        try:
            limit = Limit(clock.limit_amount, Unit(clock.limit_unit))
            counted = schedule(clock.started_at, limit, calendar, emergency=False, pauses=pauses)
        except ValueError:
            return stated(clock.due_at, clock.due_date)
        if counted.due_at != clock.due_at:
            return stated(clock.due_at, clock.due_date)
        brackets = () if obligation is None else obligation.brackets
        return explain(clock.started_at, limit, calendar, brackets, pauses)

    async def _pauses(self, scope: Scope, clock: ClockRow, obligation: Obligation | None) -> tuple[Span, ...]:
        """Return what moved the end of the clock: the pauses of its subject that began while it ran."""
        if obligation is None or not obligation.paused_by:
            return ()
        found = await self._subjects.found(scope, clock.subject)
        if found is None:
            raise NotFound("clock", str(clock.clock_id))
        setting = Setting(found.now, self._reference.rulebooks, self._reference.calendar)
        pauses = (
            duty.pauses
            for duty in found.kind.subject(found.state, setting).duties()
            if (duty.rulebook, duty.obligation.id, duty.scope) == (clock.rulebook, clock.rule, clock.scope)
        )
        moving = apart(next(pauses, ()), clock.started_at)
        return tuple(each for each in moving if each.since < clock.due_at)

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


def _obligation(clock: ClockRow, rulebooks: Mapping[str, Rulebook]) -> Obligation | None:
    book = rulebooks.get(clock.rulebook)
    return None if book is None else next((each for each in book.obligations if each.id == clock.rule), None)
