"""Migrations of the claims database: `migrate` brings it to the newest version and writes whether it is a sandbox."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
from alembic import command, op
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from claims.migrations.roles import create_roles
from claims.reference.store import ensure_seeded

FOLDER = Path(__file__).parent

_ALEMBIC = threading.Lock()

_ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtextextended('claims.migrations', 0))"
_SCHEMA_RIGHTS = (
    "revoke all on schema public from public",
    "grant usage, create on schema public to claims_owner",
    "grant usage on schema public to claims_command, claims_read, claims_worker",
)
_MARK = "insert into instance (sandbox) values ($1) on conflict do nothing"


class InstanceMismatchError(Exception):
    """A database that was once a sandbox can never be opened as anything else, nor the other way round."""


def migrate(url: str, *, sandbox: bool) -> None:
    """Bring the database at `url` to the newest version; several may run at once, one does the work.

    `url` is libpq-style and logs in as a superuser, or as a role that may create roles with BYPASSRLS.

    Raises:
        InstanceMismatchError: the database was made with the other value of `sandbox`.
        OSError, asyncpg.PostgresError: it cannot be reached, or refuses.
    """
    _run(_migrate(url, sandbox=sandbox))


def run_script(name: str) -> None:
    """Inside a revision: execute a file of `migrations/sql`, which may hold many statements."""
    script = (FOLDER / "sql" / name).read_text("utf-8")
    connection = op.get_bind().connection.dbapi_connection
    if connection is None:  # pragma: no cover  (a bound connection has one)
        raise RuntimeError("there is no connection to migrate")
    connection.run_async(lambda driver: driver.execute(script))


async def _migrate(url: str, *, sandbox: bool) -> None:
    await create_roles(url)

    async def connect() -> asyncpg.Connection:
        return await asyncpg.connect(url, command_timeout=300)

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.exec_driver_sql(_ONE_AT_A_TIME)
            for rights in _SCHEMA_RIGHTS:
                await connection.exec_driver_sql(rights)
            await connection.exec_driver_sql("set local role claims_owner")
            await connection.run_sync(_upgrade)
            await _seed(connection)
            await connection.exec_driver_sql(_MARK, (sandbox,))
            found = (await connection.exec_driver_sql("select sandbox from instance")).scalar_one()
            if found is not sandbox:
                was = "a sandbox" if found else "not a sandbox"
                raise InstanceMismatchError(f"the database was made as {was} and can never be opened as anything else")
    finally:
        await engine.dispose()


async def _seed(connection: AsyncConnection) -> None:
    """On every run: new rulebooks come with a release, without a revision of their own."""
    raw = await connection.get_raw_connection()
    await ensure_seeded(raw.driver_connection)


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _run(work: Coroutine[Any, Any, None]) -> None:
    # In a thread of its own, so that a caller inside an event loop may call it too; one at a time in a process, since
    # alembic keeps what it is migrating in a global.
    with _ALEMBIC, ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()
