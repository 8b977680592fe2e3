"""A server that restarts, falls silent or loses an answer costs a wait, never a command and never a second copy."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from tests.integration.event_store.wire import Wire, tapped
from tests.support.postgres import Database
from tests.support.store import INSURER, NOON, answer, clock, commit, event, new_id, until_waiting

from claims.event_store.errors import StoreUnavailableError
from claims.event_store.pool import create_pool
from claims.event_store.reader import Reader, create_engine
from claims.event_store.store import PostgresEventStore
from claims.event_store.tables import streams


@pytest.fixture
async def line(claims_database: Database) -> AsyncIterator[tuple[Wire, asyncpg.Pool]]:
    """A wire that can be told to fail, and a pool over it that does not wait long."""
    with tempfile.TemporaryDirectory() as folder:
        async with tapped(claims_database.url("claims_command"), Path(folder)) as (wire, url):
            pool = await create_pool(url, name="tapped", size=2, command_timeout=0.3)
            yield wire, pool
            pool.terminate()


async def test_an_append_whose_answer_was_lost_is_stored_once_and_said_to_be(
    line: tuple[Wire, asyncpg.Pool], owner: asyncpg.Connection
) -> None:
    wire, pool = line
    store = PostgresEventStore(pool)
    claim, policy = new_id(), new_id()
    await store.append([commit({claim: 1, policy: 1})])
    made = commit({claim: 2, policy: 2}, clocks=[clock(claim, [NOON] * 6)], answer=answer(claim, b"key", 2))
    wire.lose_next_answer = True
    assert await store.append([made]) == {made.command_id}
    assert not wire.lose_next_answer
    assert await owner.fetchval("select count(*) from events where causation_id = $1", made.command_id) == 2
    assert (await store.load(INSURER, [claim], b"key")).answer == made.answer


async def test_a_rival_of_an_append_whose_answer_was_lost_is_still_told_that_it_lost(
    line: tuple[Wire, asyncpg.Pool],
) -> None:
    wire, pool = line
    store = PostgresEventStore(pool)
    claim = new_id()
    await store.append([commit({claim: 1})])
    made, rival = commit({claim: 2}), commit({claim: 2})
    wire.lose_next_answer = True
    assert await store.append([made]) == {made.command_id}
    assert await store.append([rival, made]) == {made.command_id}


async def test_a_read_whose_answer_was_lost_is_made_again(line: tuple[Wire, asyncpg.Pool]) -> None:
    wire, pool = line
    store = PostgresEventStore(pool)
    claim = new_id()
    await store.append([commit({claim: 1})])
    wire.lose_next_answer = True
    assert set((await store.load(INSURER, [claim])).events) == {claim}


async def test_a_server_that_falls_silent_is_given_up_on_in_time(line: tuple[Wire, asyncpg.Pool]) -> None:
    wire, pool = line
    await PostgresEventStore(pool).append([commit({new_id(): 1})])
    wire.silent = True
    store = PostgresEventStore(pool, patience=timedelta(seconds=0.5))
    async with asyncio.timeout(5):
        with pytest.raises(StoreUnavailableError):
            await store.append([commit({new_id(): 1})])


async def test_after_a_restart_of_the_server_writes_and_reads_go_on(claims_database: Database) -> None:
    pool = await create_pool(claims_database.url("claims_command"), name="test", size=4)
    engine = create_engine(claims_database.url("claims_command"), name="test")
    store, reader = PostgresEventStore(pool), Reader(engine)
    claims = [new_id() for _ in range(4)]
    await asyncio.gather(*(store.append([commit({claim: 1})]) for claim in claims))
    await reader.rows(INSURER, streams.select())
    await asyncio.to_thread(claims_database.cluster.restart)
    second = [commit({claim: 2}) for claim in claims]
    stored = await asyncio.gather(*(store.append([each]) for each in second))
    assert frozenset().union(*stored) == {each.command_id for each in second}
    assert len(await reader.rows(INSURER, streams.select())) == len(claims)
    events = (await store.load(INSURER, claims)).events
    assert [len(events[claim]) for claim in claims] == [2] * len(claims)
    await pool.close()
    await engine.dispose()


async def test_the_victim_of_a_deadlock_is_stored_in_a_new_transaction(
    claims_database: Database, owner: asyncpg.Connection
) -> None:
    await owner.execute(f"alter database {claims_database.name} set deadlock_timeout = '20ms'")
    pool = await create_pool(claims_database.url("claims_command"), name="test", size=1)
    watcher = await asyncpg.connect(claims_database.url())
    store = PostgresEventStore(pool)
    claim = new_id()
    clocks = sorted((clock(claim, [NOON] * 6) for _ in range(2)), key=lambda each: each.clock_id)
    deadlocks = "select deadlocks from pg_stat_database where datname = current_database()"
    before = await watcher.fetchval(deadlocks)
    await store.append([commit({claim: 1}, clocks=clocks)])
    made = commit({claim: 2}, clocks=clocks)
    transaction = owner.transaction()
    await transaction.start()
    await owner.execute("select from clocks where clock_id = $1 for update", clocks[1].clock_id)
    appending = asyncio.create_task(store.append([made]))
    await until_waiting(watcher)
    await owner.execute("select from clocks where clock_id = $1 for update", clocks[0].clock_id)
    await transaction.rollback()
    assert await appending == {made.command_id}
    await pool.execute("select pg_stat_force_next_flush()")
    assert await watcher.fetchval(deadlocks) == before + 1
    await watcher.close()
    await pool.close()


async def test_a_mistake_of_ours_is_not_tried_again(claims_database: Database) -> None:
    pool = await create_pool(claims_database.url("claims_command"), name="test")
    store = PostgresEventStore(pool)
    claim = new_id()
    wrong = commit({claim: 1}, events=[event(claim, "one")])  # type: ignore[arg-type]
    async with asyncio.timeout(5):
        with pytest.raises(asyncpg.DataError):
            await store.append([wrong])
        await pool.close()
        with pytest.raises(asyncpg.InterfaceError, match="pool is closed"):
            await store.load(INSURER, [claim])
