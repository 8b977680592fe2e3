"""What every process is made of, and how it says in one line that something outside is not as it needs it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import uuid_utils
from joserfc.jwk import ECKey

from claims.application.histories import Histories
from claims.bootstrap import SetupError
from claims.domain.reporting.definitions import KpiDefinitions
from claims.event_store.codec import EventCodec
from claims.event_store.pool import create_pool, is_lost
from claims.event_store.sandbox import sandbox_state
from claims.keys.master import MasterKey, MasterKeyError
from claims.keys.ring import PersonKeyRings
from claims.metrics import ClaimsMetrics, process_metrics
from claims.observers import (
    LoopObserver,
)
from claims.reference.calendar_current import CurrentReference
from claims.reference.kpi_source import kpis_of
from claims.reference.rulebook_file import RulebookRefused
from claims.reference.store import CalendarMissing
from claims.settings import Settings
from claims.signing import ServiceKeyError, read_service_key


@dataclass(frozen=True, slots=True)
class Parts:
    """What every process is made of."""

    settings: Settings
    pool: asyncpg.Pool
    reference: CurrentReference
    kpis: KpiDefinitions
    histories: Histories
    metrics: ClaimsMetrics


def new_id() -> UUID:
    """Make a UUIDv7."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


def service_key(settings: Settings) -> ECKey:
    """Return the key by which claims speaks to notifications; SetupError."""
    try:
        return read_service_key(settings.service_key)
    except ServiceKeyError as error:
        raise SetupError(f"CLAIMS_SERVICE_KEY: {error}") from error


@asynccontextmanager
async def open_parts(settings: Settings, name: str, pool_size: int, role: str | None = None) -> AsyncIterator[Parts]:
    """Open what every process is made of and close it again; SetupError where something is missing.

    `role` is taken to read the reference data, by a login that has no right on any table.
    """
    url = settings.database_url.get_secret_value()
    try:
        rings = PersonKeyRings(MasterKey.from_base64(settings.master_key.get_secret_value()))
    except MasterKeyError as error:
        raise SetupError(f"CLAIMS_MASTER_KEY: {error}") from error
    try:
        pool = await create_pool(url, name=name, size=pool_size)
    except Exception as error:
        if isinstance(error, asyncpg.PostgresError) or is_lost(error):
            raise SetupError(f"the database cannot be reached: {error}") from error
        raise
    try:
        reference, kpis = await _reference(pool, settings, role)
        metrics = process_metrics()
        async with reference.kept_current(LoopObserver(metrics, "calendar")):
            yield Parts(settings, pool, reference, kpis, Histories(EventCodec(), rings), metrics)
    finally:
        await pool.close()


async def _reference(
    pool: asyncpg.Pool, settings: Settings, role: str | None
) -> tuple[CurrentReference, KpiDefinitions]:
    try:
        state = await sandbox_state(pool)
        if state.sandbox is not settings.sandbox:
            was = "a sandbox" if state.sandbox else "not a sandbox"
            raise SetupError(f"the database was made as {was} and can never be opened as anything else")
        return await CurrentReference.opened(pool, role), kpis_of(settings.kpis)
    except asyncpg.UndefinedFunctionError as error:
        raise SetupError("the database was not migrated: run `claims migrate`") from error
    except asyncpg.InsufficientPrivilegeError as error:
        raise SetupError(f"this login is not the one for this process ({error}): see CLAIMS_DATABASE_URL") from error
    except (RulebookRefused, CalendarMissing) as error:
        raise SetupError(str(error)) from error


def taken(host: str, port: int, error: OSError) -> SetupError:
    """Return the refusal for an address that is not free."""
    return SetupError(f"{host}:{port} cannot be listened on: {error.strerror}")
