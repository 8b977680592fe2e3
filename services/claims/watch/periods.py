"""Opens periodic obligations when their time has come; several workers may do so, each period is opened once.

Due work is worked out from what is registered, the rulebooks and the calendar. What is remembered between two looks is
only when a party is to be looked at again: a worker that starts looks at every party.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Never, Protocol

import asyncpg

from claims.application.periods import Periods
from claims.application.ports import Reference
from claims.event_store.looking import look_again_and_again
from claims.projections.parties import Registered, registered

PAUSE = 0.5
"""Seconds between two looks at what is registered."""


class PeriodMetrics(Protocol):
    """What the opening of periods tells of itself."""

    def opened(self, party: str, count: int) -> None:
        """Periods of a party were opened, or lapsed."""
        ...

    def lost(self, error: Exception) -> None:
        """The database was away; it is tried again."""
        ...


@dataclass(frozen=True, slots=True)
class _Known:
    """What a look at a party found."""

    version: int
    calendar: int
    again_at: datetime


class PeriodWatch:
    """Looks at each party when its registration, the calendar or the time gives something to do."""

    def __init__(self, pool: asyncpg.Pool, periods: Periods, reference: Reference, metrics: PeriodMetrics) -> None:
        """Take a pool of the worker's connections."""
        self._pool = pool
        self._periods = periods
        self._reference = reference
        self._metrics = metrics
        self._known: dict[str, _Known] = {}

    async def run(self) -> Never:
        """Look until cancelled; an error that is not a lost connection ends it, and is to end the process."""
        await look_again_and_again(self.open_due, PAUSE, self._metrics.lost)

    async def open_due(self) -> int:
        """Open everything that is due by now and return how much was opened, or lapsed, by this call."""
        there, count = await registered(self._pool), 0
        for code in self._waiting(there):
            calendar = self._reference.calendar.version
            looked = await self._periods.look(code)
            # Only after it is done: a look that was interrupted begins again.
            self._known[code] = _Known(looked.party_version, calendar, looked.again_at)
            if looked.recorded:
                self._metrics.opened(code, looked.recorded)
            count += looked.recorded
        return count

    async def next_moment(self) -> datetime | None:
        """Return when there is next something to look at: now at the earliest; None without parties."""
        there = await registered(self._pool)
        if self._waiting(there):
            return there.now
        return min((self._known[code].again_at for code in there.versions), default=None)

    def _waiting(self, there: Registered) -> list[str]:
        return [code for code, version in there.versions.items() if not self._is_settled(code, version, there.now)]

    def _is_settled(self, code: str, version: int, now: datetime) -> bool:
        """A look is good until something that it went by changes."""
        known = self._known.get(code)
        if known is None:
            return False
        seen = (known.version, known.calendar)
        return seen == (version, self._reference.calendar.version) and now < known.again_at
