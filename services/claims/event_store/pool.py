"""Connections to the claims database: how they are made, and what of them may be retried."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias
from uuid import UUID

import asyncpg
from asyncpg.pool import PoolConnectionProxy

Connection: TypeAlias = asyncpg.Connection | PoolConnectionProxy
"""A connection of one's own, or one borrowed from a pool."""

COMMAND_TIMEOUT = 10.0
"""Seconds; without it a network partition hangs its caller for ever."""

SETTINGS = {
    # An open writing transaction stalls every reader of the log: a client that sleeps inside one is cut off.
    "idle_in_transaction_session_timeout": "10s",
    "timezone": "UTC",
    "jit": "off",
}

SEE_ALL = "select set_config('anze.role', 'worker', true)"
"""For an owner of the tables, to whom row-level security applies as well; holds for the transaction."""

_LOST = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    # A connection whose server crashed is handed on before its end was noticed: nothing was sent over it.
    asyncpg.InternalClientError,
)

RACED = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
"""The transaction was rolled back so that another could go on: again, in a new one."""


def is_lost(error: Exception) -> bool:
    """Whether the server is away, or starts, or did not answer: what became of the statement is not known."""
    if isinstance(error, asyncpg.InterfaceError):  # mostly mistakes of ours, which no retry cures
        return "connection is closed" in str(error)
    return isinstance(error, _LOST)


def is_passing(error: Exception) -> bool:
    """Whether the same can succeed in a new transaction: the server was away, or another went first."""
    return isinstance(error, RACED) or is_lost(error)


async def connect(url: str, *, name: str, command_timeout: float = COMMAND_TIMEOUT) -> asyncpg.Connection:
    """Open one connection; `name` is what the server shows of it."""
    settings = {**SETTINGS, "application_name": name}
    connection = await asyncpg.connect(url, command_timeout=command_timeout, server_settings=settings)
    await prepare(connection)
    return connection


@asynccontextmanager
async def open_pool(
    url: str, *, name: str, size: int = 10, command_timeout: float = COMMAND_TIMEOUT
) -> AsyncIterator[asyncpg.Pool]:
    """Yield a pool of up to `size` connections to the database at `url` (libpq-style)."""
    pool = await create_pool(url, name=name, size=size, command_timeout=command_timeout)
    try:
        yield pool
    finally:
        await pool.close()


async def create_pool(url: str, *, name: str, size: int = 10, command_timeout: float = COMMAND_TIMEOUT) -> asyncpg.Pool:
    """Return a pool of up to `size` connections.

    Nothing is set for a session (only for transactions), so that nothing is reset when a connection comes back: the
    default would cost a round trip each time.
    """
    return await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=size,
        command_timeout=command_timeout,
        timeout=command_timeout,
        server_settings={**SETTINGS, "application_name": name},
        init=prepare,
        reset=_leave_as_is,
    )


async def prepare(connection: Connection) -> None:
    """Let ids come out as the standard library's: those of the driver are no JSON."""
    await connection.set_type_codec(
        "uuid", schema="pg_catalog", encoder=_to_bytes, decoder=_from_bytes, format="binary"
    )


def _to_bytes(value: UUID) -> bytes:
    return value.bytes


def _from_bytes(data: bytes) -> UUID:
    return UUID(bytes=bytes(data))


async def _leave_as_is(_: Connection) -> None:
    """Keep the round trip of a reset."""
