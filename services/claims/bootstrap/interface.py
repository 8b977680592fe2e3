"""From settings to the REST interface."""

import socket
from collections.abc import Mapping

import structlog

from claims.api.app import create_app
from claims.api.auth import SignedTokens
from claims.api.services import ApiServices
from claims.api.stored_clock import StoredSandboxClock
from claims.application.commands import Commands
from claims.application.parties import Parties
from claims.application.ports import EventStore
from claims.application.subject_commands import SubjectCommands
from claims.application.subject_queries import SubjectQueries
from claims.application.submissions import Submissions
from claims.assets import Asset, MissingFilesError, docs_files
from claims.beside import Beside
from claims.bootstrap import SetupError
from claims.bootstrap.board import open_board
from claims.bootstrap.parts import Parts, new_id, open_parts, taken
from claims.bootstrap.reading import ROLE_OF_API, Reading, reading
from claims.event_store.reader import Reader, create_engine
from claims.event_store.store import PostgresEventStore
from claims.observers import (
    CommandObserver,
    MeasuredStore,
)
from claims.projections.clock_pages import ClockPages
from claims.projections.parties import PartyPages
from claims.projections.subject_pages import SubjectPages
from claims.serving import serve
from claims.settings import Settings

_log = structlog.get_logger(__name__)

POOL_OF_API = 16
READERS = 8


async def run_api(settings: Settings) -> None:
    """Serve interface and board until SIGINT or SIGTERM; SetupError."""
    listener = _listen(settings.host, settings.port)
    async with open_parts(settings, "claims api", POOL_OF_API, role=ROLE_OF_API) as parts:
        engine = create_engine(settings.database_url.get_secret_value(), name="claims api reads", size=READERS)
        try:
            reader, store = Reader(engine), MeasuredStore(PostgresEventStore(parts.pool), parts.metrics)
            read = reading(parts, store, reader)
            services = api_services(parts, store, reader, read)
            async with open_board(parts, reader, read) as board:
                _log.info("api started", host=settings.host, port=listener.getsockname()[1])
                await serve(Beside(board, create_app(services)), listener, services.streams.close)
        finally:
            await engine.dispose()


def api_services(parts: Parts, store: EventStore, reader: Reader, read: Reading) -> ApiServices:
    """Return what the interface works with; SetupError where keys of tokens or files of the browser cannot be read."""
    settings = parts.settings
    commands = Commands(store, parts.histories, parts.reference, CommandObserver(parts.metrics), new_id)
    subject_commands = SubjectCommands(store, parts.histories, parts.reference, CommandObserver(parts.metrics), new_id)
    return ApiServices(
        commands=commands,
        queries=read.queries,
        past=read.past,
        explanations=read.explanations,
        streams=read.streams,
        calendars=read.calendars,
        reports=read.reports,
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
        docs=_docs(),
        sandbox_clock=StoredSandboxClock(parts.pool) if settings.sandbox else None,
    )


def _docs() -> Mapping[str, Asset]:
    try:
        return docs_files()
    except MissingFilesError as error:
        raise SetupError(str(error)) from error


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
