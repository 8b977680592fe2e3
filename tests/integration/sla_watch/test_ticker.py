"""The watch sleeps until something is due, half a second at most, and an error of its own is not swallowed."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from tests.integration.sla_watch.scenes import Heard, said
from tests.support.store import clock, commit, new_id

from claims.event_store.store import PostgresEventStore
from claims.watch.ticker import LONGEST_SLEEP, Ticker, Watch


def soon(**ahead: float) -> datetime:
    """A moment near the database's own present."""
    return datetime.now(UTC) + timedelta(**ahead)  # noqa: TID251


async def open_clock(store: PostgresEventStore, mark: datetime) -> None:
    """A claim with a clock whose levels are all reached at one moment."""
    claim = new_id()
    await store.append([commit({claim: 1}, clocks=(clock(claim, [mark] * 6),))])


async def test_with_nothing_to_do_it_sleeps_half_a_second(store: PostgresEventStore, worker_pool: asyncpg.Pool) -> None:
    watch = Watch(worker_pool, Heard())
    assert await watch.tick() == LONGEST_SLEEP
    await open_clock(store, soon(hours=1))
    assert await watch.tick() == LONGEST_SLEEP == timedelta(seconds=0.5)


async def test_it_sleeps_no_longer_than_until_the_next_moment(
    store: PostgresEventStore, worker_pool: asyncpg.Pool
) -> None:
    due = soon(seconds=0.4)
    await open_clock(store, due)
    pause = await Watch(worker_pool, Heard()).tick()
    assert timedelta() <= pause <= timedelta(seconds=0.4)


async def test_a_tick_sweeps_until_nothing_is_due(store: PostgresEventStore, worker_pool: asyncpg.Pool) -> None:
    for _ in range(5):
        await open_clock(store, soon(seconds=-1))
    heard = Heard()
    await Watch(worker_pool, heard, batch=2).tick()
    assert [swept.moved for swept in heard.sweeps] == [2, 2, 1]


async def test_while_it_runs_a_clock_is_seen_at_its_moment(
    store: PostgresEventStore, worker_pool: asyncpg.Pool, owner: asyncpg.Connection
) -> None:
    heard = Heard()
    running = asyncio.create_task(Watch(worker_pool, heard).run())
    await open_clock(store, soon(seconds=0.3))
    async with asyncio.timeout(10):
        while not await said(owner):
            await asyncio.sleep(0.01)
    (detected,) = [each for swept in heard.sweeps for each in swept.said]
    assert 0 <= detected.lag < 0.5
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


class Away:
    """A pool whose server is away a few times."""

    def __init__(self, pool: asyncpg.Pool, errors: list[Exception]) -> None:
        self.pool = pool
        self.errors = errors

    async def fetchrow(self, *given: Any) -> Any:
        """Fail, while there are failures left."""
        if self.errors:
            raise self.errors.pop(0)
        return await self.pool.fetchrow(*given)


async def test_a_lost_connection_is_counted_and_tried_again(
    store: PostgresEventStore, worker_pool: asyncpg.Pool, owner: asyncpg.Connection
) -> None:
    await open_clock(store, soon(seconds=-1))
    heard = Heard()
    away: Any = Away(worker_pool, [ConnectionResetError(), asyncpg.DeadlockDetectedError("a rival")])
    running = asyncio.create_task(Watch(away, heard).run())
    async with asyncio.timeout(10):
        while not await said(owner):
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.wait([running])
    assert [type(error) for error in heard.errors] == [ConnectionResetError, asyncpg.DeadlockDetectedError]


async def test_any_other_error_ends_the_watch(worker_pool: asyncpg.Pool) -> None:
    away: Any = Away(worker_pool, [asyncpg.UndefinedTableError("clocks")])
    async with asyncio.timeout(10):
        with pytest.raises(asyncpg.UndefinedTableError):
            await Watch(away, Heard()).run()


async def test_ticks_follow_each_other_and_never_overlap() -> None:
    running, most, ticks = 0, 0, 0
    enough = asyncio.Event()

    async def tick() -> timedelta:
        nonlocal running, most, ticks
        running, ticks = running + 1, ticks + 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        if ticks == 20:
            enough.set()
        return timedelta()

    task = asyncio.create_task(Ticker(tick).run())
    async with asyncio.timeout(10):
        await enough.wait()
    task.cancel()
    await asyncio.wait([task])
    assert most == 1
