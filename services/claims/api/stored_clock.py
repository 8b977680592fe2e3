"""The sandbox's clock as the database keeps it: the interface stores a target, a worker steps there."""

from datetime import datetime

import asyncpg

from claims.api.services import BackwardsError, ClockStep
from claims.event_store import sandbox


class StoredSandboxClock:
    """Fulfils the interface's port over a pool of connections."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Take the pool of the api."""
        self._pool = pool

    async def step(self, target: datetime, key: bytes, body_hash: bytes) -> ClockStep:
        """Say where the clock is to go, once for each key; BackwardsError if it is there or further already."""
        try:
            step = await sandbox.step_to(self._pool, target, key, body_hash)
        except sandbox.BackwardsError as error:
            raise BackwardsError(str(error)) from None
        return ClockStep(step.body_hash, step.target, step.replayed)

    async def await_reached(self, target: datetime) -> None:
        """Wait until a worker has recorded and relayed all that lies before the target."""
        await sandbox.await_reached(self._pool, target)
