"""From settings to the board: its pages, its ways in, and notifications as it reaches it."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.types import ASGIApp

from claims.api.middleware import Answering, Bounded, Correlated, Logged
from claims.api.render_report import report_answer
from claims.api.report_tables import tables
from claims.application.board_queries import Board
from claims.application.ports import Reference
from claims.application.reporting import PeriodReport
from claims.application.rows import Scope
from claims.assets import MissingFilesError, board_assets
from claims.bootstrap import SetupError
from claims.bootstrap.board_sign_in import board_sessions, board_sign_in
from claims.bootstrap.parts import Parts, new_id, service_key
from claims.bootstrap.reading import Reading
from claims.dashboard.alerts import Alerts
from claims.dashboard.app import create_board
from claims.dashboard.delegation import Delegation
from claims.dashboard.rendering import Renderer
from claims.dashboard.services import BoardServices, ReportTables
from claims.dashboard.sign_in import sign_in_routes
from claims.event_store.reader import Reader
from claims.projections.board import BoardReader
from claims.settings import Settings
from claims.spreadsheet import Table

_AS_ADMIN = Scope("admin")


@asynccontextmanager
async def open_board(parts: Parts, reader: Reader, read: Reading) -> AsyncIterator[ASGIApp]:
    """Yield the board as an application; SetupError."""
    settings = parts.settings
    try:
        assets = board_assets()
    except MissingFilesError as error:
        raise SetupError(str(error)) from error
    renderer = Renderer(assets, sandbox=settings.sandbox)
    sessions, alerts = board_sessions(settings), board_alerts(settings)
    board = Board(BoardReader(reader), parts.reference)
    services = BoardServices(
        board=board,
        queries=read.queries,
        past=read.past,
        explanations=read.explanations,
        streams=read.streams,
        calendars=read.calendars,
        reports=read.reports,
        report_tables=_report_tables(parts.reference),
        reference=parts.reference,
        alerts=alerts,
        sessions=sessions,
    )
    ways = board_sign_in(settings, sessions, renderer, _insurers(board, read))
    around = [
        Middleware(Correlated, new_id=new_id),
        Middleware(Logged),
        Middleware(Answering),
        Middleware(Bounded),
    ]
    files = Route("/static/{path:path}", assets.serve, methods=["GET"], name="static")
    try:
        yield create_board(services, renderer, [*sign_in_routes(ways), files], around)
    finally:
        await alerts.close()


def _report_tables(reference: Reference) -> ReportTables:
    """Return what makes the tables of a report: the interface's own, so that the board's file is the same."""

    def made(kind: str, report: PeriodReport, *, targets: bool) -> Sequence[Table]:
        return tables(report_answer(kind, report, reference.rulebooks, targets=targets))

    return made


def board_alerts(settings: Settings) -> Alerts:
    """Return notifications as the board reaches it, to be closed by whoever asks for it; SetupError."""
    delegation = Delegation(
        service_key(settings), issuer=settings.token_issuer, audience=settings.notifications_audience, wall=time.time
    )
    return Alerts(settings.notifications_url, delegation)


def _insurers(board: Board, read: Reading) -> Callable[[], Awaitable[Sequence[str]]]:
    async def found() -> Sequence[str]:
        return (await board.choices(_AS_ADMIN, await read.queries.now())).insurers

    return found
