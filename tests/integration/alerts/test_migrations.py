"""The database as the migrations make it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from tests.support.postgres import Database

from notifications.application.errors import DatabaseUnavailableError, InstanceMismatchError
from notifications.migrations import migrate
from notifications.store import connection as connection_module
from notifications.store.connection import check_instance, open_engine
from notifications.store.tables import metadata


async def test_the_tables_are_those_that_the_queries_see(notifications_database: Database) -> None:
    engine = open_engine(notifications_database.url())

    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with engine.connect() as connection:
        found = await connection.run_sync(differences)
    await engine.dispose()
    named = [difference for difference in found if "alembic_version" not in repr(difference)]
    assert named == []


def test_migrating_twice_changes_nothing(empty_database: Database) -> None:
    migrate(empty_database.url(), sandbox=True)
    migrate(empty_database.url(), sandbox=True)


def test_a_statement_of_a_migration_may_take_its_time(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_module, "COMMAND_SECONDS", 0.000_001)
    migrate(empty_database.url(), sandbox=False)


def test_migrating_at_the_same_moment_runs_each_revision_once(empty_database: Database) -> None:
    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(migrate, empty_database.url(), sandbox=False) for _ in range(3)]:
            done.result()


@pytest.mark.parametrize("sandbox", [True, False])
def test_a_sandbox_can_never_become_anything_else_nor_the_other_way_round(
    empty_database: Database, sandbox: bool
) -> None:
    migrate(empty_database.url(), sandbox=sandbox)
    with pytest.raises(InstanceMismatchError):
        migrate(empty_database.url(), sandbox=not sandbox)


async def test_a_process_of_the_other_kind_refuses_the_database(notifications_database: Database) -> None:
    engine = open_engine(notifications_database.url("notifications_service"))
    await check_instance(engine, sandbox=False)
    with pytest.raises(InstanceMismatchError):
        await check_instance(engine, sandbox=True)
    await engine.dispose()


@pytest.mark.parametrize(
    "statement",
    ["drop table alerts", "update instance set sandbox = true", "create table x (y int)", "delete from sandbox_clock"],
)
async def test_the_service_may_do_no_more_than_it_needs(notifications_database: Database, statement: str) -> None:
    connection = await asyncpg.connect(notifications_database.url("notifications_service"))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement)
    await connection.close()


async def test_a_password_for_the_service_is_set_when_there_is_one(empty_database: Database) -> None:
    password = "it's a 'password' with \\ and %L"
    await asyncio.to_thread(migrate, empty_database.url(), sandbox=False, service_password=password)
    connection = await asyncpg.connect(empty_database.url())
    stored = await connection.fetchval("select rolpassword from pg_authid where rolname = 'notifications_service'")
    await connection.execute("alter role notifications_service password null")
    await connection.close()
    assert stored.startswith("SCRAM-SHA-256")


def test_a_database_that_is_not_there_is_named() -> None:
    with pytest.raises(DatabaseUnavailableError):
        migrate("postgresql://postgres@127.0.0.1:1/nothing", sandbox=False)


async def test_a_database_that_was_not_migrated_is_told_from_one_that_is_away(empty_database: Database) -> None:
    engine = open_engine(empty_database.url())
    with pytest.raises(InstanceMismatchError, match="migrate"):
        await check_instance(engine, sandbox=False)
    await engine.dispose()
