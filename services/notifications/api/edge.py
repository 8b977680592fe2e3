"""What every request passes first: a correlation id, the limit of its size, and one line in the log."""

import re
import time
from typing import Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from notifications.api.problems import Problem, answer, unexpected
from notifications.application.ports import NewId

LARGEST_BODY: Final = 1_000_000
CORRELATION: Final = "X-Correlation-Id"
_ACCEPTED: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")

_log = structlog.get_logger(__name__)


class Edge:
    """An ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, new_id: NewId) -> None:
        self._app = app
        self._new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Bind the correlation id for everything that the request does, and echo it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(CORRELATION, "")
        correlation_id = given if _ACCEPTED.fullmatch(given) else str(self._new_id())
        scope.setdefault("state", {})["correlation_id"] = correlation_id
        started, status, answered = time.perf_counter(), 500, False

        async def echo(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                answered = True
                status = message["status"]
                MutableHeaders(scope=message)[CORRELATION] = correlation_id
            await send(message)

        with structlog.contextvars.bound_contextvars(correlation_id=correlation_id):
            try:
                await self._within_limit(scope, receive, echo)
            except Exception:
                _log.exception("unexpected_error")
                if answered:
                    raise
                await answer(Request(scope), unexpected())(scope, receive, echo)
            finally:
                spent = round((time.perf_counter() - started) * 1000)
                _log.info("request", method=scope["method"], path=scope["path"], status=status, milliseconds=spent)

    async def _within_limit(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body, up to the limit, before the application sees the request."""
        body = bytearray()
        declared = Headers(scope=scope).get("content-length", "0")
        too_large = declared.isdecimal() and int(declared) > LARGEST_BODY
        more = not too_large
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            too_large = len(body) > LARGEST_BODY
            more = message.get("more_body", False) and not too_large
        if too_large:
            refusal = answer(Request(scope), Problem("body-too-large", "Send less than 1 MB.", headers=_CLOSE))
            await refusal(scope, receive, send)
            return
        await self._app(scope, _replay(bytes(body), receive), send)


_CLOSE: Final = {"Connection": "close"}


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def correlation_of(request: Request) -> str:
    """The id that this request is known by in logs, events and alerts."""
    correlation_id: str = request.scope["state"]["correlation_id"]
    return correlation_id
