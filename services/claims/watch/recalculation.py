"""Recalculation after a new calendar: the worker goes through the clocks that run by an older one.

It keeps no state: what was moved names the new calendar and is not found again, so that a worker that was killed goes
on where it was, and several do no harm to each other. What a process decided by the old calendar before it noticed the
new one is found by a second round, and what runs again later (a bounced payment reopens a clock) by the rounds after.
"""

import asyncio
from datetime import timedelta
from typing import Protocol
from uuid import UUID

import asyncpg

from claims.application.calendars import ClockKey, before_all
from claims.application.ports import Reference
from claims.application.recalculation import CalendarVersions, Changes, NoRuleToRecalculateError, Recalculations
from claims.domain.working_days import Calendar
from claims.event_store.looking import look_again_and_again
from claims.projections.running_clocks import running_clocks

BATCH = 500
"""Clocks that are looked at together."""

PAUSE = 0.5
"""Seconds between two looks at whether there is a new calendar."""

SECOND_ROUND = timedelta(seconds=60)
"""After a new calendar: longer than a process takes to notice it and to end what it had begun."""

EVERY = timedelta(hours=1)
"""Between the rounds after."""


class RecalculationMetrics(Protocol):
    """What recalculation tells of itself."""

    def recalculated(self, version: int, moved: int) -> None:
        """A round is done."""
        ...

    def left(self, subject: UUID, error: Exception) -> None:
        """The clocks of a subject were left as they are, for want of a rule."""
        ...

    def lost(self, error: Exception) -> None:
        """The database was away; it is tried again."""
        ...


class Recalculation:
    """Brings running clocks to each new calendar."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        reference: Reference,
        versions: CalendarVersions,
        recalculations: Recalculations,
        metrics: RecalculationMetrics,
    ) -> None:
        """Take a pool of the worker's connections."""
        self._pool = pool
        self._reference = reference
        self._versions = versions
        self._recalculations = recalculations
        self._metrics = metrics
        self._version = 0
        self._next_round = 0.0

    async def run(self) -> None:
        """Recalculate until cancelled; an error that is not a lost connection ends it, and is to end the process."""
        await look_again_and_again(self.round_if_due, PAUSE, self._metrics.lost)

    async def round_if_due(self) -> bool:
        """Go through all running clocks if there is a new calendar, or it is time again; return whether it was."""
        version, now = self._reference.calendar.version, asyncio.get_running_loop().time()
        if version == self._version and now < self._next_round:
            return False
        is_new = version != self._version
        moved_clocks = await self.round()
        # Only after it is done: a round that was interrupted begins again.
        self._version = version
        self._next_round = now + (SECOND_ROUND if is_new else EVERY).total_seconds()
        self._metrics.recalculated(version, moved_clocks)
        return True

    async def round(self) -> int:
        """Go through all running clocks and return how many were moved."""
        calendar = self._reference.calendar
        changes = Changes(self._versions, calendar)
        count, after = 0, before_all()
        done: UUID | None = None
        while rows := await running_clocks(self._pool, calendar.version, after, BATCH):
            for row in rows:
                if row.subject != done and await changes.can_touch(row):
                    count += await self._recalculated(row.subject, calendar)
                    done = row.subject
            after = ClockKey.of(rows[-1])
        return count

    async def _recalculated(self, subject: UUID, calendar: Calendar) -> int:
        """A clock that nobody can recalculate is told; the others, and the worker's other loops, go on."""
        try:
            return await self._recalculations.recalculate(subject, calendar)
        except NoRuleToRecalculateError as error:
            self._metrics.left(subject, error)
            return 0
