"""The feed as Server-Sent Events: each event with its cursor, so that whoever was cut off goes on where it stopped."""

from collections.abc import AsyncIterator, Iterable

import orjson
from starlette.responses import Response

from claims.api.filters import StreamQuery
from claims.api.problems import bad_header, invalid
from claims.api.render_events import event_answer
from claims.api.routes import BASE, READERS, Call, Route
from claims.application.pages import BadCursor, Followed
from claims.domain.errors import FieldError
from claims.event_stream import HEARTBEAT_SECONDS, LONGEST_SECONDS, MEDIA_TYPE, RESUME_HEADER, EventStream


async def _stream(call: Call) -> Response:
    """Read the first part before the answer begins, so that a wrong cursor is a problem and not a broken stream."""
    query = call.query(StreamQuery)
    stated = call.request.headers.get(RESUME_HEADER) or None
    streams = call.services.streams
    follower = streams.joined()
    more = streams.events(follower, call.caller.scope, stated or query.after, HEARTBEAT_SECONDS)
    try:
        first = await anext(more, ())
    except BadCursor:
        streams.left(follower)
        if stated is not None:
            detail = f"The feed did not give this {RESUME_HEADER}: begin without one."
            raise bad_header("last-event-id-unknown", detail) from None
        raise invalid([FieldError("/after", "The feed did not give this cursor: begin without one.")]) from None
    except BaseException:
        streams.left(follower)
        raise
    left = call.services.tokens.seconds_left(call.request.headers.get("authorization"))
    return EventStream(streams, follower, _parts(first, more), min(left, LONGEST_SECONDS))


async def _parts(first: Iterable[Followed], more: AsyncIterator[tuple[Followed, ...]]) -> AsyncIterator[bytes]:
    yield _told(first)
    async for events in more:
        yield _told(events)


def _told(events: Iterable[Followed]) -> bytes:
    return b"".join(
        b"id: %b\ndata: %b\n\n" % (each.cursor.encode(), orjson.dumps(event_answer(each.recorded))) for each in events
    )


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
