"""The application: every route of the tables, guarded, with one way to fail."""

from collections.abc import Iterable
from functools import cache

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.routing import Route as StarletteRoute

from claims.api.calendars import calendar_routes
from claims.api.commands import command_routes
from claims.api.compliance import compliance_routes
from claims.api.description import TITLE, VERSION, document
from claims.api.docs import docs_routes
from claims.api.due_dates import due_date_routes
from claims.api.merges import merge_routes
from claims.api.middleware import Answering, Bounded, Correlated, Logged, problem_response
from claims.api.operations import operation_routes
from claims.api.parties import party_routes
from claims.api.reads import read_routes
from claims.api.reports import report_routes
from claims.api.reports_of_periods import period_report_routes
from claims.api.routes import Endpoint, Route, UnguardedRouteError
from claims.api.sandbox import sandbox_routes
from claims.api.services import ApiServices, SandboxClock
from claims.api.stream import stream_routes
from claims.api.subjects import subject_routes
from claims.api.submissions import submission_routes

__all__ = ["ApiServices", "create_app", "routes_for"]


def routes_for(clock: SandboxClock | None) -> tuple[Route, ...]:
    """Return every route of an instance; that of the sandbox's clock only where there is one."""
    sandbox = () if clock is None else sandbox_routes(clock)
    return (
        *report_routes(),
        *merge_routes(),
        *command_routes(),
        *read_routes(),
        *calendar_routes(),
        *due_date_routes(),
        *stream_routes(),
        *party_routes(),
        *submission_routes(),
        *subject_routes(),
        *compliance_routes(),
        *period_report_routes(),
        *sandbox,
        *operation_routes(),
        *docs_routes(),
    )


def create_app(services: ApiServices, more: Iterable[Route] = ()) -> FastAPI:
    """Return the application, with `more` routes beside the contract's.

    Raises:
        UnguardedRouteError: a route names no role.
    """
    routes = (*routes_for(services.sandbox_clock), *more)
    app = FastAPI(
        title=TITLE,
        version=VERSION,
        openapi_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
        exception_handlers={HTTPException: _http_problem},
        middleware=[
            Middleware(Correlated, new_id=services.new_id),
            Middleware(Logged),
            Middleware(Answering),
            Middleware(Bounded),
        ],
    )
    for route in routes:
        app.add_route(route.path, Endpoint(route, services).answer, methods=[route.method], name=route.name)
    app.state.document = cache(lambda: document(routes))
    refuse_unguarded(app)
    return app


def refuse_unguarded(app: FastAPI) -> None:
    """Raise UnguardedRouteError if any route was added past the tables."""
    for each in app.routes:
        endpoint = getattr(each.endpoint, "__self__", None) if isinstance(each, StarletteRoute) else None
        if not isinstance(endpoint, Endpoint):
            raise UnguardedRouteError(f"{getattr(each, 'path', each)} names no role: add it to a table of routes")


async def _http_problem(request: Request, error: Exception) -> Response:
    """The router names the methods of the first route of a path only: name those of all."""
    if isinstance(error, HTTPException) and error.status_code == 405:
        found = [each for each in request.app.routes if each.matches(request.scope)[0] is not Match.NONE]
        error = HTTPException(405, headers={"Allow": ", ".join(sorted({m for each in found for m in each.methods}))})
    return problem_response(request, error)
