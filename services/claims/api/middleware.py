"""What surrounds every request: a correlation id, a bound on the body, and an answer whatever happens."""

import re
import time
from collections.abc import Callable
from uuid import UUID

import structlog
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from claims.api.problems import problem_of, too_large

MOST_BYTES = 1_000_000
"""How large a body may be."""
CORRELATION_HEADER = "X-Correlation-Id"
_QUIET = frozenset({"/health/live", "/health/ready", "/metrics"})
"""Asked every few seconds, by machines."""
_CORRELATION = re.compile(r"[A-Za-z0-9._-]{1,64}")


_log = structlog.stdlib.get_logger(__name__)


def correlation_id(request: Request) -> str:
    """Return the id that runs from this request into its events, alerts and log lines."""
    found: str = request.state.correlation_id
    return found


def problem_response(request: Request, error: Exception) -> Response:
    """Return the problem that an error is, as the answer to this request."""
    return problem_of(error).response(request.scope["path"])


class Correlated:
    """Takes the caller's correlation id or makes one, answers with it, and puts it on every log line."""

    def __init__(self, app: ASGIApp, new_id: Callable[[], UUID]) -> None:
        self._app = app
        self._new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        stated = Headers(scope=scope).get(CORRELATION_HEADER, "")
        chosen = stated if _CORRELATION.fullmatch(stated) else str(self._new_id())
        scope.setdefault("state", {})["correlation_id"] = chosen

        raw_name = CORRELATION_HEADER.lower().encode()

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (raw_name, chosen.encode())]
            await send(message)

        with structlog.contextvars.bound_contextvars(correlation_id=chosen):
            await self._app(scope, receive, send_with_id)


class Logged:
    """Writes one line for each request, with how it was answered; neither query nor body, which may be personal."""

    def __init__(self, app: ASGIApp, clock: Callable[[], float] = time.perf_counter) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["path"] in _QUIET:
            await self._app(scope, receive, send)
            return
        began, status = self._clock(), 0

        async def watched_send(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, watched_send)
        finally:
            milliseconds = round((self._clock() - began) * 1000, 1)
            _log.info("request", method=scope["method"], path=scope["path"], status=status, milliseconds=milliseconds)


class Answering:
    """Turns what nobody caught into a problem, as long as no answer has begun."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched_send(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched_send)
        except Exception as error:
            if started:
                raise
            await problem_response(Request(scope), error)(scope, receive, send)


class Bounded:
    """Refuses a body that is too large: by its stated length, or as soon as more has come."""

    def __init__(self, app: ASGIApp, most: int = MOST_BYTES) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        stated = Headers(scope=scope).get("content-length", "")
        if stated.isascii() and stated.isdigit() and int(stated[:20]) > self._most:
            raise too_large(self._most)
        come = 0

        async def counting() -> Message:
            nonlocal come
            message = await receive()
            come += len(message.get("body", b""))
            if come > self._most:
                raise too_large(self._most)
            return message

        await self._app(scope, counting, send)
