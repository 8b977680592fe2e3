"""The sandbox's clock as the database keeps it: the interface stores a target, a worker steps there."""

import asyncio
from datetime import datetime

import asyncpg

from claims.api.services import BackwardsError
from claims.event_store import sandbox
from claims.event_store.sandbox import sandbox_state

_POLL = 0.02
"""Seconds between two looks at how far the worker has come."""


class StoredSandboxClock:
    """Fulfils the interface's port over a pool of connections."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Take the pool of the api."""
        self._pool = pool

    async def set_target(self, instant: datetime) -> None:
        """Say where the clock is to go; BackwardsError if it is there or further already."""
        try:
            await sandbox.set_target(self._pool, instant)
        except sandbox.BackwardsError as error:
            raise BackwardsError(str(error)) from None

    async def await_reached(self) -> datetime:
        """Wait until a worker has recorded and relayed all that lies before the target; return business time."""
        while (state := await sandbox_state(self._pool)).pending is not None:  # noqa: ASYNC110 - in another process
            await asyncio.sleep(_POLL)
        return state.now
