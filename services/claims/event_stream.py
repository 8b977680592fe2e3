"""An answer of Server-Sent Events that goes on until the reader leaves, is too slow, or its time is over."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from claims.application.streaming import Follower, Streams

MEDIA_TYPE = "text/event-stream"
HEARTBEAT_SECONDS = 15.0
LONGEST_SECONDS = 600.0
"""How long a stream lasts at most, whatever token or session says: whoever follows shows a new one, and goes on."""
LAST_WORD_SECONDS = 1.0
"""How long a reader who takes nothing is waited for before it is cut off without a proper end."""
RESUME_HEADER = "Last-Event-ID"
BEGINNING = b"retry: 1000\n\n"
HEARTBEAT = b": heartbeat\n\n"
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class EventStream(Response):
    """Sends the parts of a stream, each one or more messages, as they come."""

    def __init__(self, streams: Streams, follower: Follower, parts: AsyncIterator[bytes], seconds: float) -> None:
        """Take who follows, what is written for it, and for how long it may be read."""
        super().__init__(None, 200, _HEADERS, MEDIA_TYPE)
        del self.headers["content-length"]
        self._streams = streams
        self._follower = follower
        self._parts = parts
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what comes until one of the ends does; to HEAD nothing, at once."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        if scope["method"] == "HEAD":
            self._streams.left(self._follower)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
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
        beginning = BEGINNING
        async for each in self._parts:
            await send(_part(beginning + each or HEARTBEAT))
            beginning = b""


def message(data: str, *, name: str | None = None, cursor: str | None = None) -> bytes:
    """Return one message; `cursor` is its id, by which a reader that was cut off resumes behind it."""
    lines = [] if cursor is None else [f"id: {cursor}"]
    if name is not None:
        lines.append(f"event: {name}")
    lines += [f"data: {line}" for line in data.splitlines() or [""]]
    return ("\n".join(lines) + "\n\n").encode()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _part(content: bytes) -> Message:
    return {"type": "http.response.body", "body": content, "more_body": True}
