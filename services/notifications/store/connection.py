"""Connections to the database, and the one place where its absence gets its name."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from typing import Final, assert_never

import asyncpg
from sqlalchemy import select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from notifications.application.errors import DatabaseUnavailableError, InstanceMismatchError
from notifications.application.ports import Clock
from notifications.application.scope import Everything, OfAuthority, OfTenant, Scope
from notifications.domain import regions
from notifications.domain.kinds import AUTHORITIES
from notifications.store.tables import instance, sandbox_clock

COMMAND_SECONDS: Final = 10.0
CONNECT_SECONDS: Final = 5.0
SESSION: Final = {
    # An open writing transaction stalls every reader of the claims log on the same server: one that sleeps is cut off.
    "idle_in_transaction_session_timeout": "10s",
    "timezone": "UTC",
    # The statements are few and always the same: planning them anew each time, or compiling them, costs more than they.
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    "application_name": "notifications",
}

# The role and the settings end with the transaction.
_ENTER: Final = text(
    "select set_config('role', 'notifications_read', true), set_config('anze.scope', :scope, true),"
    " set_config('anze.tenant', :tenant, true), set_config('anze.region', :region, true),"
    " set_config('anze.authorities', :authorities, true)"
)

# An internal error of the client: the server crashed, and the connection was handed on before its end was noticed.
_LOST: Final = (
    asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.OperatorInterventionError,
    asyncpg.InternalClientError,
)  # fmt: skip
_SERVER_STATES: Final = ("08", "57P", "53", "40")
"""Beginnings of SQLSTATEs that mean: come again. A deadlock's victim (40) does as if the database had been away."""


def open_engine(url: str, pool_size: int = 10, *, patient: bool = False) -> AsyncEngine:
    """Make a pool for a libpq-style URL; nothing is connected yet. A broken connection is noticed before it is used.

    `patient`: a statement may take as long as it takes, as one that changes a large table does.
    """
    return create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=COMMAND_SECONDS,
        pool_pre_ping=True,
        # The few connections that are needed stay warm: each keeps its own prepared statements.
        pool_use_lifo=True,
        connect_args={
            "command_timeout": None if patient else COMMAND_SECONDS,
            "timeout": CONNECT_SECONDS,
            "server_settings": SESSION,
        },
    )


@contextmanager
def naming_absence() -> Iterator[None]:
    """Turn every form in which a missing database shows itself into DatabaseUnavailableError."""
    try:
        yield
    except (OSError, TimeoutError, PoolTimeoutError, *_LOST) as error:
        raise DatabaseUnavailableError(str(error) or type(error).__name__) from error
    except DBAPIError as error:
        if _is_absence(error):
            raise DatabaseUnavailableError(str(error.orig)) from error
        raise


def _is_absence(error: DBAPIError) -> bool:
    if error.connection_invalidated or isinstance(error, InterfaceError):
        return True
    state = str(getattr(error.orig, "sqlstate", None) or "")
    return state.startswith(_SERVER_STATES) or (isinstance(error, OperationalError) and not state)


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Open a transaction that commits at the end of the block; DatabaseUnavailableError."""
    with naming_absence():
        async with engine.begin() as connection:
            yield connection


@asynccontextmanager
async def reading(engine: AsyncEngine, scope: Scope) -> AsyncIterator[AsyncConnection]:
    """Open a transaction that sees what the scope may see, by row-level security; DatabaseUnavailableError."""
    async with transaction(engine) as connection:
        await connection.execute(_ENTER, _settings(scope))
        yield connection


def _settings(scope: Scope) -> dict[str, str]:
    shown = {"scope": "", "tenant": "", "region": "", "authorities": ",".join(sorted(AUTHORITIES))}
    match scope:
        case Everything():
            return shown | {"scope": "everything"}
        case OfTenant(tenant):
            return shown | {"scope": "tenant", "tenant": tenant}
        case OfAuthority(region):
            return shown | {"scope": "authority", "region": regions.prefix(region)}
        case _:
            assert_never(scope)


async def business_now(connection: AsyncConnection, clock: Clock) -> datetime:
    """The wall clock and the sandbox's offset; outside a sandbox the offset is zero."""
    offset_us = (await connection.execute(select(sandbox_clock.c.offset_us))).scalar_one()
    return clock.wall() + timedelta(microseconds=offset_us)


async def check_instance(engine: AsyncEngine, *, sandbox: bool) -> None:
    """Refuse a database of the other kind, or one without tables; InstanceMismatchError, DatabaseUnavailableError."""
    try:
        async with transaction(engine) as connection:
            standing = (await connection.execute(select(instance.c.sandbox))).scalar_one()
    except ProgrammingError as error:
        raise InstanceMismatchError("this database is not migrated: run `notifications migrate` first") from error
    if standing is not sandbox:
        raise InstanceMismatchError(mismatch(standing=standing))


def mismatch(*, standing: bool) -> str:
    """Say in one line that a database and a process do not belong together."""
    kind = "a sandbox" if standing else "not a sandbox"
    return f"this database is {kind}: NOTIFICATIONS_SANDBOX must be {str(standing).lower()}, or use another database"


async def is_reachable(engine: AsyncEngine) -> bool:
    """Whether the database answers."""
    try:
        async with transaction(engine) as connection:
            await connection.execute(select(1))
    except DatabaseUnavailableError:
        return False
    return True
