"""Keeps a projection up with the log: read, compute, then write last, with the checkpoint in one transaction."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Never, Protocol

import asyncpg

from claims.application.ports import Tail
from claims.application.rows import Position, StoredEventRow
from claims.projections.streams import Connection

BATCH = 200
"""Events a transaction: while it writes, it holds back every reader of the log."""

POLL = 0.1
"""Seconds between two looks at a log that has nothing new."""


class Checkpoints(Protocol):
    """How far each reader has come; the event store's module of that name fulfils it."""

    @property
    def CheckpointTakenError(self) -> type[Exception]:  # noqa: N802 - a module's class
        """Another process moved the checkpoint meanwhile: it has done the work."""
        ...

    async def load_checkpoint(self, connection: Any, name: str) -> Position:
        """Return where the reader stopped."""
        ...

    async def save_checkpoint(self, connection: Any, name: str, *, was: Position, now: Position) -> None:
        """Move it, in the transaction of what was written."""
        ...


class Projector(Protocol):
    """Turns events into rows."""

    @property
    def name(self) -> str:
        """The name of its checkpoint."""
        ...

    async def compute(self, connection: Connection, events: Sequence[StoredEventRow]) -> Any:
        """Return what is to be written for the events; it writes nothing, and raises for an event it does not know."""
        ...

    async def write(self, connection: Connection, computed: Any) -> None:
        """Write it; the same again changes nothing."""
        ...


class FollowerMetrics(Protocol):
    """What a follower tells of itself."""

    def lag(self, projection: str, seconds: float) -> None:
        """The age of the oldest event that the projection has not taken in; 0 when there is none."""
        ...

    def lost(self, error: Exception) -> None:
        """The database was away; it is tried again."""
        ...


class Follower:
    """Applies one projector to the log, from its checkpoint on; several processes may run it, one does the work."""

    def __init__(  # noqa: PLR0913, PLR0917 - each is another part of the outside
        self,
        pool: asyncpg.Pool,
        tail: Tail,
        checkpoints: Checkpoints,
        projector: Projector,
        metrics: FollowerMetrics,
        is_lost: Callable[[Exception], bool],
    ) -> None:
        """Take a pool of the worker's connections; `is_lost` says of an error that the database was away."""
        self._pool = pool
        self._tail = tail
        self._checkpoints = checkpoints
        self._projector = projector
        self._metrics = metrics
        self._is_lost = is_lost

    async def run(self) -> Never:
        """Follow the log until cancelled; an error that is not a lost connection ends it, and is to end the process."""
        while True:
            try:
                busy = await self.step() > 0
            except Exception as error:
                if not self._is_lost(error):
                    raise
                self._metrics.lost(error)
                busy = False
            if not busy:
                await asyncio.sleep(POLL)

    async def step(self, limit: int = BATCH) -> int:
        """Take in up to `limit` events and return how many; 0 also where another process was faster."""
        name = self._projector.name
        was = await self._checkpoints.load_checkpoint(self._pool, name)
        batch = await self._tail.read(was, limit)
        if not batch:
            self._metrics.lag(name, 0.0)
            return 0
        events = [event for _, event in batch]
        await self._show_lag(name, events[0].recorded_at)
        computed = await self._projector.compute(self._pool, events)
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                await self._projector.write(connection, computed)
                await self._checkpoints.save_checkpoint(connection, name, was=was, now=batch[-1][0])
        except self._checkpoints.CheckpointTakenError:
            return 0
        return len(batch)

    async def _show_lag(self, name: str, oldest: datetime) -> None:
        now: datetime = await self._pool.fetchval("select business_now()")
        self._metrics.lag(name, max(0.0, (now - oldest).total_seconds()))
