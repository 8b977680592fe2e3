"""The feed as it grows: one look at the log for the whole process, one read for each scope, handed to all who follow.

Nobody waits for anybody: who takes too little of what comes is let go, and resumes later behind the last event it got.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from claims.application.pages import Followed
from claims.application.rows import Position, Scope

PAUSE = 0.2
"""Seconds between two looks at the end of the log."""
DEPTH = 1_000
"""How many events may wait for one follower."""
MOST = 500
"""How many may follow at once."""
_PART = 200
_SIDE_BY_SIDE = 4
"""How many scopes are read at once: the others of the process want connections too."""

_log = structlog.stdlib.get_logger(__name__)


class Feed(Protocol):
    """What is followed."""

    async def followed(self, scope: Scope, after: str | None, limit: int) -> tuple[tuple[Followed, ...], str | None]:
        """Return what lies behind a cursor for a scope, and the cursor behind it."""
        ...

    async def head(self) -> Position:
        """Return the place of the newest event."""
        ...


class StreamsFull(Exception):  # noqa: N818 - it is an answer
    """As many follow as may, or the process ends: try again later."""


@dataclass(eq=False, slots=True)
class Follower:
    """One who follows: what waits for it, and whether it is over."""

    depth: int
    _waiting: deque[Followed] = field(default_factory=deque)
    _stirred: asyncio.Event = field(default_factory=asyncio.Event)
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    def offer(self, event: Followed) -> None:
        """Hand on an event; one for whom too many wait is let go."""
        if len(self._waiting) >= self.depth:
            self.end()
            return
        self._waiting.append(event)
        self._stirred.set()

    def end(self) -> None:
        """Let it go."""
        self._over.set()
        self._stirred.set()

    async def over(self) -> None:
        """Wait until it is let go."""
        await self._over.wait()

    @property
    def is_over(self) -> bool:
        """Say whether it was let go."""
        return self._over.is_set()

    async def taken(self, patience: float) -> tuple[Followed, ...]:
        """Return what waits, or comes within so many seconds; nothing if nothing does."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._stirred.wait()
        self._stirred.clear()
        taken = tuple(self._waiting)
        self._waiting.clear()
        return taken


@dataclass(eq=False, slots=True)
class _Channel:
    """All who follow with the same eyes, and how far has been read for them."""

    cursor: str | None
    followers: set[Follower] = field(default_factory=set)

    def hand_on(self, event: Followed) -> None:
        for each in tuple(self.followers):
            each.offer(event)


class Streams:
    """Everybody who follows the feed in this process."""

    def __init__(self, feed: Feed, *, pause: float = PAUSE, depth: int = DEPTH, most: int = MOST) -> None:
        self._feed = feed
        self._pause = pause
        self._depth = depth
        self._most = most
        self._everybody: set[Follower] = set()
        self._channels: dict[Scope, _Channel] = {}
        self._looking: asyncio.Task[None] | None = None
        self._closed = False

    def joined(self) -> Follower:
        """Return a new follower, to be given to `events` and `left`; StreamsFull if there is no room."""
        if self._closed or len(self._everybody) >= self._most:
            raise StreamsFull
        follower = Follower(self._depth)
        self._everybody.add(follower)
        return follower

    async def events(
        self, follower: Follower, scope: Scope, after: str | None, patience: float
    ) -> AsyncIterator[tuple[Followed, ...]]:
        """Yield what lies behind a cursor and then what comes, until the follower is let go.

        Yields nothing (an empty tuple) where nothing came for `patience` seconds. Raises BadCursor.
        """
        place, cursor = Position(), after
        channel: _Channel | None = None
        while not follower.is_over:
            events, cursor = await self._feed.followed(scope, cursor, _PART)
            place = max([place, *(each.place for each in events)])
            yield events
            if len(events) == _PART:
                continue
            if channel is not None:
                break
            # Read once more behind the joining: what came in between is in neither what was read nor what is handed on.
            channel = self._channel(scope, cursor)
            channel.followers.add(follower)
        while not follower.is_over:
            taken = await follower.taken(patience)
            if not follower.is_over:
                yield tuple(each for each in taken if each.place > place)

    def left(self, follower: Follower) -> None:
        """Forget a follower; the last one to leave ends the looking."""
        follower.end()
        self._everybody.discard(follower)
        for scope, channel in tuple(self._channels.items()):
            channel.followers.discard(follower)
            if not channel.followers:
                del self._channels[scope]
        if not self._channels and self._looking is not None:
            self._looking.cancel()
            self._looking = None

    def close(self) -> None:
        """Let everybody go and take nobody any more: the process ends."""
        self._closed = True
        for each in self._everybody:
            each.end()

    def _channel(self, scope: Scope, cursor: str | None) -> _Channel:
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(), context=Context())
        return self._channels.setdefault(scope, _Channel(cursor))

    async def _look(self) -> None:
        """Look at the end of the log; when it has moved, read on for every scope.

        Whatever fails lets everybody go, so that nobody waits for what nobody reads: they come back by themselves.
        """
        seen: Position | None = None
        try:
            while True:
                head = await self._feed.head()
                if head != seen:
                    await self._read_on()
                    seen = head
                await asyncio.sleep(self._pause)
        except Exception as error:  # noqa: BLE001 - told, and everybody is let go
            _log.warning("the feed cannot be followed", error=type(error).__name__)
            for channel in self._channels.values():
                for each in channel.followers:
                    each.end()

    async def _read_on(self) -> None:
        room = asyncio.Semaphore(_SIDE_BY_SIDE)

        async def read(scope: Scope, channel: _Channel) -> None:
            async with room:
                while channel.followers:
                    events, channel.cursor = await self._feed.followed(scope, channel.cursor, _PART)
                    for each in events:
                        channel.hand_on(each)
                    if len(events) < _PART:
                        return

        async with asyncio.TaskGroup() as reading:
            for scope, channel in tuple(self._channels.items()):
                reading.create_task(read(scope, channel))
