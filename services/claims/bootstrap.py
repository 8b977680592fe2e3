"""The only wiring: from settings to an application, a worker, a migration or a rebuild."""

import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import asyncpg
import structlog
import uuid_utils
from sqlalchemy.ext.asyncio import AsyncEngine

from claims.api.app import create_app
from claims.api.auth import SignedTokens
from claims.api.services import ApiServices
from claims.api.stored_clock import StoredSandboxClock
from claims.application.calendars import Calendars
from claims.application.commands import Commands
from claims.application.explanations import Explanations
from claims.application.histories import Histories
from claims.application.history import Past
from claims.application.queries import Queries
from claims.application.recalculation import Planner, Recalculations
from claims.application.reporting import Reporting
from claims.application.streaming import Streams
from claims.domain.reporting.definitions import KpiDefinitions
from claims.event_store import checkpoints
from claims.event_store.codec import EventCodec
from claims.event_store.log_pages import LogPages
from claims.event_store.pool import create_pool, is_lost, is_passing
from claims.event_store.reader import Reader, create_engine
from claims.event_store.sandbox import sandbox_state
from claims.event_store.store import PostgresEventStore
from claims.event_store.tail import PostgresTail
from claims.keys.master import MasterKey, MasterKeyError
from claims.keys.ring import PersonKeyRings
from claims.logs import configure_logs
from claims.loops import Loop, LoopEndedError, run_until_stopped
from claims.metrics import ClaimsMetrics, MetricsServer, process_metrics, start_metrics_server
from claims.migrations import InstanceMismatchError, migrate
from claims.observers import (
    CommandObserver,
    FollowerObserver,
    GaugeObserver,
    LoopObserver,
    MeasuredStore,
    RecalculationObserver,
    RelayObserver,
    WatchObserver,
)
from claims.projections.claim_pages import ClaimPages
from claims.projections.clock_pages import ClockPages
from claims.projections.followers import followers
from claims.projections.reporting import ReportFigures
from claims.projections.running_clocks import RunningClocks
from claims.reference.calendar_current import CurrentReference
from claims.reference.kpi_source import packaged_kpis
from claims.reference.rulebook_file import RulebookRefused
from claims.reference.store import CalendarMissing
from claims.reference.versions import CalendarVersions
from claims.relay.gathering import Gathering
from claims.relay.missing_calendar import MissingCalendar
from claims.relay.notifications import Notifications
from claims.relay.relay import Relay
from claims.relay.service_token import ServiceKeyError, ServiceToken, read_service_key
from claims.serving import serve
from claims.settings import MigrateSettings, Settings
from claims.watch.forgetter import Forgetter
from claims.watch.gauges import Gauges
from claims.watch.recalculation import Recalculation
from claims.watch.stepping import SandboxClock
from claims.watch.ticker import Watch

__all__ = ["SetupError", "configure_logs", "open_parts", "run_api", "run_migrations", "run_worker"]

_log = structlog.get_logger(__name__)

_POOL_OF_API = 16
_ROLE_OF_API = "claims_read"
_READERS = 8
_POOL_OF_WORKER = 12


class SetupError(Exception):
    """Something outside is not as the process needs it; the message says what in one line."""


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
        return await CurrentReference.opened(pool, role), packaged_kpis()
    except asyncpg.UndefinedFunctionError as error:
        raise SetupError("the database was not migrated: run `claims migrate`") from error
    except asyncpg.InsufficientPrivilegeError as error:
        raise SetupError(f"this login is not the one for this process ({error}): see CLAIMS_DATABASE_URL") from error
    except (RulebookRefused, CalendarMissing) as error:
        raise SetupError(str(error)) from error


def api_services(parts: Parts, engine: AsyncEngine) -> ApiServices:
    """Return what the interface works with; SetupError where the keys of tokens cannot be read."""
    settings, reader = parts.settings, Reader(engine)
    store = MeasuredStore(PostgresEventStore(parts.pool), parts.metrics)
    commands = Commands(store, parts.histories, parts.reference, CommandObserver(parts.metrics), new_id)
    queries = Queries(store, parts.histories, ClaimPages(reader), ClockPages(reader), LogPages(reader))
    versions = CalendarVersions(parts.pool, _ROLE_OF_API)
    planner = Planner(store, parts.histories, parts.reference)

    return ApiServices(
        commands=commands,
        queries=queries,
        past=Past(store, parts.histories),
        explanations=Explanations(parts.reference, versions, queries),
        streams=Streams(queries),
        calendars=Calendars(parts.reference, versions, RunningClocks(reader), planner),
        reports=Reporting(ReportFigures(reader), parts.kpis),
        tokens=_tokens(settings),
        rulebooks=parts.reference.rulebooks,
        metrics=parts.metrics,
        ready=parts.reference.checks(),
        new_id=new_id,
        sandbox_clock=StoredSandboxClock(parts.pool) if settings.sandbox else None,
    )


def worker_loops(parts: Parts, notifications: Notifications) -> Mapping[str, Loop]:
    """Return the loops of a worker, by name; each has a `run` that ends only with an error."""
    pool, metrics = parts.pool, parts.metrics
    tail = PostgresTail(pool)
    relay = Relay(
        pool, tail, Gathering(parts.histories, parts.reference), notifications, RelayObserver(metrics, "relay")
    )
    loops: dict[str, Loop] = {
        "watch": Watch(pool, WatchObserver(metrics, "watch")),
        "relay": relay,
        **followers(pool, tail, checkpoints, parts.histories, partial(FollowerObserver, metrics), is_passing),
        "recalculation": Recalculation(
            pool,
            parts.reference,
            CalendarVersions(pool),
            Recalculations(Planner(PostgresEventStore(pool), parts.histories, parts.reference), new_id),
            RecalculationObserver(metrics, "recalculation"),
        ),
        "missing_calendar": MissingCalendar(
            pool, parts.reference, notifications, RelayObserver(metrics, "missing_calendar")
        ),
        "gauges": Gauges(pool, GaugeObserver(metrics, "gauges")),
        "forgetter": Forgetter(pool, LoopObserver(metrics, "forgetter")),
    }
    if parts.settings.sandbox:
        url = parts.settings.database_url.get_secret_value()
        loops["sandbox"] = SandboxClock(pool, url, relay.settled, WatchObserver(metrics, "sandbox"))
    return loops


async def run_api(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM; SetupError."""
    listener = _listen(settings.host, settings.port)
    async with open_parts(settings, "claims api", _POOL_OF_API, role=_ROLE_OF_API) as parts:
        engine = create_engine(settings.database_url.get_secret_value(), name="claims api reads", size=_READERS)
        try:
            services = api_services(parts, engine)
            _log.info("api started", host=settings.host, port=listener.getsockname()[1])
            await serve(create_app(services), listener, services.streams.close)
        finally:
            await engine.dispose()


async def run_worker(settings: Settings) -> None:
    """Run every loop until SIGINT or SIGTERM; SetupError.

    An error in any loop ends the process: whoever started it starts it again.
    """
    async with open_parts(settings, "claims worker", _POOL_OF_WORKER) as parts:
        notifications = _notifications(settings)
        server = _metrics_server(settings, parts.metrics)
        try:
            loops = worker_loops(parts, notifications)
            _log.info("worker started", loops=sorted(loops))
            try:
                await run_until_stopped(loops)
            except LoopEndedError as error:
                raise SetupError(str(error)) from error
        finally:
            server.stop()
            await notifications.close()


def run_migrations(settings: MigrateSettings) -> None:
    """Bring the database up to date; SetupError."""
    try:
        migrate(settings.database_url.get_secret_value(), sandbox=settings.sandbox)
    except (InstanceMismatchError, RulebookRefused) as error:
        raise SetupError(str(error)) from error
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        raise SetupError(f"the database cannot be migrated: {error}") from error


def _notifications(settings: Settings) -> Notifications:
    try:
        key = read_service_key(settings.service_key)
    except ServiceKeyError as error:
        raise SetupError(f"CLAIMS_SERVICE_KEY: {error}") from error
    token = ServiceToken(key, issuer=settings.token_issuer, audience=settings.token_audience)
    return Notifications(settings.notifications_url, token)


def _tokens(settings: Settings) -> SignedTokens:
    path = settings.token_keys
    try:
        return SignedTokens.from_file(
            path, settings.token_issuer, settings.token_audience, production=settings.production
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SetupError(f"CLAIMS_TOKEN_KEYS: {path} is not a readable JWKS file ({error})") from error


def _metrics_server(settings: Settings, metrics: ClaimsMetrics) -> MetricsServer:
    try:
        return start_metrics_server(metrics, settings.metrics_port, settings.host)
    except OSError as error:
        raise SetupError(_taken(settings.host, settings.metrics_port, error)) from error


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise SetupError(_taken(host, port, error)) from error


def _taken(host: str, port: int, error: OSError) -> str:
    return f"{host}:{port} cannot be listened on: {error.strerror}"
