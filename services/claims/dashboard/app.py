"""The board as an application of its own: its pages, guarded, with one way to fail."""

from collections.abc import Iterable, Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from claims.dashboard.error_pages import ErrorPages
from claims.dashboard.headers import SecurityHeaders
from claims.dashboard.pages import PREFIX, Guarded
from claims.dashboard.preferences import THEMES, Preferences, preferences, remember
from claims.dashboard.rendering import Renderer
from claims.dashboard.services import BoardServices
from claims.dashboard.sign_in import local_address
from claims.dashboard.site import pages
from claims.dashboard.texts import LANGUAGES


def create_board(
    services: BoardServices, renderer: Renderer, outside: Iterable[BaseRoute], around: Sequence[Middleware] = ()
) -> Starlette:
    """Return the board, to be mounted at /board.

    `outside` are the routes that need no session (sign-in, files of the browser); `around` is the middleware that
    every request of the process passes.
    """
    errors = ErrorPages(renderer)
    inside = [
        Route(page.path, Guarded(page, services, renderer, errors).answer, methods=[page.method], name=page.name)
        for page in pages()
    ]
    return Starlette(
        routes=[*outside, Route("/preferences", _choose, methods=["GET"], name="preferences"), *inside],
        middleware=[Middleware(SecurityHeaders, https=services.sessions.https), *around],
        exception_handlers=errors.handlers(),
    )


async def _choose(request: Request) -> Response:
    """Remember a language or a theme and go back; it changes nothing but how pages look, so a link may do it."""
    was, asked = preferences(request), request.query_params
    chosen = Preferences(
        next((each for each in LANGUAGES if each == asked.get("language")), was.language),
        next((each for each in THEMES if each == asked.get("theme")), was.theme),
    )
    answer = RedirectResponse(local_address(asked.get("next")), 303)
    remember(answer, chosen, path=PREFIX)
    return answer
