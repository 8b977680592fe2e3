"""A sandbox's time goes where the api says, in steps from one due moment to the next, and never backwards."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from tests.integration.sla_watch.scenes import Heard, NoOpenings, said
from tests.support.postgres import Database
from tests.support.store import INSURER, NOON, clock, commit, new_id

from claims.application.rows import Position
from claims.event_store.pool import create_pool
from claims.event_store.sandbox import (
    BackwardsError,
    NotASandboxError,
    await_reached,
    sandbox_state,
    set_target,
    start_at,
)
from claims.event_store.store import PostgresEventStore
from claims.event_store.tail import PostgresTail
from claims.watch.stepping import SandboxClock


class Sandbox:
    """A sandbox that begins at noon of 2026-03-02, with the api's and the worker's connections."""

    def __init__(self, database: Database, api: asyncpg.Pool, worker: asyncpg.Pool, owner: asyncpg.Connection) -> None:
        self.url = database.url("claims_worker")
        self.api, self.worker, self.owner = api, worker, owner
        self.store, self.tail = PostgresEventStore(api), PostgresTail(worker)
        self.settled: list[tuple[timedelta, list[str]]] = []

    async def settle(self, offset: timedelta) -> None:
        """Keep what was told and what the log said at that time."""
        self.settled.append((offset, await said(self.owner)))

    def clock(self) -> SandboxClock:
        """What a worker runs."""
        return SandboxClock(self.worker, self.url, NoOpenings(), self.settle, Heard())

    async def open_clock(self, *hours: float) -> None:
        """A claim with a clock whose marks lie so many hours after noon."""
        claim = new_id()
        marks = [NOON + timedelta(hours=each) for each in hours]
        await self.store.append([commit({claim: 1}, clocks=(clock(claim, marks),))])


@pytest.fixture
async def sandbox(claims_sandbox_database: Database) -> AsyncIterator[Sandbox]:
    """A sandbox at noon."""
    api = await create_pool(claims_sandbox_database.url("claims_command"), name="test api")
    worker = await create_pool(claims_sandbox_database.url("claims_worker"), name="test worker")
    owner = await asyncpg.connect(claims_sandbox_database.url(), command_timeout=30)
    assert await start_at(owner, NOON)
    yield Sandbox(claims_sandbox_database, api, worker, owner)
    await owner.close()
    await worker.close()
    await api.close()


async def test_a_sandbox_begins_where_it_is_told_and_only_before_anything_is_recorded(sandbox: Sandbox) -> None:
    assert NOON <= (await sandbox_state(sandbox.api)).now < NOON + timedelta(minutes=1)
    assert await start_at(sandbox.owner, NOON - timedelta(days=1))
    await sandbox.open_clock(1, 1, 1, 1, 1, 1)
    assert not await start_at(sandbox.owner, NOON)


async def test_what_is_recorded_carries_the_sandboxs_time(sandbox: Sandbox) -> None:
    claim = new_id()
    await start_at(sandbox.owner, NOON)
    await sandbox.store.append([commit({claim: 1})])
    loaded = await sandbox.store.load(INSURER, [claim])
    assert loaded.now is not None
    assert NOON <= loaded.events[claim][0].recorded_at <= loaded.now < NOON + timedelta(minutes=1)
    wall = datetime.now(UTC)  # noqa: TID251  (the wall clock is what is tested)
    assert abs(wall + loaded.sandbox_offset - loaded.now) < timedelta(minutes=1)


async def test_time_stops_at_every_due_moment_and_all_is_delivered_before_it_goes_on(sandbox: Sandbox) -> None:
    await sandbox.open_clock(1, 1, 10, 24, 48, 96)
    await sandbox.open_clock(2, 2, 2, 12, 50, 90)
    target = NOON + timedelta(hours=60)
    assert await set_target(sandbox.api, target) == target
    assert await sandbox.clock().step_if_asked()
    state = await await_reached(sandbox.api, target)
    assert (state.reached, state.pending) == (target, None)
    assert target <= state.now < target + timedelta(minutes=1)
    rows = await sandbox.owner.fetch(
        "select (extract(epoch from occurred_at - $1) / 3600)::int as mark, recorded_at - occurred_at as lag"
        " from events where actor = 'sla-watch' order by epoch, tx_id, seq",
        NOON,
    )
    assert [row["mark"] for row in rows] == [1, 2, 10, 12, 24, 48, 50]
    assert all(timedelta() <= row["lag"] < timedelta(seconds=30) for row in rows)
    assert [len(names) for _, names in sandbox.settled] == [1, 2, 3, 4, 5, 6, 7, 7]
    offsets = [offset for offset, _ in sandbox.settled]
    assert offsets == sorted(offsets)


async def test_what_lies_behind_the_target_is_left_alone(sandbox: Sandbox) -> None:
    await sandbox.open_clock(1, 1, 1, 1, 1, 1.01)
    await set_target(sandbox.api, NOON + timedelta(minutes=59))
    await sandbox.clock().step_if_asked()
    assert await said(sandbox.owner) == []


async def test_time_never_goes_backwards(sandbox: Sandbox) -> None:
    with pytest.raises(BackwardsError):
        await set_target(sandbox.api, NOON - timedelta(seconds=1))
    await set_target(sandbox.api, NOON + timedelta(days=2))
    with pytest.raises(BackwardsError):  # somebody waits for the other
        await set_target(sandbox.api, NOON + timedelta(days=1))
    await sandbox.clock().step_if_asked()
    with pytest.raises(BackwardsError):
        await set_target(sandbox.api, NOON + timedelta(days=1))
    later = NOON + timedelta(days=3)
    assert await set_target(sandbox.api, later) == later


async def test_outside_a_sandbox_time_cannot_be_moved(command_pool: asyncpg.Pool, owner: asyncpg.Connection) -> None:
    with pytest.raises(NotASandboxError):
        await set_target(command_pool, NOON + timedelta(days=1000))
    assert not await start_at(owner, NOON)
    state = await sandbox_state(command_pool)
    assert (state.sandbox, state.offset, state.target) == (False, timedelta(), None)


async def test_without_a_target_nobody_steps(sandbox: Sandbox) -> None:
    assert not await sandbox.clock().step_if_asked()
    assert sandbox.settled == []


async def test_one_worker_steps_and_its_lock_stalls_no_reader(sandbox: Sandbox) -> None:
    await sandbox.open_clock(1, 1, 1, 1, 1, 1)
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def settle(_: timedelta) -> None:
        inside.set()
        await go_on.wait()

    first = SandboxClock(sandbox.worker, sandbox.url, NoOpenings(), settle, Heard())
    await set_target(sandbox.api, NOON + timedelta(days=1))
    stepping = asyncio.create_task(first.step_if_asked())
    await inside.wait()
    assert not await sandbox.clock().step_if_asked()
    recorded = len(await sandbox.tail.read(Position(), 100))
    await sandbox.open_clock(30, 30, 30, 30, 30, 30)
    assert len(await sandbox.tail.read(Position(), 100)) == recorded + 1
    held = (
        "select count(*) from pg_stat_activity where application_name = 'claims sandbox clock' and backend_xid is null"
    )
    assert await sandbox.owner.fetchval(held) == 1
    go_on.set()
    assert await stepping


async def test_another_worker_goes_on_where_one_fell(sandbox: Sandbox) -> None:
    await sandbox.open_clock(1, 1, 1, 2, 3, 4)
    inside = asyncio.Event()

    async def hang(_: timedelta) -> None:
        inside.set()
        await asyncio.Event().wait()

    target = NOON + timedelta(hours=3.5)
    await set_target(sandbox.api, target)
    fallen = asyncio.create_task(SandboxClock(sandbox.worker, sandbox.url, NoOpenings(), hang, Heard()).run())
    await inside.wait()
    fallen.cancel()
    await asyncio.wait([fallen])
    runs = asyncio.create_task(sandbox.clock().run())
    async with asyncio.timeout(10):
        state = await await_reached(sandbox.api, target)
    assert state.pending is None
    assert await said(sandbox.owner) == ["clock_at_risk", "clock_breached", "clock_escalated"]
    runs.cancel()
    await asyncio.wait([runs])
