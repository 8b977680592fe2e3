"""Recalculation: what a newer calendar makes of a subject's running clocks, planned and then recorded."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from claims.application.clock_columns import subject_columns
from claims.application.commits import Heading, Scribe
from claims.application.histories import Histories
from claims.application.pages import ClockRow
from claims.application.ports import EventStore, Reference
from claims.application.recorded import Basis
from claims.application.rows import Commit, Scope
from claims.application.subject_store import Found, SubjectStore, UnknownKindError
from claims.domain.calendar_change import CalendarChange
from claims.domain.clock_facts import ClockFact
from claims.domain.setting import Setting
from claims.domain.working_days import Calendar

ACTOR = "recalculation"

_ALL = Scope("worker")


class CalendarVersions(Protocol):
    """Every version of the calendar that a clock may name."""

    async def version(self, version: int) -> Calendar:
        """Return one version."""
        ...


class NoRuleToRecalculateError(Exception):
    """A clock belongs to a kind of subject whose clocks nobody here can recalculate: it stays as it is."""


class Changes:
    """Which running clocks a calendar can move, whatever version they were computed by."""

    def __init__(self, versions: CalendarVersions, after: Calendar) -> None:
        self._versions = versions
        self._after = after
        self._known: dict[int, CalendarChange] = {}

    async def can_touch(self, row: ClockRow) -> bool:
        """Say whether a clock can move; False is certain."""
        if row.calendar_version not in self._known:
            before = await self._versions.version(row.calendar_version)
            self._known[row.calendar_version] = CalendarChange.between(before, self._after)
        return self._known[row.calendar_version].can_touch(row)


@dataclass(frozen=True, slots=True)
class Planned:
    """What a calendar makes of a subject's clocks."""

    found: Found
    facts: tuple[ClockFact, ...]

    @property
    def now(self) -> datetime:
        """Return business time of the plan."""
        return self.found.now


class Planner:
    """Works out what a calendar makes of the clocks of one subject, on its newest state; stores nothing."""

    def __init__(self, store: EventStore, histories: Histories, reference: Reference) -> None:
        self.store = store
        self.histories = histories
        self._subjects = SubjectStore(store, histories)
        self._reference = reference

    async def plan(self, scope: Scope, subject: UUID, calendar: Calendar) -> Planned | None:
        """Return the facts that would follow; None where there is no such subject for the scope.

        Raises:
            NoRuleToRecalculateError: its kind is not known.
        """
        try:
            found = await self._subjects.found(scope, subject)
        except UnknownKindError as error:
            raise NoRuleToRecalculateError(f"there is no rule to recalculate the clocks of a {error.kind}") from error
        if found is None:
            return None
        setting = Setting(found.now, self._reference.rulebooks, calendar)
        return Planned(found, found.kind.recalculated(found.state, setting))


class Recalculations:
    """Recalculates one subject at a time; any number may do so at once, and each subject is moved once."""

    def __init__(self, planner: Planner, ids: Callable[[], UUID]) -> None:
        """Take a planner over a store that the worker's login reaches: what is recorded holds no person."""
        self._planner = planner
        self._ids = ids

    async def recalculate(self, subject: UUID, calendar: Calendar) -> int:
        """Move the running clocks of a subject to a calendar; return how many were moved by this call.

        It is decided on the newest state until it is stored, or nothing is left to move.

        Raises:
            NoRuleToRecalculateError: its kind is not known.
        """
        while True:
            planned = await self._planner.plan(_ALL, subject, calendar)
            if planned is None or not planned.facts:
                return 0
            commit = self._commit(planned, calendar)
            if await self._planner.store.append([commit]):
                return len(commit.clocks)

    def _commit(self, planned: Planned, calendar: Calendar) -> Commit:
        found, facts = planned.found, planned.facts
        heading = Heading(
            command_id=self._ids(),
            tenant=found.tenant,
            actor=ACTOR,
            occurred_at=planned.now,
            judged_at=planned.now,
            basis=Basis(found.state.rulebooks, calendar.version),
            correlation_id=f"calendar-{calendar.version}",
        )
        histories = self._planner.histories
        scribe = Scribe(heading, histories.codec, histories.rings.blind())
        after = found.kind.folded(found.state, facts, planned.now)
        region = found.kind.place(after).region
        return Commit(
            command_id=heading.command_id,
            tenant=heading.tenant,
            actor=heading.actor,
            correlation_id=heading.correlation_id,
            gates={found.subject_id: found.state.version + 1},
            events=scribe.numbered(found.subject_id, found.state.version, facts),
            clocks=subject_columns(found.subject_id, region, after.clocks, {fact.clock_id for fact in facts}),
        )
