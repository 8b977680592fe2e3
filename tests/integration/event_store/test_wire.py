"""What goes over the wire, counted there: one statement for an append, two with the load."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from tests.integration.event_store.wire import Wire, tapped
from tests.support.postgres import Database
from tests.support.store import INSURER, NOON, answer, clock, commit, new_id

from claims.application.rows import PersonKey
from claims.event_store.pool import create_pool
from claims.event_store.store import PostgresEventStore


@pytest.fixture
async def line(claims_database: Database) -> AsyncIterator[tuple[Wire, asyncpg.Pool]]:
    """A wire that counts, and a pool of one connection over it."""
    with tempfile.TemporaryDirectory() as folder:
        async with tapped(claims_database.url("claims_command"), Path(folder)) as (wire, url):
            pool = await create_pool(url, name="tapped", size=1)
            yield wire, pool
            await pool.close()


async def test_a_command_is_two_statements_and_two_round_trips(line: tuple[Wire, asyncpg.Pool]) -> None:
    wire, pool = line
    store = PostgresEventStore(pool)
    first, second = new_id(), new_id()
    await store.append([commit({first: 1})])  # the connection has prepared its two statements
    await store.load(INSURER, [first])
    wire.sent.clear()
    await store.load(INSURER, [first, second], b"key")
    assert (wire.sent["E"], wire.round_trips) == (1, 1)
    everything = commit(
        {first: 2, second: 1},
        clocks=[clock(first, [NOON] * 6), clock(first, [NOON] * 6), clock(second, [NOON] * 6)],
        keys=[PersonKey(new_id(), second, b"wrapped")],
        answer=answer(first, b"key", 2),
    )
    assert await store.append([everything]) == {everything.command_id}
    assert (wire.sent["E"], wire.round_trips) == (2, 2)
    assert (wire.sent["Q"], wire.sent["P"]) == (0, 0)


async def test_many_commands_are_one_statement_too(line: tuple[Wire, asyncpg.Pool]) -> None:
    wire, pool = line
    store = PostgresEventStore(pool)
    await store.append([commit({new_id(): 1})])
    wire.sent.clear()
    assert len(await store.append([commit({new_id(): 1, new_id(): 1}) for _ in range(32)])) == 32
    assert (wire.sent["E"], wire.round_trips, wire.sent["P"]) == (1, 1, 0)
