"""Tenants are separated in the database too: by roles, row-level security, and settings of one transaction."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import cycle

import asyncpg
import pytest
from sqlalchemy import select
from tests.support.postgres import Database
from tests.support.store import INSURER, NOON, TENANT, answer, clock, commit, event, header, new_id

from claims.application.rows import PersonKey, Scope
from claims.domain.moments import NEVER
from claims.event_store.errors import RoleUnknownError
from claims.event_store.reader import Reader, create_engine
from claims.event_store.store import PostgresEventStore
from claims.event_store.tables import clocks, events, person_keys, streams

OTHER = Scope("insurer", tenant="another")
TENANT_TABLES = ("events", "streams", "clocks", "person_keys", "commands")
READS = 2000


@pytest.fixture
async def reader(claims_database: Database) -> AsyncIterator[Reader]:
    """Reads as the api makes them."""
    engine = create_engine(claims_database.url("claims_command"), name="test", size=4)
    yield Reader(engine)
    await engine.dispose()


async def populate(store: PostgresEventStore) -> None:
    """Give two tenants a claim each, with a clock, a key of a person and an answer."""
    for tenant, region, broker in ((TENANT, "440300", "mars"), ("another", "110105", "venus")):
        claim = new_id()
        await store.append(
            [
                commit(
                    {claim: 1},
                    tenant=tenant,
                    headers=(header(claim, region=region, broker=broker),),
                    clocks=(clock(claim, [NOON] * 6, region=region),),
                    keys=(PersonKey(new_id(), claim, b"wrapped"),),
                    answer=answer(claim, b"key"),
                )
            ]
        )


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (INSURER, {TENANT}),
        (Scope("operations", tenant=TENANT), {TENANT}),
        (OTHER, {"another"}),
        (Scope("broker", broker="mars"), {TENANT}),
        (Scope("broker", broker="mars", tenant="another"), {TENANT}),
        (Scope("regulator", region="440000"), {TENANT}),
        (Scope("regulator", region="110000"), {"another"}),
        (Scope("regulator", region="440305"), set()),
        (Scope("admin"), {TENANT, "another"}),
        (Scope("insurer"), set()),
        (Scope("broker"), set()),
        (Scope("regulator"), set()),
    ],
    ids=lambda value: str(value) if isinstance(value, Scope) else " ".join(sorted(value)) or "none",
)
async def test_lists_show_what_the_caller_may_see(
    store: PostgresEventStore, reader: Reader, scope: Scope, seen: set[str]
) -> None:
    await populate(store)
    for table in (events, streams, clocks):
        assert {row["tenant"] for row in await reader.rows(scope, select(table.c.tenant))} == seen
    keys = {row["tenant"] for row in await reader.rows(scope, select(person_keys.c.tenant))}
    assert keys == (seen if scope.role in {"insurer", "operations"} else set())


BROKERS_CLAIM = Scope("broker", broker="mars")
REGION = Scope("regulator", region="440000")


@pytest.mark.parametrize(
    ("columns", "seen_by"),
    [
        ({}, [INSURER, BROKERS_CLAIM, REGION]),
        ({"tier": "target"}, [INSURER]),
        ({"tier": "target", "responsible": "broker"}, [INSURER, BROKERS_CLAIM]),
        ({"provisional": True}, [INSURER]),
        ({"provisional": True, "responsible": "broker"}, [INSURER]),
    ],
    ids=str,
)
async def test_targets_and_provisional_clocks_never_leave_the_insurer(
    store: PostgresEventStore, reader: Reader, columns: dict[str, object], seen_by: list[Scope]
) -> None:
    claim, clock_id = new_id(), new_id()
    headers = (header(claim, broker="mars"), header(clock_id, "clock", broker="mars"))
    made = clock(claim, [NOON] * 6, clock_id, **columns)
    await store.append([commit({claim: 1, clock_id: 1}, headers=headers, clocks=(made,))])
    for scope in (INSURER, BROKERS_CLAIM, REGION):
        rows = await reader.rows(scope, select(clocks.c.clock_id))
        told = await reader.rows(scope, select(events.c.stream_id))
        assert ([row["clock_id"] for row in rows] == [clock_id]) is (scope in seen_by)
        assert {row["stream_id"] for row in told} == ({claim, clock_id} if scope in seen_by else {claim})


@pytest.mark.parametrize("name", ["clock_started", "clock_rescheduled", "clock_ended", "clock_reopened"])
async def test_what_a_claims_stream_says_of_clocks_is_told_to_its_tenant_alone(
    store: PostgresEventStore, reader: Reader, name: str
) -> None:
    claim = new_id()
    facts = [event(claim), replace(event(claim, 2), name=name)]
    await store.append([commit({claim: 1}, headers=(header(claim, broker="mars"),), events=facts)])
    for scope, told in ((INSURER, ["claim_reported", name]), (BROKERS_CLAIM, ["claim_reported"])):
        rows = await reader.rows(scope, select(events.c.name).order_by(events.c.version))
        assert [row["name"] for row in rows] == told


@pytest.mark.parametrize(("microseconds", "status"), [(-1, "met"), (0, "met_late")])
async def test_a_provisional_clock_that_was_met_after_its_due_moment_was_met_late(
    store: PostgresEventStore, reader: Reader, microseconds: int, status: str
) -> None:
    claim = new_id()
    late = clock(claim, [NOON] * 3 + [NEVER] * 3, provisional=True, ended_as="met")
    late = replace(late, ended_at=late.due_at + timedelta(microseconds=microseconds))
    await store.append([commit({claim: 1}, clocks=(late,))])
    assert [row["status"] for row in await reader.rows(INSURER, select(clocks.c.status))] == [status]


async def test_two_thousand_interleaved_reads_of_two_tenants_leak_none(
    store: PostgresEventStore, reader: Reader
) -> None:
    await populate(store)
    scopes = cycle((INSURER, OTHER))

    async def read(scope: Scope) -> bool:
        rows = await reader.rows(scope, select(events.c.tenant))
        return [row["tenant"] for row in rows] == [scope.tenant]

    right: list[bool] = []
    for _ in range(READS // 50):
        right += await asyncio.gather(*(read(next(scopes)) for _ in range(50)))
    assert (len(right), all(right)) == (READS, True)


async def test_a_tenant_set_for_a_session_would_leak(store: PostgresEventStore, command_pool: asyncpg.Pool) -> None:
    await populate(store)

    async def read(scope: Scope) -> bool:
        await command_pool.fetchrow(
            "select set_config('role', 'claims_read', false), set_config('anze.role', 'insurer', false),"
            " set_config('anze.tenant', $1, false)",
            scope.tenant,
        )
        rows = await command_pool.fetch("select tenant from events")
        return [row["tenant"] for row in rows] == [scope.tenant]

    scopes = cycle((INSURER, OTHER))
    assert not all(await asyncio.gather(*(read(next(scopes)) for _ in range(200))))


async def test_the_api_has_no_right_on_any_table(store: PostgresEventStore, command_pool: asyncpg.Pool) -> None:
    await populate(store)
    for table in (*TENANT_TABLES, "log_epoch", "sandbox_clock", "instance", "checkpoints"):
        for statement in (f"select * from {table}", f"delete from {table}", f"update {table} set tenant = 'x'"):  # noqa: S608
            with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.UndefinedColumnError)):
                await command_pool.execute(statement)


async def test_the_api_may_call_load_and_append_and_nothing_that_they_are_made_of(command_pool: asyncpg.Pool) -> None:
    functions = await command_pool.fetch(
        "select proname from pg_proc where pronamespace = 'public'::regnamespace"
        " and has_function_privilege('claims_command', oid, 'execute') order by 1"
    )
    assert [row["proname"] for row in functions] == [
        "append",
        "load",
        "publish_calendar",
        "sandbox_state",
        "set_sandbox_target",
        "step_sandbox",
    ]


async def test_what_runs_with_the_owners_rights_has_a_fixed_search_path(owner: asyncpg.Connection) -> None:
    rows = await owner.fetch(
        "select proname, proconfig, proowner::regrole::text as owner from pg_proc"
        " where prosecdef and pronamespace = 'public'::regnamespace"
    )
    assert {row["proname"] for row in rows} >= {"append", "load"}
    for row in rows:
        assert row["owner"] == "claims_owner"
        assert "search_path=public, pg_temp" in row["proconfig"]
    assert await owner.fetchval("select rolcanlogin from pg_roles where rolname = 'claims_owner'") is False


async def test_row_level_security_is_forced_on_the_owner_too(
    store: PostgresEventStore, owner: asyncpg.Connection
) -> None:
    await populate(store)
    forced = await owner.fetch(
        "select relname from pg_class"
        " where relrowsecurity and relforcerowsecurity and relnamespace = 'public'::regnamespace"
    )
    assert {row["relname"] for row in forced} >= set(TENANT_TABLES)
    async with owner.transaction():
        await owner.execute("set local role claims_owner")
        for table in TENANT_TABLES:
            assert await owner.fetch(f"select * from {table}") == []  # noqa: S608


async def test_every_table_with_a_tenant_is_under_row_level_security(owner: asyncpg.Connection) -> None:
    bare = await owner.fetch(
        "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant'"
        " where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace"
        " and not (c.relrowsecurity and c.relforcerowsecurity)"
    )
    assert bare == []


async def test_a_transaction_that_sets_nothing_sees_nothing(
    store: PostgresEventStore, command_pool: asyncpg.Pool
) -> None:
    await populate(store)
    async with command_pool.acquire() as connection, connection.transaction():
        await connection.execute("set local role claims_read")
        for table in ("events", "streams", "clocks", "person_keys"):
            assert await connection.fetch(f"select * from {table}") == []  # noqa: S608
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch("select * from commands")


async def test_a_read_can_change_nothing(reader: Reader) -> None:
    async with reader.reading(INSURER) as connection:
        assert (await connection.exec_driver_sql("show transaction_read_only")).scalar_one() == "on"
        assert (await connection.exec_driver_sql("select current_user")).scalar_one() == "claims_read"


async def test_nobody_may_change_or_delete_an_event(store: PostgresEventStore, worker_pool: asyncpg.Pool) -> None:
    await populate(store)
    for statement in ("update events set payload = ''", "delete from events", "truncate events"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await worker_pool.execute(statement)


async def test_a_scope_without_a_known_role_is_refused(reader: Reader) -> None:
    with pytest.raises(RoleUnknownError):
        await reader.rows(Scope("auditor"), select(events.c.tenant))
