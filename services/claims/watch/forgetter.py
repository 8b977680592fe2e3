"""Forgets idempotency keys that are older than thirty days, a few at a time."""

from typing import Never, Protocol

import asyncpg

from claims.event_store.forgetting import forget_keys
from claims.event_store.looking import look_again_and_again

PAUSE = 600.0
"""Seconds between two looks at what has grown old."""


class ForgetterMetrics(Protocol):
    """What the forgetter tells of itself."""

    def lost(self, error: Exception) -> None:
        """The database was away; it is tried again."""
        ...


class Forgetter:
    """Looks again and again for keys that are to be forgotten."""

    def __init__(self, pool: asyncpg.Pool, metrics: ForgetterMetrics) -> None:
        """Take a pool of the worker's connections."""
        self._pool = pool
        self._metrics = metrics

    async def run(self) -> Never:
        """Forget until cancelled; an error that is not a lost connection ends it, and is to end the process."""
        await look_again_and_again(self.forget_all, PAUSE, self._metrics.lost)

    async def forget_all(self) -> None:
        """Forget until none is left."""
        while await self.forget_some():
            pass

    async def forget_some(self) -> int:
        """Forget one batch and return how many keys it was."""
        async with self._pool.acquire() as connection:
            return await forget_keys(connection)
