"""Following the feed: nothing is missed, nothing comes twice, and nobody waits for a slow one."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from tests.unit.api.fake_reads import FakeFeed

from claims.application.pages import BadCursor, Followed
from claims.application.recorded import Basis, Recorded
from claims.application.rows import Position, Scope
from claims.application.streaming import Follower, Streams, StreamsFull

INSURER, REGULATOR = Scope("insurer", tenant="picc-sz"), Scope("regulator", region="440300")
PATIENCE = 5.0
NOW = datetime(2026, 3, 2, tzinfo=UTC)
STREAM = UUID(int=1)


def event(number: int) -> Recorded:
    return Recorded("x", None, Basis((), 1), "picc-sz", STREAM, number, NOW, NOW, "insurer:x", "c", None, b"")


def events(count: int, first: int = 1) -> list[Recorded]:
    return [event(number) for number in range(first, first + count)]


def numbers(batch: tuple[Followed, ...]) -> list[int]:
    return [each.recorded.version for each in batch]


async def some(following: AsyncIterator[tuple[Followed, ...]], count: int) -> list[int]:
    """Take batches until there are so many events."""
    found: list[int] = []
    async with asyncio.timeout(PATIENCE):
        while len(found) < count:
            found += numbers(await anext(following))
    return found


class Following:
    """One follower and what it gets."""

    def __init__(
        self, streams: Streams, after: str | None = None, scope: Scope = INSURER, patience: float = PATIENCE
    ) -> None:
        self.follower: Follower = streams.joined()
        self.batches = streams.events(self.follower, scope, after, patience)


async def test_what_is_there_comes_first_and_what_comes_follows_in_order() -> None:
    feed = FakeFeed(events(450))
    streams = Streams(feed, pause=0.001)
    one = Following(streams)
    assert await some(one.batches, 450) == list(range(1, 451))
    feed.log += events(3, 451)
    assert await some(one.batches, 3) == [451, 452, 453]
    streams.left(one.follower)


async def test_what_comes_while_one_joins_comes_once() -> None:
    feed = FakeFeed(events(2))
    streams = Streams(feed, pause=0.001)
    one = Following(streams)
    assert numbers(await anext(one.batches)) == [1, 2]
    feed.log += events(1, 3)  # behind what was read, before the joining
    assert numbers(await anext(one.batches)) == [3]
    feed.log += events(1, 4)
    assert await some(one.batches, 1) == [4]
    streams.left(one.follower)


async def test_one_follows_from_a_cursor() -> None:
    streams = Streams(FakeFeed(events(5)), pause=0.001)
    one = Following(streams, "3")
    assert await some(one.batches, 2) == [4, 5]
    streams.left(one.follower)


async def test_a_cursor_that_the_feed_did_not_give_is_refused() -> None:
    with pytest.raises(BadCursor):
        await anext(Following(Streams(FakeFeed([])), "nonsense").batches)


async def test_all_who_have_the_same_eyes_are_read_for_once() -> None:
    feed = FakeFeed(events(1))
    streams = Streams(feed, pause=0.001)
    many = [Following(streams) for _ in range(20)] + [Following(streams, scope=REGULATOR)]
    for each in many:
        assert await some(each.batches, 1) == [1]
        assert numbers(await anext(each.batches)) == []
    taking = [asyncio.create_task(some(each.batches, 1)) for each in many]
    await asyncio.sleep(0)
    feed.reads.clear()
    feed.log += events(1, 2)
    assert await asyncio.gather(*taking) == [[2]] * 21
    assert len([scope for scope, _ in feed.reads if scope == INSURER]) <= 2
    assert len(feed.reads) <= 4
    for each in many:
        streams.left(each.follower)


async def test_who_takes_too_little_is_let_go_and_resumes_behind_the_last_it_got() -> None:
    feed = FakeFeed(events(1))
    streams = Streams(feed, pause=0.001, depth=3)
    slow, quick = Following(streams), Following(streams)
    for each in (slow, quick):
        assert await some(each.batches, 1) == [1]
        assert numbers(await anext(each.batches)) == []
    joined, waiting = (asyncio.ensure_future(some(each.batches, 1)) for each in (quick, slow))
    feed.log += events(1, 2)
    assert await joined == await waiting == [2]
    feed.log += events(4, 3)  # more than may wait, and the slow one takes none of it
    async with asyncio.timeout(PATIENCE):
        await slow.follower.over()
    assert [batch async for batch in slow.batches] == []
    streams.left(slow.follower)
    again = Following(streams, "2")
    assert await some(again.batches, 4) == [3, 4, 5, 6]
    for each in (again, quick):
        streams.left(each.follower)


async def test_where_nothing_comes_nothing_is_said_after_a_while() -> None:
    streams = Streams(FakeFeed([]), pause=0.001)
    one = Following(streams, patience=0.001)
    async with asyncio.timeout(PATIENCE):
        assert [await anext(one.batches) for _ in range(5)] == [()] * 5
    streams.left(one.follower)


async def test_when_the_process_ends_everybody_is_let_go_and_nobody_is_taken() -> None:
    streams = Streams(FakeFeed(events(1)), pause=0.001)
    many = [Following(streams) for _ in range(3)]
    for each in many:
        await some(each.batches, 1)
    streams.close()
    async with asyncio.timeout(PATIENCE):
        assert [[batch async for batch in each.batches] for each in many] == [[], [], []]
    with pytest.raises(StreamsFull):
        streams.joined()


async def test_no_more_follow_than_may() -> None:
    streams = Streams(FakeFeed([]), most=2)
    first, _ = streams.joined(), streams.joined()
    with pytest.raises(StreamsFull):
        streams.joined()
    streams.left(first)
    streams.joined()


async def test_when_the_log_cannot_be_read_everybody_is_let_go_and_may_come_back() -> None:
    feed = FakeFeed(events(1))
    streams = Streams(feed, pause=0.001)
    one = Following(streams)
    assert await some(one.batches, 1) == [1]
    assert numbers(await anext(one.batches)) == []
    feed.fails_with = OSError("away")
    async with asyncio.timeout(PATIENCE):
        assert [batch async for batch in one.batches] == []
    streams.left(one.follower)
    feed.fails_with = None
    again = Following(streams, "1")
    assert numbers(await anext(again.batches)) == []
    assert numbers(await anext(again.batches)) == []
    feed.log += events(1, 2)
    assert await some(again.batches, 1) == [2]
    streams.left(again.follower)


async def test_nobody_looks_at_the_log_when_nobody_follows() -> None:
    before = asyncio.all_tasks()
    streams = Streams(FakeFeed([]), pause=0.001)
    one = Following(streams)
    assert [numbers(await anext(one.batches)) for _ in range(2)] == [[], []]
    (looking,) = asyncio.all_tasks() - before
    streams.left(one.follower)
    with pytest.raises(asyncio.CancelledError):
        await looking


def test_places_of_the_log_are_ordered_by_epoch_transaction_and_number() -> None:
    places = [Position(1, 9, 9), Position(2, 1, 1), Position(2, 1, 2), Position(2, 3, 1)]
    assert max(places) == places[-1]
    assert min(places) == places[0]
