"""Reads beside the write path: SQLAlchemy Core in a transaction that has taken the read role and the caller's scope."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import stamina
from sqlalchemy import Executable, RowMapping, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from claims.application.rows import Scope
from claims.event_store.errors import RoleUnknownError, StoreUnavailableError
from claims.event_store.pool import COMMAND_TIMEOUT, connect, is_lost
from claims.event_store.store import PATIENCE, ROLES

# Row-level security sees nothing where a setting is empty; all of them end with the transaction.
_ENTER = text(
    "select set_config('transaction_read_only', 'on', true), set_config('role', 'claims_read', true),"
    " set_config('anze.role', :role, true), set_config('anze.tenant', :tenant, true),"
    " set_config('anze.broker', :broker, true), set_config('anze.region', :region, true)"
)


class Reader:
    """Runs statements as the read role, for one scope a transaction.

    Row-level security is the floor, not the plan: give the tenant in the statement too, where it is known, so that
    indexes that it leads are used.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        """Take an engine of `create_engine`; it stays the caller's to dispose of."""
        self._engine = engine

    async def rows(
        self, scope: Scope, statement: Executable, parameters: dict[str, Any] | None = None
    ) -> Sequence[RowMapping]:
        """Return what one statement gives; a lost connection is replaced and the read tried again.

        Raises:
            RoleUnknownError: no policy knows the scope's role.
            StoreUnavailableError: the database did not answer, also after retries.
        """
        try:
            async for attempt in stamina.retry_context(
                on=_can_help, attempts=None, timeout=PATIENCE, wait_initial=0.01, wait_max=1.0, wait_jitter=0.02
            ):
                with attempt:
                    async with self.reading(scope) as connection:
                        return (await connection.execute(statement, parameters)).mappings().all()
        except Exception as error:
            if _can_help(error):
                raise StoreUnavailableError(f"the database did not answer: {error}") from error
            raise
        raise AssertionError("a retry ends with a result or an error")  # pragma: no cover

    @asynccontextmanager
    async def reading(self, scope: Scope) -> AsyncIterator[AsyncConnection]:
        """Yield a connection in a transaction of the scope, for several statements; keep it short."""
        if scope.role not in ROLES:
            raise RoleUnknownError(f"no policy of the database knows the role {scope.role!r}")
        async with self._engine.begin() as connection:
            await connection.execute(
                _ENTER,
                {
                    "role": scope.role,
                    "tenant": scope.tenant or "",
                    "broker": scope.broker or "",
                    "region": scope.region or "",
                },
            )
            yield connection


def create_engine(url: str, *, name: str, size: int = 5) -> AsyncEngine:
    """Return an engine on the database at `url` (libpq-style), with `size` connections at most."""

    async def creator() -> asyncpg.Connection:
        return await connect(url, name=name, command_timeout=COMMAND_TIMEOUT)

    return create_async_engine(
        "postgresql+asyncpg://", async_creator=creator, pool_size=size, max_overflow=0, pool_timeout=COMMAND_TIMEOUT
    )


def _can_help(error: Exception) -> bool:
    if isinstance(error, DBAPIError):
        cause = error.orig.__cause__ if error.orig is not None else None
        return error.connection_invalidated or (isinstance(cause, Exception) and is_lost(cause))
    return is_lost(error)
