"""The sandbox's clock steps through the due moments in order: one worker, each step a transaction of its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Protocol

import asyncpg

from claims.event_store.looking import look_again_and_again
from claims.event_store.pool import SETTINGS
from claims.event_store.sandbox import sandbox_state
from claims.watch.sweep import BATCH, next_moment, sweep
from claims.watch.ticker import WatchMetrics

Settled = Callable[[timedelta], Awaitable[None]]
"""Told the new offset, returns when it has reached notifications and the relay has delivered all that is recorded."""


class Openings(Protocol):
    """What else has its moments, besides the clocks that run: what opens them."""

    async def next_moment(self) -> datetime | None:
        """Return when there is next something to open: now at the earliest; None for never."""
        ...

    async def open_due(self) -> int:
        """Open everything that is due by now."""
        ...


# A lock of a transaction that never writes: it has no transaction id, so that it stalls no reader of the log,
# and it goes with its session. Nothing but that session may be idle for as long as it likes.
_LOCK = "select pg_try_advisory_xact_lock(hashtextextended('claims.sandbox_clock', 0))"
_LOCK_SETTINGS = {**SETTINGS, "idle_in_transaction_session_timeout": "0", "application_name": "claims sandbox clock"}

_STEP = """
update sandbox_clock
set offset_us = greatest(offset_us, ceil(extract(epoch from $1::timestamptz - clock_timestamp()) * 1000000)::bigint)
"""
_REACHED = "update sandbox_clock set reached_at = $1 where target_at = $1"

_POLL = 0.05
_BESIDE_ANOTHER = 0.005


class SandboxClock:
    """Moves business time to the target that the api stored, never backwards, and past nothing that is due."""

    def __init__(
        self, pool: asyncpg.Pool, url: str, openings: Openings, settled: Settled, metrics: WatchMetrics
    ) -> None:
        """Take a pool of the worker's connections, and the same address for the session that holds the lock."""
        self._pool = pool
        self._url = url
        self._openings = openings
        self._settled = settled
        self._metrics = metrics

    async def run(self) -> None:
        """Step whenever there is a target, until cancelled; a lost connection or race is counted and tried again."""
        await look_again_and_again(self.step_if_asked, _POLL, self._metrics.lost)

    async def step_if_asked(self) -> bool:
        """Step to the target, if there is one and no other worker does; return whether this one did."""
        if (await sandbox_state(self._pool)).pending is None:
            return False
        async with self._lock() as alone:
            if alone is None:
                return False
            while (target := (await sandbox_state(alone)).pending) is not None:
                await self._step(target)
        return True

    async def _step(self, target: datetime) -> None:
        moments = ((await next_moment(self._pool)).due, await self._openings.next_moment())
        here = min(at for at in (*moments, target) if at is not None)
        await self._pool.execute(_STEP, here)
        await self._openings.open_due()
        await self._sweep_all()
        offset = (await sandbox_state(self._pool)).offset
        await self._settled(offset)
        if here == target:
            await self._pool.execute(_REACHED, target)

    async def _sweep_all(self) -> None:
        while (moment := await next_moment(self._pool)).due == moment.now:
            swept = await sweep(self._pool, moment.now, BATCH)
            if swept.moved:
                self._metrics.swept(swept)
            else:  # another watch holds what is due
                await asyncio.sleep(_BESIDE_ANOTHER)

    @asynccontextmanager
    async def _lock(self) -> AsyncIterator[asyncpg.Connection | None]:
        connection = await asyncpg.connect(self._url, command_timeout=10, server_settings=_LOCK_SETTINGS)
        try:
            async with connection.transaction(readonly=True):
                yield connection if await connection.fetchval(_LOCK) else None
        finally:
            await connection.close(timeout=5)
