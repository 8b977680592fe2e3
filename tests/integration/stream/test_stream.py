"""The stream over HTTP: the feed in its order, without a gap, for those who may see it, until the process stops."""

import asyncio
import socket

import asyncpg
from tests.integration.projections.world import INSURER, World
from tests.integration.stream.serving import GRACE, PATIENCE, Serving, serving
from tests.support.acts import asks
from tests.support.story import MILLION, at

from claims.application.rows import Position
from claims.application.streaming import PAUSE
from claims.watch.sweep import sweep


async def whole_feed(world: World) -> list[tuple[str, int]]:
    page = await world.queries.feed(INSURER, None, 200)
    return [(str(each.stream_id), each.version) for each in page.items]


async def test_the_stream_brings_what_is_there_and_what_comes_in_the_order_of_the_feed(world: World) -> None:
    claim_id = await world.a_claim("k1")
    before = len(await whole_feed(world))
    async with serving(world) as served, served.listening("insurer") as stream:
        seen = await stream.events(before)
        await world.service.execute(claim_id, asks("rescue", MILLION), "k2")
        await sweep(world.pool, at("2026-03-20 00:00"))
        feed = await whole_feed(world)
        seen += await stream.events(len(feed) - before)
        assert [each.key for each in seen] == feed


async def test_whoever_was_cut_off_goes_on_behind_the_last_event_it_got(world: World) -> None:
    await world.a_claim("k1", number="P-1")
    async with serving(world) as served:
        async with served.listening("insurer") as stream:
            first = await stream.events(2)
        await world.a_claim("k2", number="P-2")
        feed = await whole_feed(world)
        async with served.listening("insurer", first[-1].cursor) as stream:
            rest = await stream.events(len(feed) - 2)
    assert [each.key for each in (*first, *rest)] == feed


async def test_a_cursor_of_the_stream_is_one_of_the_feed(world: World) -> None:
    await world.a_claim("k1")
    async with serving(world) as served, served.listening("insurer") as stream:
        (first,) = await stream.events(1)
    page = await world.queries.feed(INSURER, first.cursor, 200)
    assert [(str(each.stream_id), each.version) for each in page.items] == (await whole_feed(world))[1:]


async def test_everybody_gets_what_it_may_see_and_nothing_else(world: World) -> None:
    async with (
        serving(world) as served,
        served.listening("insurer") as insurer,
        served.listening("another insurer") as another,
        served.listening("broker") as broker,
        served.listening("regulator") as regulator,
        served.listening("another regulator") as other_place,
        served.listening("admin") as admin,
    ):
        claim_id = await world.a_claim("k1", broker="mingya")
        for stream in (insurer, broker, regulator, admin):
            assert str(claim_id) in {each.key[0] for each in await stream.events(2)}
        served.streams.close()
        for stream in (another, other_place):
            assert [line for line in await stream.rest() if line.startswith("data")] == []


async def test_personal_data_is_told_to_staff_of_the_tenant_alone(world: World) -> None:
    await world.a_claim("k1", broker="mingya")
    async with serving(world) as served:
        for who, sighted in (("insurer", True), ("broker", False), ("regulator", False), ("admin", False)):
            async with served.listening(who) as stream:
                (first,) = await stream.events(1)
                assert ("王某" in str(first.data)) is sighted, who


async def test_an_event_whose_transaction_is_open_is_not_overtaken(world: World, owner: asyncpg.Connection) -> None:
    await world.a_claim("k1", number="P-1")
    feed = len(await whole_feed(world))
    async with serving(world) as served, served.listening("insurer") as stream:
        await stream.events(feed)
        transaction = owner.transaction()
        await transaction.start()
        await owner.execute("select pg_current_xact_id()")
        head = await world.queries.head()
        claim_id = await world.a_claim("k2", number="P-2")
        assert await world.queries.head() == head
        await transaction.rollback()
        assert await world.queries.head() > head > Position()
        assert (await stream.events(1))[0].key == (str(claim_id), 1)


async def test_the_server_stops_at_once_though_streams_are_open(world: World) -> None:
    await world.a_claim("k1")
    async with serving(world) as served, served.listening("insurer") as one, served.listening("regulator") as two:
        await one.events(1)
        await two.events(1)
        async with asyncio.timeout(GRACE):
            await served.stop()
        for stream in (one, two):
            assert all(not line.startswith("data") or line for line in await stream.rest())


async def test_a_reader_who_takes_nothing_does_not_keep_the_server_from_stopping(world: World) -> None:
    for number in range(30):
        await world.a_claim(f"k{number}", number=f"P-{number}")
    async with serving(world) as served:
        with _deaf(served) as connection:
            assert await asyncio.to_thread(connection.recv, 12) == b"HTTP/1.1 200"
            async with asyncio.timeout(PATIENCE):
                await served.stop()


def _deaf(served: Serving) -> socket.socket:
    """Ask for the stream with as little room as there can be, and read nothing of it."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    connection.connect(("127.0.0.1", served.port))
    connection.sendall(b"GET /v1/stream HTTP/1.1\r\nHost: x\r\nAuthorization: insurer\r\n\r\n")
    return connection


async def test_many_who_follow_at_once_all_get_everything(world: World) -> None:
    await world.a_claim("k0", number="P-0")
    first = len(await whole_feed(world))

    async def follow(served: Serving, count: int) -> list[tuple[str, int]]:
        async with served.listening("insurer") as stream:
            return [each.key for each in await stream.events(count)]

    async with serving(world) as served:
        following = [asyncio.create_task(follow(served, first * 6)) for _ in range(25)]
        for number in range(1, 6):
            await world.a_claim(f"k{number}", number=f"P-{number}")
        seen = await asyncio.gather(*following)
    feed = await whole_feed(world)
    assert len(feed) == first * 6
    assert all(each == feed for each in seen)


def test_the_log_is_looked_at_five_times_a_second_at_least() -> None:
    assert 1 / PAUSE >= 5
