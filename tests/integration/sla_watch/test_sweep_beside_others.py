"""Watches and commands keep out of each other's way: in the log, on the rows, and at the fence."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from tests.integration.sla_watch.scenes import USUAL, Subject, hours
from tests.support.store import NOON

from claims.event_store.store import PostgresEventStore
from claims.watch import sweep as module
from claims.watch.sweep import next_moment, sweep


@pytest.fixture
def subject(store: PostgresEventStore) -> Subject:
    """A claim with a clock of the service tier."""
    return Subject(store)


GUARD = "and case when s.tx_id < pg_current_xact_id() then true end"


@pytest.mark.parametrize("guarded", [True, False])
async def test_a_withdrawal_never_stands_before_its_cause_in_the_log(
    subject: Subject,
    worker_pool: asyncpg.Pool,
    owner: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    guarded: bool,
) -> None:
    if not guarded:
        assert GUARD in module._SWEEP
        monkeypatch.setattr(module, "_SWEEP", module._SWEEP.replace(GUARD, ""))
    await subject.record()
    await sweep(worker_pool, hours(5))
    async with worker_pool.acquire() as connection, connection.transaction():
        await connection.execute("select pg_current_xact_id()")  # the sweep has begun, with another clock
        command = await subject.record(ended_at=hours(3), ended_as="met")
        moved = (await sweep(connection, hours(6))).moved
    await sweep(worker_pool, hours(6))
    rows = await owner.fetch("select name, causation_id from events order by epoch, tx_id, seq")
    order = [(row["name"] == "breach_withdrawn", row["causation_id"] == command) for row in rows][-2:]
    assert moved == (0 if guarded else 1)
    assert order == ([(False, True), (True, True)] if guarded else [(True, True), (False, True)])


async def test_a_clock_that_a_command_holds_is_left_for_the_next_sweep(
    store: PostgresEventStore, worker_pool: asyncpg.Pool, owner: asyncpg.Connection
) -> None:
    held, free = Subject(store), Subject(store)
    await held.record()
    await free.record()
    async with owner.transaction():
        await owner.execute("select from clocks where clock_id = $1 for update", held.clock.clock_id)
        assert (await sweep(worker_pool, hours(1.5))).moved == 1
    assert (await sweep(worker_pool, hours(1.5))).moved == 1


async def test_the_oldest_come_first_and_no_more_than_asked_for(
    store: PostgresEventStore, worker_pool: asyncpg.Pool, owner: asyncpg.Connection
) -> None:
    for delay in (3, 1, 2):
        await Subject(store).record(tuple(mark + timedelta(minutes=delay) for mark in USUAL))
    assert (await sweep(worker_pool, hours(1.9), limit=2)).moved == 2
    assert await owner.fetchval("select array_agg(marks[2] order by marks[2]) from clocks where level > 0") == [
        hours(1) + timedelta(minutes=1),
        hours(1) + timedelta(minutes=2),
    ]


async def test_an_idle_sweep_takes_no_transaction_id_and_so_stalls_nobody(
    subject: Subject, worker_pool: asyncpg.Pool
) -> None:
    await subject.record()
    async with worker_pool.acquire() as connection, connection.transaction():
        await sweep(connection, NOON)
        assert await connection.fetchval("select pg_current_xact_id_if_assigned()") is None
        await sweep(connection, hours(2))
        assert await connection.fetchval("select pg_current_xact_id_if_assigned()::text") is not None


async def test_the_next_moment_is_the_earliest_mark_and_at_once_for_what_is_handed_over(
    subject: Subject, worker_pool: asyncpg.Pool
) -> None:
    assert (await next_moment(worker_pool)).due is None
    ahead = datetime.now(UTC) + timedelta(hours=1)  # noqa: TID251  (the database's own present)
    await subject.record([ahead] * 6)
    assert (await next_moment(worker_pool)).due == ahead
    await subject.record([NOON] * 6, ended_at=NOON, ended_as="met")
    moment = await next_moment(worker_pool)
    assert moment.due == moment.now
