"""Migrations run any number of times, many at once, and say what an instance is for ever."""

import asyncio
import multiprocessing
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import asyncpg
import pytest
from tests.support.postgres import Database

from anze.postgres import Cluster
from claims.migrations import InstanceMismatchError, migrate

SCHEMA = """
select coalesce(string_agg(line, chr(10) order by line), '') from (
  select format('%s.%s %s', attrelid::regclass, attname, format_type(atttypid, atttypmod)) as line from pg_attribute
  where attrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace) and attnum > 0
  union all select oid::regprocedure::text from pg_proc where pronamespace = 'public'::regnamespace) l
"""


def processes(count: int) -> ProcessPoolExecutor:
    """So many fresh interpreters."""
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"))


async def test_a_second_migration_changes_nothing(empty_database: Database) -> None:
    await asyncio.to_thread(migrate, empty_database.url(), sandbox=False)
    connection = await asyncpg.connect(empty_database.url())
    before = await connection.fetchval(SCHEMA)
    assert "events.tx_id xid8" in before
    await asyncio.to_thread(migrate, empty_database.url(), sandbox=False)
    assert await connection.fetchval(SCHEMA) == before
    await connection.close()


async def test_it_may_be_called_inside_an_event_loop(empty_database: Database) -> None:
    migrate(empty_database.url(), sandbox=False)


@pytest.mark.parametrize("sandbox", [True, False])
def test_what_was_made_a_sandbox_stays_one_and_nothing_else_becomes_one(
    empty_database: Database, sandbox: bool
) -> None:
    migrate(empty_database.url(), sandbox=sandbox)
    with pytest.raises(InstanceMismatchError):
        migrate(empty_database.url(), sandbox=not sandbox)
    migrate(empty_database.url(), sandbox=sandbox)


def test_several_processes_migrate_one_database_at_once(empty_database: Database) -> None:
    with processes(2) as pool:
        done = [pool.submit(migrate, empty_database.url(), sandbox=False) for _ in range(2)]
        assert [each.result() for each in done] == [None] * 2


def test_several_databases_of_a_new_server_are_migrated_at_once(postgres_version: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = Cluster(Path(folder) / "data", version=postgres_version, durable=False)
        server.start()
        try:
            names = [f"claims_{number}" for number in range(2)]
            for name in names:
                server.create_database(name)
            with processes(2) as pool:
                done = [pool.submit(migrate, server.url(name), sandbox=False) for name in names]
                assert [each.result() for each in done] == [None] * 2
        finally:
            server.stop("immediate")


def test_a_database_that_is_not_there_is_one_clear_error(empty_database: Database) -> None:
    with pytest.raises(asyncpg.InvalidCatalogNameError, match="nowhere"):
        migrate(empty_database.url().replace(empty_database.name, "nowhere"), sandbox=False)


async def test_passwords_come_from_the_environment(empty_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "CLAIMS_WORKER_PASSWORD", "it's \\ secret")
    migrate(empty_database.url(), sandbox=False)
    connection = await asyncpg.connect(empty_database.url())
    stored = "select rolpassword is not null from pg_authid where rolname = $1"
    assert await connection.fetchval(stored, "claims_worker") is True
    assert await connection.fetchval(stored, "claims_command") is False
    await connection.execute("alter role claims_worker password null")
    await connection.close()


async def test_the_public_may_do_nothing(claims_database: Database, owner: asyncpg.Connection) -> None:
    assert await owner.fetchval("select has_schema_privilege('public', 'public', 'usage')") is False
    callable_by_all = (
        "select proname from pg_proc where pronamespace = 'public'::regnamespace"
        " and has_function_privilege('public', oid, 'execute')"
    )
    assert await owner.fetch(callable_by_all) == []
