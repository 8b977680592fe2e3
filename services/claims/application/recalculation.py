"""Recalculation: what a newer calendar makes of a subject's running clocks, planned and then recorded."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from claims.application.clock_columns import clock_columns
from claims.application.commits import Heading, Scribe
from claims.application.histories import Histories
from claims.application.pages import ClockRow
from claims.application.ports import EventStore, Reference
from claims.application.recorded import Basis
from claims.application.rows import Commit, Scope
from claims.domain.calendar_change import CalendarChange
from claims.domain.claim.evolve import fold
from claims.domain.claim.recalculation import recalculate
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import Terms
from claims.domain.clock_facts import ClockFact
from claims.domain.policy.ledger import Ledger
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
    """What a calendar makes of a claim's clocks."""

    tenant: str
    claim: Claim
    facts: tuple[ClockFact, ...]
    now: datetime


class Planner:
    """Works out what a calendar makes of the clocks of one claim, on its newest state; stores nothing."""

    def __init__(self, store: EventStore, histories: Histories, reference: Reference) -> None:
        self.store = store
        self.histories = histories
        self._reference = reference

    async def plan(self, scope: Scope, subject: UUID, calendar: Calendar) -> Planned | None:
        """Return the facts that would follow; None where there is no such claim for the scope.

        Raises:
            NoRuleToRecalculateError: it is no claim.
        """
        loaded = await self.store.load(scope, [subject])
        header = loaded.headers.get(subject)
        if loaded.tenant is None or loaded.now is None or header is None:
            return None
        if header.kind != "claim":
            raise NoRuleToRecalculateError(f"there is no rule to recalculate the clocks of a {header.kind}")
        history = self.histories.decoded(loaded.events[subject], self.histories.rings.blind())
        claim = self.histories.claim(subject, history)
        terms = Terms(loaded.now, self._reference.rulebooks, calendar, Ledger())
        return Planned(loaded.tenant, claim, recalculate(claim, terms), loaded.now)


class Recalculations:
    """Recalculates one claim at a time; any number may do so at once, and each claim is moved once."""

    def __init__(self, planner: Planner, ids: Callable[[], UUID]) -> None:
        """Take a planner over a store that the worker's login reaches: what is recorded holds no person."""
        self._planner = planner
        self._ids = ids

    async def recalculate(self, subject: UUID, calendar: Calendar) -> int:
        """Move the running clocks of a claim to a calendar; return how many were moved by this call.

        It is decided on the newest state until it is stored, or nothing is left to move.

        Raises:
            NoRuleToRecalculateError: it is no claim.
        """
        while True:
            planned = await self._planner.plan(_ALL, subject, calendar)
            if planned is None or not planned.facts:
                return 0
            commit = self._commit(planned, calendar)
            if await self._planner.store.append([commit]):
                return len(commit.clocks)

    def _commit(self, planned: Planned, calendar: Calendar) -> Commit:
        claim, facts = planned.claim, planned.facts
        heading = Heading(
            command_id=self._ids(),
            tenant=planned.tenant,
            actor=ACTOR,
            occurred_at=planned.now,
            judged_at=planned.now,
            basis=Basis(claim.rulebooks, calendar.version),
            correlation_id=f"calendar-{calendar.version}",
        )
        histories = self._planner.histories
        scribe = Scribe(heading, histories.codec, histories.rings.blind())
        after = fold(claim, ((fact, planned.now) for fact in facts))
        return Commit(
            command_id=heading.command_id,
            tenant=heading.tenant,
            actor=heading.actor,
            correlation_id=heading.correlation_id,
            gates={claim.claim_id: claim.version + 1},
            events=scribe.numbered(claim.claim_id, claim.version, facts),
            clocks=clock_columns(after, {fact.clock_id for fact in facts}),
        )
