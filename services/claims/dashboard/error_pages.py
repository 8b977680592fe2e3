"""How the board says that something did not work: what it was, that nothing is lost, and what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from claims.application.calls import NotFound
from claims.application.pages import BadCursor
from claims.application.streaming import StreamsFull
from claims.dashboard.alerts import AlertsAwayError, AlertsRefusedError
from claims.dashboard.csrf import ForgedRequestError
from claims.dashboard.preferences import preferences
from claims.dashboard.refusals import BadAddressError, ForbiddenPageError
from claims.dashboard.rendering import Renderer
from claims.event_store.errors import StoreUnavailableError

_log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Told:
    """What an error is told as; the key of its texts in common.error."""

    key: str
    status: HTTPStatus


_BY_KIND: Mapping[type[Exception], _Told] = {
    NotFound: _Told("not_found", HTTPStatus.NOT_FOUND),
    ForbiddenPageError: _Told("forbidden", HTTPStatus.FORBIDDEN),
    BadAddressError: _Told("bad_address", HTTPStatus.BAD_REQUEST),
    BadCursor: _Told("bad_address", HTTPStatus.BAD_REQUEST),
    ForgedRequestError: _Told("forged", HTTPStatus.FORBIDDEN),
    StoreUnavailableError: _Told("unavailable", HTTPStatus.SERVICE_UNAVAILABLE),
    StreamsFull: _Told("crowded", HTTPStatus.SERVICE_UNAVAILABLE),
    AlertsAwayError: _Told("away", HTTPStatus.SERVICE_UNAVAILABLE),
    AlertsRefusedError: _Told("refused", HTTPStatus.CONFLICT),
}
_NOT_FOUND = _BY_KIND[NotFound]
_OF_NOTIFICATIONS = {HTTPStatus.NOT_FOUND: _NOT_FOUND, HTTPStatus.FORBIDDEN: _BY_KIND[ForbiddenPageError]}
"""What a refusal of notifications is, where it is one that the board has words of its own for."""
_FAILED = _Told("failed", HTTPStatus.INTERNAL_SERVER_ERROR)


class ErrorPages:
    """Answers with a page; to htmx with a notice that is put above the page that is there."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    def handlers(self) -> dict[type[Exception], "ErrorPages"]:
        """Return what is to be called for each kind of error outside of pages, which call it themselves."""
        return dict.fromkeys((*_BY_KIND, HTTPException), self)

    async def __call__(self, request: Request, error: Exception) -> Response:
        """Answer a request that ended in an error; what nobody expected goes into the log."""
        told = _told(error)
        if told is _FAILED:
            _log.error("page failed", path=request.scope["path"], exc_info=error)
        visit = getattr(request.state, "visit", None)
        is_partial = request.headers.get("hx-request-type") == "partial"
        context = {
            "visit": visit,
            "now": None if visit is None else visit.now,
            "error": told.key,
            "partial": is_partial,
            "status": int(told.status),
            "reference": getattr(request.state, "correlation_id", ""),
            "detail": (error.detail or error.title) if isinstance(error, AlertsRefusedError) else "",
        }
        template = "error.html" if visit is not None else "error_outside.html"
        html = self._renderer.render(template, "notice" if is_partial else None, context, preferences(request))
        # Morphed, not replaced: what fails again and again is read out once.
        retarget = {"HX-Retarget": "#notices", "HX-Reswap": "innerMorph"} if is_partial else {}
        return HTMLResponse(html, told.status, headers={"Vary": "HX-Request-Type, Cookie", **retarget})


def _told(error: Exception) -> _Told:
    if isinstance(error, AlertsRefusedError) and error.status in _OF_NOTIFICATIONS:
        return _OF_NOTIFICATIONS[HTTPStatus(error.status)]
    if isinstance(error, HTTPException):
        return _NOT_FOUND if error.status_code in {404, 405} else _FAILED
    return next((told for kind, told in _BY_KIND.items() if isinstance(error, kind)), _FAILED)
