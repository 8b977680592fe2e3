"""The eight rules of the event store, each beside what happens without it."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from tests.integration.sla_watch.scenes import INVERSIONS
from tests.support.postgres import Database
from tests.support.store import INSURER, NOON, clock, commit, new_id

import claims
from claims.application.rows import Commit, Position
from claims.event_store import pool as settings
from claims.event_store.arguments import STATEMENT, arguments
from claims.event_store.errors import AppendRefusedError
from claims.event_store.pool import create_pool
from claims.event_store.reader import create_engine
from claims.event_store.restore import begin_epoch
from claims.event_store.store import PostgresEventStore
from claims.event_store.tail import PostgresTail, fence_lag
from claims.watch.sweep import sweep

SERVICES = Path(claims.__file__).parent
GENERATION_BEFORE = "update events set tx_id = '9000000000000'; update clocks set tx_id = '9000000000000'"


@pytest.fixture
async def slow(claims_database: Database) -> AsyncIterator[asyncpg.Connection]:
    """A connection whose transactions stay open for as long as the test likes."""
    connection = await asyncpg.connect(claims_database.url("claims_worker"), command_timeout=30)
    yield connection
    await connection.close()


async def append_in(connection: asyncpg.Connection, made: Commit) -> None:
    """Append on a connection of one's own, inside whatever transaction it has."""
    rows = await connection.fetch(STATEMENT, *arguments([made]))
    assert [row[0] for row in rows] == [made.command_id]


async def seqs_of(tail: PostgresTail, limit: int = 1) -> list[int]:
    """Read the whole log in batches; the order numbers that were seen."""
    seen, after = [], Position()
    while batch := await tail.read(after, limit):
        after = batch[-1][0]
        seen += [position.seq for position, _ in batch]
    return seen


async def test_1_a_checkpoint_is_the_whole_tuple_or_events_are_lost(
    store: PostgresEventStore, tail: PostgresTail, slow: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    async with slow.transaction():
        await slow.execute("select pg_current_xact_id()")  # the older transaction writes last
        await store.append([commit({new_id(): 1})])
        await append_in(slow, commit({new_id(): 1}))
    assert await seqs_of(tail) == [2, 1]

    by_seq = (
        "select seq from events where seq > $1 and tx_id < pg_snapshot_xmin(pg_current_snapshot())"
        " order by epoch, tx_id, seq limit 1"
    )
    seen, after = [], 0
    while (seq := await owner.fetchval(by_seq, after)) is not None:
        seen.append(seq)
        after = seq
    assert seen == [2]  # with the fence, but without the tuple


async def test_1_and_without_the_fence_events_are_lost_too(
    store: PostgresEventStore, tail: PostgresTail, slow: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    async with slow.transaction():
        await append_in(slow, commit({new_id(): 1}))
        await store.append([commit({new_id(): 1})])
        assert await tail.read(Position(), 10) == []
        unfenced = await owner.fetchval("select max((epoch, tx_id, seq)::text) from events")
    assert await seqs_of(tail) == [1, 2]
    missed = "select count(*) from events where (epoch, tx_id, seq)::text < $1"
    assert await owner.fetchval(missed, unfenced) == 1  # whoever read up to there never comes back for it


async def test_2_a_stream_read_after_the_first_write_of_the_transaction_is_refused(
    store: PostgresEventStore, slow: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    claim = new_id()
    async with slow.transaction():
        await slow.execute("select pg_current_xact_id()")
        await store.append([commit({claim: 1})])
        with pytest.raises(asyncpg.PostgresError, match="read after this transaction's first write"):
            async with slow.transaction():
                await append_in(slow, commit({claim: 2}))
    await store.append([commit({claim: 2})])
    assert await owner.fetchval(INVERSIONS) == 0


async def test_2_else_a_reader_sees_version_two_before_version_one(
    store: PostgresEventStore, slow: asyncpg.Connection, owner: asyncpg.Connection
) -> None:
    claim = new_id()
    async with slow.transaction():
        await slow.execute("select pg_current_xact_id()")
        await store.append([commit({claim: 1})])
        version = await slow.fetchval("select max(version) from events where stream_id = $1", claim)
        await slow.execute(
            "insert into events (epoch, tenant, stream_id, version, name, schema_version, payload, occurred_at,"
            " recorded_at, actor, correlation_id, digest) select epoch, tenant, stream_id, $1, name, schema_version,"
            " payload, occurred_at, recorded_at, actor, correlation_id, digest from events",
            version + 1,
        )
    assert await owner.fetchval(INVERSIONS) > 0


async def test_3_a_writing_transaction_anywhere_on_the_server_stalls_the_fence(
    store: PostgresEventStore, tail: PostgresTail, owner: asyncpg.Connection, claims_database: Database
) -> None:
    elsewhere = await asyncpg.connect(claims_database.cluster.url("postgres"), command_timeout=30)
    async with elsewhere.transaction():
        await elsewhere.execute("select pg_current_xact_id()")
        await store.append([commit({new_id(): 1})])
        assert await tail.read(Position(), 10) == []
        events, seconds = await fence_lag(owner)
        assert (events, seconds > 0) == (1, True)
    assert len(await tail.read(Position(), 10)) == 1
    assert await fence_lag(owner) == (0, 0.0)
    await elsewhere.close()


async def test_3_so_a_client_that_sleeps_inside_one_is_cut_off(
    claims_database: Database, store: PostgresEventStore, tail: PostgresTail, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = await create_pool(claims_database.url("claims_worker"), name="test")
    engine = create_engine(claims_database.url("claims_command"), name="test")
    async with engine.connect() as connection:
        shown = await connection.exec_driver_sql("show idle_in_transaction_session_timeout")
        assert shown.scalar_one() == await patient.fetchval("show idle_in_transaction_session_timeout") == "10s"
    await patient.close()
    await engine.dispose()

    monkeypatch.setitem(settings.SETTINGS, "idle_in_transaction_session_timeout", "250ms")
    sleeper = await create_pool(claims_database.url("claims_worker"), name="test")
    async with sleeper.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await append_in(connection, commit({new_id(): 1}))
        await store.append([commit({new_id(): 1})])
        async with asyncio.timeout(10):
            while not await tail.read(Position(), 10):
                await asyncio.sleep(0.01)
    sleeper.terminate()


def test_4_nothing_notifies() -> None:
    # NOTIFY takes a lock on the whole server at commit: one command after another, whatever their streams.
    sources = [*SERVICES.rglob("*.sql"), *SERVICES.rglob("*.py")]
    assert len(sources) > 20
    assert [path for path in sources if re.search(r"(?i)\bpg_notify\b|\bnotify\s+\w+", path.read_text("utf-8"))] == []


async def test_5_after_a_restore_nothing_is_hidden_and_the_watch_goes_on(
    store: PostgresEventStore, tail: PostgresTail, worker_pool: asyncpg.Pool, owner: asyncpg.Connection
) -> None:
    claim = new_id()
    await store.append([commit({claim: 1}, clocks=(clock(claim, [NOON] * 6),))])
    await owner.execute(GENERATION_BEFORE)
    assert await seqs_of(tail) == []  # without a new epoch: hidden, and the clock is never touched
    assert (await sweep(worker_pool, NOON)).moved == 0
    assert await begin_epoch(owner) == 2
    assert await seqs_of(tail) == [1]
    assert (await sweep(worker_pool, NOON)).moved == 1
    assert await store.append([commit({claim: 2})])
    assert await seqs_of(tail) == [1, 2, 3]
    assert [row.version for _, row in await tail.read(Position(), 10) if row.stream_id == claim] == [1, 2]


async def test_5_a_checkpoint_of_before_the_restore_goes_on_where_it_stood(
    store: PostgresEventStore, tail: PostgresTail, owner: asyncpg.Connection
) -> None:
    await store.append([commit({new_id(): 1})])
    await owner.execute(GENERATION_BEFORE)
    await begin_epoch(owner)
    ((before, _),) = await tail.read(Position(), 10)
    await store.append([commit({new_id(): 1})])
    ((after, _),) = await tail.read(before, 10)
    assert (before.epoch, after.epoch) == (1, 2)
    assert after.tx_id < before.tx_id


async def test_6_transaction_ids_beyond_32_bits_go_over_the_driver_unharmed(
    store: PostgresEventStore, tail: PostgresTail, owner: asyncpg.Connection
) -> None:
    for _ in range(2):
        await store.append([commit({new_id(): 1})])
    await owner.execute("update events set epoch = 0, tx_id = (1099511627776 + seq)::text::xid8")
    (first, _), (second, _) = await tail.read(Position(), 10)
    assert (first.tx_id, second.tx_id) == (2**40 + 1, 2**40 + 2)
    assert [position for position, _ in await tail.read(first, 10)] == [second]
    assert [position for position, _ in await tail.read(Position(0, 2**40 + 1, 0), 10)] == [first, second]


async def test_6_every_connection_gives_up_in_time(claims_database: Database) -> None:
    pool = await create_pool(claims_database.url("claims_command"), name="test", command_timeout=0.1)
    with pytest.raises(TimeoutError):
        await pool.execute("select pg_sleep(30)")
    pool.terminate()
    default = await create_pool(claims_database.url("claims_command"), name="test")
    async with default.acquire() as connection:
        assert connection._config.command_timeout == settings.COMMAND_TIMEOUT
    await default.close()


async def test_7_a_lost_race_is_seen_by_the_next_load_because_each_has_its_own_transaction(
    store: PostgresEventStore, owner: asyncpg.Connection
) -> None:
    claim = new_id()
    await store.append([commit({claim: 1})])
    async with owner.transaction(isolation="repeatable_read"):
        versions = "select count(*) from events"
        assert await owner.fetchval(versions) == 1
        await store.append([commit({claim: 2})])
        assert await store.append([commit({claim: 2})]) == frozenset()
        assert len((await store.load(INSURER, [claim])).events[claim]) == 2
        assert await owner.fetchval(versions) == 1  # a retry in the old transaction would lose for ever


async def test_7_what_is_refused_is_not_tried_again(store: PostgresEventStore) -> None:
    claim = new_id()
    made = commit({claim: 1}, events=())
    async with asyncio.timeout(5):
        with pytest.raises(AppendRefusedError):
            await store.append([made])


async def test_8_nothing_is_kept_for_a_session(store: PostgresEventStore, command_pool: asyncpg.Pool) -> None:
    claim = new_id()
    await store.append([commit({claim: 1})])
    async with command_pool.acquire() as connection:
        held = PostgresEventStore(_Only(connection))
        assert (await held.load(INSURER, [claim])).tenant
        await held.append([commit({claim: 2})])
        for setting in ("role", "tenant", "broker", "region", "companions"):
            assert not await connection.fetchval("select current_setting($1, true)", f"anze.{setting}")


async def test_8_in_a_transaction_append_gives_the_caller_its_scope_back(
    store: PostgresEventStore, command_pool: asyncpg.Pool
) -> None:
    async with command_pool.acquire() as connection, connection.transaction():
        await connection.execute("select set_config('anze.role', 'broker', true)")
        await append_in(connection, commit({new_id(): 1}))
        assert await connection.fetchval("select current_setting('anze.role')") == "broker"


async def test_8_there_are_no_triggers_and_the_tenant_leads_every_key(owner: asyncpg.Connection) -> None:
    assert await owner.fetchval("select count(*) from pg_trigger where not tgisinternal") == 0
    keys = await owner.fetch(
        "select i.indexrelid::regclass::text as name, a.attname as first from pg_index i"
        " join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]"
        " where i.indisunique and i.indrelid in (select attrelid from pg_attribute where attname = 'tenant')"
        " and i.indrelid::regclass::text !~ '^pg_'"
    )
    assert {key["name"] for key in keys if key["first"] != "tenant"} == {"events_tail"}


def test_8_no_lock_belongs_to_a_session_and_the_position_to_no_other_module() -> None:
    session_lock = re.compile(r"pg_(try_)?advisory_lock|set_config\([^)]*false\)|(?i:set\s+session)")
    position = re.compile(r"\bseq\b|\bpg_snapshot_xmin\b")
    opaque = {"api", "application", "dashboard", "domain", "keys", "projections", "reference", "relay", "watch"}
    for path in [*SERVICES.rglob("*.sql"), *SERVICES.rglob("*.py")]:
        text = path.read_text("utf-8")
        assert not session_lock.search(text), path
        if opaque & set(path.parts) and path.name != "rows.py":
            assert not position.search(text), path


class _Only:
    """A pool of one connection."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.fetch = connection.fetch
        self.fetchrow = connection.fetchrow
