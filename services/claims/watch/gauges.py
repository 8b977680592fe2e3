"""What the worker measures of the database every few seconds: clocks by rule and status, and how far the fence lags."""

from collections.abc import Mapping
from typing import Never, Protocol

import asyncpg

from claims.event_store.looking import look_again_and_again
from claims.event_store.tail import fence_lag

PAUSE = 5.0
"""Seconds between two looks."""

_OPEN = """
select rule, status, count(*)::integer from clocks
where status in ('open', 'at_risk', 'overdue', 'missed') group by rule, status
"""


class GaugeMetrics(Protocol):
    """What is shown."""

    def show_open_clocks(self, counts: Mapping[tuple[str, str], int]) -> None:
        """Replace the counts of clocks that have not ended, by rule and status."""
        ...

    def show_fence_lag(self, seconds: float) -> None:
        """Show the age of the oldest event that readers of the log may not see yet."""
        ...

    def lost(self, error: Exception) -> None:
        """The database was away; it is tried again."""
        ...


class Gauges:
    """Looks at the database again and again."""

    def __init__(self, pool: asyncpg.Pool, metrics: GaugeMetrics) -> None:
        """Take a pool of the worker's connections."""
        self._pool = pool
        self._metrics = metrics

    async def run(self) -> Never:
        """Look until cancelled; an error that is not a lost connection ends it, and is to end the process."""
        await look_again_and_again(self.look, PAUSE, self._metrics.lost)

    async def look(self) -> None:
        """Look once."""
        rows = await self._pool.fetch(_OPEN)
        self._metrics.show_open_clocks({(rule, status): count for rule, status, count in rows})
        _, seconds = await fence_lag(self._pool)
        self._metrics.show_fence_lag(seconds)
