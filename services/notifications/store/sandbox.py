"""The sandbox clock's row."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from notifications.application.errors import ClockBackwardsError
from notifications.store.connection import transaction
from notifications.store.tables import sandbox_clock

_MICROSECOND = timedelta(microseconds=1)


class StoredSandboxClock:
    """How far business time is ahead of the wall clock, in whole microseconds."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def move(self, offset: timedelta) -> None:
        """Set the offset; ClockBackwardsError when that would turn time back."""
        wanted = offset // _MICROSECOND
        forward = update(sandbox_clock).where(sandbox_clock.c.offset_us <= wanted).values(offset_us=wanted)
        async with transaction(self._engine) as connection:
            if (await connection.execute(forward)).rowcount:
                return
            standing = (await connection.execute(select(sandbox_clock.c.offset_us))).scalar_one()
        raise ClockBackwardsError(standing * _MICROSECOND)
