"""From settings to the REST interface."""

import socket

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from claims.api.app import create_app
from claims.api.auth import SignedTokens
from claims.api.services import ApiServices
from claims.api.stored_clock import StoredSandboxClock
from claims.application.calendars import Calendars
from claims.application.commands import Commands
from claims.application.explanations import Explanations
from claims.application.history import Past
from claims.application.parties import Parties
from claims.application.queries import Queries
from claims.application.recalculation import Planner
from claims.application.reporting import Reporting
from claims.application.streaming import Streams
from claims.application.subject_commands import SubjectCommands
from claims.application.subject_queries import SubjectQueries
from claims.application.subject_store import SubjectStore
from claims.application.submissions import Submissions
from claims.bootstrap import SetupError
from claims.bootstrap.parts import Parts, new_id, open_parts, taken
from claims.event_store.log_pages import LogPages
from claims.event_store.reader import Reader, create_engine
from claims.event_store.store import PostgresEventStore
from claims.observers import (
    CommandObserver,
    MeasuredStore,
)
from claims.projections.claim_pages import ClaimPages
from claims.projections.clock_pages import ClockPages
from claims.projections.parties import PartyPages
from claims.projections.reporting import ReportFigures
from claims.projections.running_clocks import RunningClocks
from claims.projections.subject_pages import SubjectPages
from claims.reference.versions import CalendarVersions
from claims.serving import serve
from claims.settings import Settings

_log = structlog.get_logger(__name__)

_POOL_OF_API = 16
_ROLE_OF_API = "claims_read"
_READERS = 8


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


def api_services(parts: Parts, engine: AsyncEngine) -> ApiServices:
    """Return what the interface works with; SetupError where the keys of tokens cannot be read."""
    settings, reader = parts.settings, Reader(engine)
    store = MeasuredStore(PostgresEventStore(parts.pool), parts.metrics)
    commands = Commands(store, parts.histories, parts.reference, CommandObserver(parts.metrics), new_id)
    subject_commands = SubjectCommands(store, parts.histories, parts.reference, CommandObserver(parts.metrics), new_id)
    queries = Queries(store, parts.histories, ClaimPages(reader), ClockPages(reader), LogPages(reader))
    versions = CalendarVersions(parts.pool, _ROLE_OF_API)
    planner = Planner(store, parts.histories, parts.reference)

    return ApiServices(
        commands=commands,
        queries=queries,
        past=Past(store, parts.histories),
        explanations=Explanations(parts.reference, versions, SubjectStore(store, parts.histories)),
        streams=Streams(queries),
        calendars=Calendars(parts.reference, versions, RunningClocks(reader), planner),
        reports=Reporting(ReportFigures(reader), parts.kpis),
        parties=Parties(
            store, parts.histories, parts.reference, PartyPages(reader), CommandObserver(parts.metrics), new_id
        ),
        submissions=Submissions(ClockPages(reader), subject_commands),
        subject_commands=subject_commands,
        subjects=SubjectQueries(store, parts.histories, ClockPages(reader), SubjectPages(reader)),
        tokens=_tokens(settings),
        rulebooks=parts.reference.rulebooks,
        metrics=parts.metrics,
        ready=parts.reference.checks(),
        new_id=new_id,
        sandbox_clock=StoredSandboxClock(parts.pool) if settings.sandbox else None,
    )


def _tokens(settings: Settings) -> SignedTokens:
    path = settings.token_keys
    try:
        return SignedTokens.from_file(
            path, settings.token_issuer, settings.token_audience, production=settings.production
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SetupError(f"CLAIMS_TOKEN_KEYS: {path} is not a readable JWKS file ({error})") from error


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise taken(host, port, error) from error
