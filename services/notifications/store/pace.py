"""When each robot was written to, shared by all workers."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from notifications.application.ports import Clock
from notifications.domain.rates import Rate, still_counting, wait_for
from notifications.store.connection import transaction
from notifications.store.tables import robot_sends


class PostgresPace:
    """One row for each receiver; its lock lets one worker at a time count."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    async def take(self, receiver: bytes, rates: Sequence[Rate]) -> timedelta:
        """Take the right to send one message now, if the answer is zero; else wait as long as it says."""
        its = robot_sends.c.receiver == receiver
        async with transaction(self._engine) as connection:
            await connection.execute(insert(robot_sends).values(receiver=receiver, sent=[]).on_conflict_do_nothing())
            row = (await connection.execute(select(robot_sends.c.sent).where(its).with_for_update())).one()
            # Read behind the lock: whoever held it may have been given a later moment than ours before.
            now = self._clock.wall()
            sent = still_counting(row.sent, rates, now)
            wait = wait_for(sent, rates, now)
            if not wait:
                await connection.execute(update(robot_sends).where(its).values(sent=[*sent, now]))
        return wait
