"""Submissions of periodic reports: found by the clock that waits for them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol
from uuid import UUID

from claims.application.calls import Caller, Envelope, NotFound
from claims.application.pages import ClockRow
from claims.application.rows import Scope
from claims.application.subject_commands import Order, SubjectCommands
from claims.application.subjects import PERIOD
from claims.domain.clock import Clock
from claims.domain.errors import Rule, RuleViolation
from claims.domain.periodic.series import Series
from claims.domain.periodic.submit import SubmitReport, submit_report

PERIODIC = Rule("clock-not-periodic", "product", "Only the clock of a periodic report waits for a submission")

MakeSubmission = Callable[[datetime], SubmitReport]


class ClockTable(Protocol):
    """The clocks as they stand."""

    async def one(self, scope: Scope, clock_id: UUID) -> ClockRow | None:
        """Return a clock; None where there is none or it may not be seen."""
        ...


@dataclass(frozen=True, slots=True)
class SubmissionOutcome:
    """The answer to a submission: the series as it left it, and which clock of it was meant."""

    series: Series
    clock_id: UUID
    judged_at: datetime
    status: int
    replayed: bool
    tag: str
    """Of the clock as it stands."""

    @property
    def clock(self) -> Clock:
        """Return the clock that waited for the report."""
        return self.series.clocks[self.clock_id]


class Submissions:
    """Records that periodic reports were handed in."""

    def __init__(self, clocks: ClockTable, commands: SubjectCommands) -> None:
        self._clocks = clocks
        self._commands = commands

    async def submit(
        self, caller: Caller, clock_id: UUID, make: MakeSubmission, envelope: Envelope
    ) -> SubmissionOutcome:
        """Record a submission; of several about one period the first in time counts.

        If-Match names the clock as it was read. Raises NotFound for a clock that the caller does not see,
        RuleViolation for one that waits for no report, VersionMismatch, InvalidFact, KeyReused, Contended.
        """
        row = await self._row(caller.scope, clock_id)
        if row.subject_kind != PERIOD.name:
            raise RuleViolation(PERIODIC, f"{row.rule} is met by what happens, and not by a report.", clock=row.rule)
        tag = partial(self._tag, caller.scope, clock_id)
        order = Order(PERIOD, row.subject, lambda now, _: make(now), submit_report, tag=tag)
        outcome = await self._commands.execute(caller, order, envelope)
        standing = outcome.standing
        state, judged = standing.state, standing.judged_at
        return SubmissionOutcome(state, clock_id, judged, outcome.status, outcome.replayed, await tag())

    async def _tag(self, scope: Scope, clock_id: UUID) -> str:
        """Read behind the load of the series: whatever changes the clock from then on loses or wins the race."""
        return (await self._row(scope, clock_id)).tag

    async def _row(self, scope: Scope, clock_id: UUID) -> ClockRow:
        row = await self._clocks.one(scope, clock_id)
        if row is None:
            raise NotFound("clock", str(clock_id))
        return row
