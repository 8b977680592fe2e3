"""What operators do now and then: rebuild derived tables, begin a new epoch after a restore, erase a person."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import asyncpg
import structlog

from claims.bootstrap import SetupError
from claims.bootstrap.parts import open_parts
from claims.event_store.pool import connect, is_lost
from claims.event_store.restore import begin_epoch
from claims.keys.store import erase_person
from claims.projections.comparison import differences
from claims.projections.rebuild import Rebuild
from claims.settings import MigrateSettings, Settings

_log = structlog.get_logger(__name__)

_CONNECTIONS = 4


async def run_rebuild(settings: Settings, *, check: bool) -> None:
    """Build the derived tables anew, or say what differs from the log; SetupError if something differs."""
    async with open_parts(settings, "claims rebuild", _CONNECTIONS) as parts:
        if not check:
            built = await Rebuild(parts.pool, parts.histories, parts.reference.rulebooks).run()
            _log.info("rebuilt", subjects=built.subjects, clocks=built.clocks, orphans=built.orphans)
            return
        count = 0
        async for found in differences(parts.pool, parts.histories, parts.reference.rulebooks):
            count += 1
            _log.error("row differs", table=found.table, tenant=found.tenant, row=str(found.row_id))
        if count:
            raise SetupError(f"{count} rows differ from the log: run `claims rebuild`")


async def run_new_epoch(settings: MigrateSettings) -> int:
    """Begin a new epoch of the log and return it; once after a restore, before any process starts. SetupError."""
    return await _once(settings, begin_epoch)


async def run_erasure(settings: MigrateSettings, tenant: str, person_id: UUID) -> int:
    """Erase a person of a tenant for ever and return how many keys were deleted. SetupError."""

    async def erase(connection: asyncpg.Connection) -> int:
        return await erase_person(connection, tenant, person_id)

    return await _once(settings, erase)


async def _once(settings: MigrateSettings, work: Callable[[asyncpg.Connection], Awaitable[int]]) -> int:
    try:
        connection = await connect(settings.database_url.get_secret_value(), name="claims upkeep")
        try:
            return await work(connection)
        finally:
            await connection.close()
    except Exception as error:
        if isinstance(error, asyncpg.PostgresError) or is_lost(error):
            raise SetupError(f"the database refuses or cannot be reached: {error}") from error
        raise
