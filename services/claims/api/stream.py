"""The feed as Server-Sent Events: each event with its cursor, so that whoever was cut off goes on where it stopped."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress

import orjson
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from claims.api.filters import StreamQuery
from claims.api.problems import bad_header, invalid
from claims.api.render_events import event_answer
from claims.api.routes import BASE, READERS, Call, Route
from claims.application.pages import BadCursor, Followed
from claims.application.streaming import Follower, Streams
from claims.domain.errors import FieldError

MEDIA_TYPE = "text/event-stream"
HEARTBEAT_SECONDS = 15.0
LONGEST_SECONDS = 600.0
"""How long a stream lasts at most, whatever the token says: whoever follows shows a new one then, and goes on."""
LAST_WORD_SECONDS = 1.0
"""How long a reader who takes nothing is waited for before it is cut off without a proper end."""
_RESUME = "Last-Event-ID"
_BEGINNING = b"retry: 1000\n\n"
_HEARTBEAT = b": heartbeat\n\n"
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class EventStream(Response):
    """An answer that goes on until the reader leaves, is too slow, or its time is over."""

    def __init__(
        self,
        streams: Streams,
        follower: Follower,
        first: Iterable[Followed],
        more: AsyncIterator[tuple[Followed, ...]],
        seconds: float,
    ) -> None:
        """Take what lies behind the cursor, what follows on it, and for how long it may be read."""
        super().__init__(None, 200, _HEADERS, MEDIA_TYPE)
        del self.headers["content-length"]
        self._streams = streams
        self._follower = follower
        self._first = first
        self._more = more
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI gives it
        """Send events until one of the ends comes."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        writing = asyncio.create_task(self._write(send))
        ends = {writing, asyncio.create_task(_gone(receive)), asyncio.create_task(self._follower.over())}
        try:
            await asyncio.wait(ends, timeout=self._seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._streams.left(self._follower)
            for each in ends:
                each.cancel()
            await asyncio.gather(*ends, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORD_SECONDS):
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        if not writing.cancelled():
            writing.result()

    async def _write(self, send: Send) -> None:
        await send(_part(_BEGINNING + _told(self._first)))
        async for events in self._more:
            await send(_part(_told(events) or _HEARTBEAT))


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _part(content: bytes) -> Message:
    return {"type": "http.response.body", "body": content, "more_body": True}


def _told(events: Iterable[Followed]) -> bytes:
    return b"".join(
        b"id: %b\ndata: %b\n\n" % (each.cursor.encode(), orjson.dumps(event_answer(each.recorded))) for each in events
    )


async def _stream(call: Call) -> Response:
    """Read the first part before the answer begins, so that a wrong cursor is a problem and not a broken stream."""
    query = call.query(StreamQuery)
    stated = call.request.headers.get(_RESUME) or None
    streams = call.services.streams
    follower = streams.joined()
    more = streams.events(follower, call.caller.scope, stated or query.after, HEARTBEAT_SECONDS)
    try:
        first = await anext(more, ())
    except BadCursor:
        streams.left(follower)
        if stated is not None:
            detail = f"The feed did not give this {_RESUME}: begin without one."
            raise bad_header("last-event-id-unknown", detail) from None
        raise invalid([FieldError("/after", "The feed did not give this cursor: begin without one.")]) from None
    except BaseException:
        streams.left(follower)
        raise
    left = call.services.tokens.seconds_left(call.request.headers.get("authorization"))
    return EventStream(streams, follower, first, more, min(left, LONGEST_SECONDS))


def stream_routes() -> tuple[Route, ...]:
    """Return the route of the stream."""
    return (
        Route(
            method="GET",
            path=f"{BASE}/stream",
            name="stream",
            summary="The feed as Server-Sent Events, resumable by Last-Event-ID.",
            roles=READERS,
            handle=_stream,
            answer=MEDIA_TYPE,
            tag="reads",
            query=StreamQuery,
            problems=(400,),
        ),
    )
