"""The live line: what changes is named to the page that is open, and a new breach is told in words, within a second.

Named messages make parts of a page ask for themselves again: `changed` for anything, `claim-…` for one claim. A message
without a name is a line of news that is put into the page. All carry their cursor, so that a lost line misses nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from uuid import UUID

from starlette.responses import Response

from claims.application.calls import shows_clock
from claims.application.pages import BadCursor, Followed
from claims.dashboard.navigation import EVERYBODY
from claims.dashboard.pages import Page, Visit
from claims.dashboard.rulebooks import rule_titles
from claims.domain.clock_events import BreachWithdrawn, ClockBreached, ClockEscalated, ClockEvent
from claims.event_stream import HEARTBEAT_SECONDS, LONGEST_SECONDS, RESUME_HEADER, EventStream, message

_NEWS: dict[type[ClockEvent], str] = {
    ClockBreached: "breached",
    ClockEscalated: "escalated",
    BreachWithdrawn: "withdrawn",
}
_MOST_NEWS = 3
"""Lines of news of one look: after an outage the page itself says the rest."""
_TOGETHER_SECONDS = 0.4
"""What comes so soon after something else is told together with what follows: a busy log does not flood a page."""


async def _live(visit: Visit) -> Response:
    """Follow from the page's own cursor, or from where the line was cut off."""
    streams = visit.services.streams
    after = visit.request.headers.get(RESUME_HEADER) or visit.given("after") or visit.edge
    follower = streams.joined()
    more = streams.events(follower, visit.scope, after, HEARTBEAT_SECONDS)
    try:
        first = _told(visit, await anext(more, ()))
    except BadCursor:
        # Nobody knows what the page has missed: it asks for itself again, and follows from here.
        first = message("0", name="changed", cursor=visit.edge)
        more = streams.events(follower, visit.scope, visit.edge, HEARTBEAT_SECONDS)
    except BaseException:
        streams.left(follower)
        raise
    left = visit.services.sessions.seconds_left(visit.visitor)
    return EventStream(streams, follower, _parts(visit, first, more), min(left, LONGEST_SECONDS))


async def _parts(visit: Visit, first: bytes, more: AsyncIterator[tuple[Followed, ...]]) -> AsyncIterator[bytes]:
    yield first
    async for events in more:
        yield _told(visit, events)
        if events:
            await asyncio.sleep(_TOGETHER_SECONDS)


def _told(visit: Visit, events: tuple[Followed, ...]) -> bytes:
    if not events:
        return b""
    cursor = events[-1].cursor
    news = list(_news(visit, events))
    parts = [message(visit.renderer.line("news.html", each, visit.preferences)) for each in news[-_MOST_NEWS:]]
    parts += [message(str(each), name=f"claim-{each}") for each in sorted(_subjects(events))]
    # The cursor comes last: a line that is cut off before it brings all of these again.
    return b"".join(parts) + message(str(len(events)), name="changed", cursor=cursor)


def _subjects(events: Iterable[Followed]) -> set[UUID]:
    """Return what the events are about: for a clock's own events its subject, else the stream itself."""
    found = set()
    for each in events:
        event = each.recorded.event
        found.add(event.subject if isinstance(event, ClockEvent) else each.recorded.stream_id)
    return found


def _news(visit: Visit, events: Iterable[Followed]) -> Iterable[dict[str, object]]:
    titles = rule_titles(visit.services.reference.rulebooks, visit.words)
    for each in events:
        event = each.recorded.event
        if not isinstance(event, ClockEvent) or not event.alert or type(event) not in _NEWS:
            continue
        if not shows_clock(visit.role, tier=event.tier, responsible=event.responsible, provisional=False):
            continue
        yield {
            "kind": _NEWS[type(event)],
            "title": titles.get(event.rule, event.rule),
            "rule": event.rule,
            "claim_id": event.subject if event.subject_kind == "claim" else None,
            "at": each.recorded.recorded_at,
        }


def live_pages() -> tuple[Page, ...]:
    """Return the one address of the live line."""
    return (Page("GET", "/live", "live", EVERYBODY, _live),)
