"""The feed and the timeline: in the order of the log, without a gap, and nobody else's."""

import asyncpg
import pytest
from tests.integration.projections.world import ADMIN, BROKER, INSURER, OTHER_INSURER, REGULATOR, World
from tests.support.story import MILLION, at, ident

from claims.application.pages import BadCursor
from claims.application.recorded import Recorded
from claims.application.rows import Position, Scope
from claims.domain.claim.commands.advance import RequestAdvance
from claims.event_store.log_cursors import log_cursor, read_log_cursor
from claims.watch.sweep import sweep

RESCUE = RequestAdvance(at("2026-03-02 11:00"), ident("a"), "rescue", "insured", MILLION, (), None, None)


async def whole_feed(world: World, limit: int = 3) -> list[Recorded]:
    """Follow the feed page by page until a page is not full."""
    seen: list[Recorded] = []
    cursor = None
    while True:
        page = await world.queries.feed(INSURER, cursor, limit)
        seen += page.items
        cursor = page.next_cursor
        if len(page.items) < limit:
            return seen


async def test_the_feed_brings_every_event_once_in_the_order_of_the_log(
    world: World, owner: asyncpg.Connection
) -> None:
    claim_id = await world.a_claim("k1")
    await world.service.execute(claim_id, RESCUE, "k2")
    await sweep(world.pool, at("2026-03-10 00:00"))
    rows = await owner.fetch("select stream_id, version from events order by epoch, tx_id, seq")
    assert [(each.stream_id, each.version) for each in await whole_feed(world)] == [tuple(row) for row in rows]


async def test_the_feed_goes_on_where_it_stopped(world: World) -> None:
    await world.a_claim("k1", number="P-1")
    cursor = (await world.queries.feed(INSURER, None, 200)).next_cursor
    nothing = await world.queries.feed(INSURER, cursor, 200)
    assert nothing.items == ()
    second = await world.a_claim("k2", number="P-2")
    came = await world.queries.feed(INSURER, nothing.next_cursor, 200)
    assert {each.tenant for each in came.items} == {"picc-sz"}
    assert second in {each.stream_id for each in came.items}
    assert came.items[0].version == 1


async def test_an_event_whose_transaction_is_open_is_not_overtaken(world: World, owner: asyncpg.Connection) -> None:
    await world.a_claim("k1", number="P-1")
    start = (await world.queries.feed(INSURER, None, 200)).next_cursor
    transaction = owner.transaction()
    await transaction.start()
    await owner.execute("select pg_current_xact_id()")  # a write that may yet land below everything that follows
    await world.a_claim("k2", number="P-2")
    held = await world.queries.feed(INSURER, start, 200)
    assert held.items == ()
    await transaction.rollback()
    assert (await world.queries.feed(INSURER, held.next_cursor, 200)).items


async def test_a_caller_who_sees_little_does_not_read_the_whole_log_again(world: World) -> None:
    await world.a_claim("k1")
    empty = await world.queries.feed(OTHER_INSURER, None, 200)
    assert empty.items == ()
    mine = await world.queries.feed(INSURER, empty.next_cursor, 200)
    assert mine.items == ()


@pytest.mark.parametrize("scope", [BROKER, REGULATOR], ids=lambda scope: scope.role)
async def test_the_feed_shows_what_its_caller_may_see_and_its_clocks(world: World, scope: Scope) -> None:
    claim_id = await world.a_claim("k1", broker="mingya")
    await world.service.execute(claim_id, RESCUE, "k2")
    await sweep(world.pool, at("2026-03-10 00:00"))
    names = {each.name for each in (await world.queries.feed(scope, None, 200)).items}
    assert {"claim_reported", "clock_breached"} <= names
    assert not names & {"clock_started", "clock_missed"}
    assert claim_id in {each.stream_id for each in (await world.queries.feed(scope, None, 200)).items}


async def test_the_timeline_holds_the_claim_and_its_clocks_and_nothing_else(world: World) -> None:
    claim_id = await world.a_claim("k1", number="P-1")
    await world.a_claim("k2", number="P-2")
    await world.service.execute(claim_id, RESCUE, "k3")
    await sweep(world.pool, at("2026-03-10 00:00"))
    own = {claim_id, *(clock.clock_id for clock in await world.queries.claim_clocks(INSURER, claim_id))}
    seen: list[Recorded] = []
    cursor = None
    while True:
        page = await world.queries.timeline(INSURER, claim_id, cursor, 2)
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert {each.stream_id for each in seen} == own
    assert [(each.stream_id, each.version) for each in seen] == [
        (each.stream_id, each.version) for each in await whole_feed(world) if each.stream_id in own
    ]
    names = [each.name for each in seen]
    assert names.index("claim_reported") < names.index("advance_requested") < names.index("clock_breached")


async def test_the_timeline_shows_at_once_what_was_just_recorded(world: World, owner: asyncpg.Connection) -> None:
    async with owner.transaction():
        await owner.execute("select pg_current_xact_id()")
        claim_id = await world.a_claim("k1")
        assert (await world.queries.timeline(INSURER, claim_id)).items[0].name == "claim_reported"


async def test_an_admin_reads_every_tenants_events(world: World) -> None:
    await world.a_claim("k1")
    assert (await world.queries.feed(ADMIN)).items


@pytest.mark.parametrize(
    "cursor", ["", "nonsense", "é", log_cursor(Position(1, 2, 3)) + "A", log_cursor(Position(1, -2, 3))]
)
async def test_a_cursor_that_the_log_did_not_give_is_refused(world: World, cursor: str) -> None:
    with pytest.raises(BadCursor):
        await world.queries.feed(INSURER, cursor)


def test_a_log_cursor_is_read_back_as_it_was_given() -> None:
    largest = Position(2**15 - 1, 2**63 - 1, 2**63 - 1)
    assert read_log_cursor(log_cursor(largest)) == largest
    assert read_log_cursor(None) == Position()
