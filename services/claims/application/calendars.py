"""The calendar of working days: read, replaced, and previewed before it is."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from claims.application.calls import Caller, Contended, VersionMismatch
from claims.application.pages import BadCursor, ClockRow
from claims.application.recalculation import CalendarVersions, Changes, NoRuleToRecalculateError, Planned
from claims.application.rows import Scope
from claims.domain.calendar_notice import CalendarYear, calendar_year, with_notice
from claims.domain.clock_facts import ClockRescheduled
from claims.domain.working_days import Calendar, CalendarDay

LOOKED_AT = 5000
"""How many running clocks one part of a preview looks at, whether they move or not."""

_AT_ONCE = 500
_BREACHED = 4
_ATTEMPTS = 10


@dataclass(frozen=True, slots=True, order=True)
class ClockKey:
    """A clock in the order in which clocks are gone through: subject by subject."""

    tenant: str
    subject: UUID
    clock_id: UUID

    @classmethod
    def of(cls, row: ClockRow) -> "ClockKey":
        """Return the key of a clock."""
        return cls(row.tenant, row.subject, row.clock_id)


class CalendarStore(Protocol):
    """The versions of the calendar."""

    async def newest(self) -> Calendar:
        """Return the newest version, as it is stored now."""
        ...

    async def publish(self, calendar: Calendar, /, source: str, recorded_by: str) -> bool:
        """Store the next version; False if another was stored meanwhile."""
        ...


class ClocksByCalendar(Protocol):
    """The clocks that a new calendar can move."""

    async def running(self, scope: Scope, before: int, after: ClockKey, limit: int) -> tuple[ClockRow, ...]:
        """Return up to `limit` clocks of days that run by a calendar before a version, behind a key, in its order."""
        ...


class Plans(Protocol):
    """What recalculation would do to one subject."""

    async def plan(self, scope: Scope, subject: UUID, calendar: Calendar, /) -> Planned | None:
        """Return the facts that would follow; None where there is no such subject for the scope."""
        ...


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody says that the notice for a year settles."""

    year: int
    days: tuple[CalendarDay, ...]
    source: str
    """Where it was taken from, for the record."""


@dataclass(frozen=True, slots=True)
class Move:
    """A running clock that a calendar would move, and where to."""

    clock: ClockRow
    due_at: datetime
    due_date: date | None
    provisional: bool
    newly_late: bool
    """It would be late at once, and is not now."""
    late_no_more: bool
    """It is late, and would not be."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a part of a preview ended, and by which calendar it was computed."""

    version: int
    key: ClockKey


@dataclass(frozen=True, slots=True)
class Preview:
    """A part of what a notice would move."""

    based_on: int
    """The version of the calendar that is in force until then."""
    changes: bool
    """False: the calendar says already what the notice says, and nothing would be stored."""
    moves: tuple[Move, ...]
    reached: Reached | None
    """Where the next part begins; None at the end."""


class Calendars:
    """Everything that the interface does with the calendar."""

    def __init__(
        self, store: CalendarStore, versions: CalendarVersions, clocks: ClocksByCalendar, planner: Plans
    ) -> None:
        self._store = store
        self._versions = versions
        self._clocks = clocks
        self._planner = planner

    async def year(self, year: int) -> CalendarYear:
        """Return what the newest calendar says of a year."""
        return calendar_year(await self._store.newest(), year)

    async def put(self, caller: Caller, notice: Notice, if_match: int | None) -> CalendarYear:
        """Store the calendar after a notice as a new version; nothing is stored where it says what is known.

        Raises:
            VersionMismatch: the calendar is not at the version that the caller named.
            RuleViolation, InvalidFact: as `with_notice` says.
            Contended: others store calendars again and again.
        """
        for _ in range(_ATTEMPTS):
            known = await self._store.newest()
            if if_match not in {None, known.version}:
                raise VersionMismatch(if_match or 0, known.version)
            after = with_notice(known, notice.year, notice.days)
            if after is known or await self._store.publish(after, notice.source, caller.actor):
                return calendar_year(after, notice.year)
        raise Contended

    async def preview(self, scope: Scope, notice: Notice, after: Reached | None, limit: int) -> Preview:
        """Return up to `limit` of the running clocks that a notice would move, as recalculation would; stores nothing.

        It looks at a bounded number of clocks, so that a part can be short, or empty, before the end.

        Raises:
            BadCursor: the calendar changed since the part before: begin again.
            RuleViolation, InvalidFact: as `with_notice` says.
        """
        known = await self._store.newest()
        if after is not None and after.version != known.version:
            raise BadCursor("the calendar changed")
        wanted = with_notice(known, notice.year, notice.days)
        key, seen, moves = before_all() if after is None else after.key, 0, _Moves(self._planner, scope, wanted)
        changes = Changes(self._versions, wanted)
        async for row in self._running(scope, wanted.version, key):
            if await changes.can_touch(row):
                await moves.look_at(row)
            key, seen = ClockKey.of(row), seen + 1
            if len(moves.found) == limit or seen == LOOKED_AT:
                return Preview(known.version, wanted is not known, tuple(moves.found), Reached(known.version, key))
        return Preview(known.version, wanted is not known, tuple(moves.found), None)

    async def _running(self, scope: Scope, before: int, after: ClockKey) -> AsyncIterator[ClockRow]:
        while rows := await self._clocks.running(scope, before, after, _AT_ONCE):
            for row in rows:
                yield row
            if len(rows) < _AT_ONCE:
                return
            after = ClockKey.of(rows[-1])


class _Moves:
    """The moves that were found; each subject is planned once, since its clocks come one after the other."""

    def __init__(self, planner: Plans, scope: Scope, calendar: Calendar) -> None:
        self.found: list[Move] = []
        self._planner = planner
        self._scope = scope
        self._calendar = calendar
        self._subject: UUID | None = None
        self._planned: Planned | None = None

    async def look_at(self, row: ClockRow) -> None:
        if row.subject != self._subject:
            self._subject, self._planned = row.subject, None
            with suppress(NoRuleToRecalculateError):  # recalculation leaves them too
                self._planned = await self._planner.plan(self._scope, row.subject, self._calendar)
        if self._planned is None:
            return
        for fact in self._planned.facts:
            if isinstance(fact, ClockRescheduled) and fact.clock_id == row.clock_id and _shows(row, fact):
                self.found.append(_move(row, fact, self._planned.now))


def before_all() -> ClockKey:
    """Return the key before that of every clock."""
    return ClockKey("", UUID(int=0), UUID(int=0))


def _shows(row: ClockRow, fact: ClockRescheduled) -> bool:
    """Marks can move by themselves, with the working days after the end: nobody plans by them."""
    return (fact.due_at, fact.provisional) != (row.due_at, row.provisional)


def _move(row: ClockRow, fact: ClockRescheduled, now: datetime) -> Move:
    late, would_be = (marks[_BREACHED - 1] <= now for marks in (row.marks, fact.marks))
    return Move(row, fact.due_at, fact.due_date, fact.provisional, would_be and not late, late and not would_be)
