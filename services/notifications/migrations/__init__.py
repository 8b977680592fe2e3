"""Bringing the database up to date: `migrate` runs every revision that is missing, once, whoever else runs it too."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from notifications.application.errors import InstanceMismatchError
from notifications.store.connection import mismatch, open_engine, transaction
from notifications.store.tables import instance

SERVICE_ROLE = "notifications_service"

_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended('notifications.migrations', 0))")
_ROLE = text("""
do $$ begin
  if not exists (select from pg_roles where rolname = 'notifications_service') then
    create role notifications_service login;
  end if;
  if not exists (select from pg_roles where rolname = 'notifications_read') then
    create role notifications_read nologin;
  end if;
exception when duplicate_object or unique_violation then null; -- roles belong to the whole server: another database's
end $$""")
"""Two databases of one server may be migrated at once; the roles are there afterwards whoever made them."""


def migrate(url: str, sandbox: bool, service_password: str | None = None) -> None:
    """Run all missing revisions as the role of `url`, which must be allowed to create roles or find them created.

    The first run writes down whether the database is a sandbox; a later one that says otherwise is refused with
    InstanceMismatchError. `service_password` is what the role notifications_service logs in with, if it needs one.
    DatabaseUnavailableError when the database cannot be reached.
    """
    asyncio.run(_migrate(url, sandbox=sandbox, service_password=service_password))


async def _migrate(url: str, *, sandbox: bool, service_password: str | None) -> None:
    engine = open_engine(url, pool_size=1, patient=True)
    try:
        async with transaction(engine) as connection:
            await connection.execute(_ONE_AT_A_TIME)
            await connection.execute(_ROLE)
            await connection.run_sync(_upgrade, sandbox)
            await _check(connection, sandbox=sandbox)
            if service_password is not None:
                await _set_password(connection, service_password)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, sandbox: bool) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    config.attributes["sandbox"] = sandbox
    command.upgrade(config, "head")


async def _check(connection: AsyncConnection, *, sandbox: bool) -> None:
    standing = (await connection.execute(select(instance.c.sandbox))).scalar_one()
    if standing is not sandbox:
        raise InstanceMismatchError(mismatch(standing=standing))


async def _set_password(connection: AsyncConnection, password: str) -> None:
    quoted = text("select format('alter role notifications_service password %L', cast(:password as text))")
    statement = (await connection.execute(quoted, {"password": password})).scalar_one()
    await connection.exec_driver_sql(statement)
