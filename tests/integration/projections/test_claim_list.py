"""The claim list follows the log, once and in order, and shows each caller its own."""

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest
from tests.integration.projections.world import (
    ADMIN,
    BROKER,
    HISTORIES,
    INSURER,
    OPERATIONS,
    OTHER_BROKER,
    OTHER_INSURER,
    OTHER_REGULATOR,
    REFERENCE,
    REGULATOR,
    World,
)
from tests.support.story import MILLION, at, ident

from claims.application.pages import BadCursor, ClaimFilter, ClaimSummary
from claims.application.rows import Scope, StoredEventRow
from claims.domain.claim.commands.advance import RequestAdvance
from claims.domain.claim.commands.assign import AssignClaim
from claims.event_store import checkpoints
from claims.event_store.pool import is_lost
from claims.event_store.tail import PostgresTail
from claims.migrations import FOLDER
from claims.projections.claim_list import ClaimListProjector
from claims.projections.follower import Follower
from claims.projections.streams import Connection

Row = dict[str, Any]

ALL = ClaimFilter()
RESCUE = RequestAdvance(at("2026-03-02 11:00"), ident("a"), "rescue", "insured", MILLION, (), None, None)


async def test_a_reported_claim_is_listed_once_the_follower_has_come_by(world: World) -> None:
    claim_id = await world.a_claim("k1", broker="mingya")
    assert (await world.queries.claims(INSURER, ALL)).items == ()
    await world.follow()
    (listed,) = (await world.queries.claims(INSURER, ALL)).items
    assert (listed.claim_id, listed.status, listed.broker, listed.region) == (claim_id, "reported", "mingya", "440300")
    assert listed.reported_at == at("2026-03-02 10:00")
    assert world.lags.shown[-1] == 0


async def test_a_later_event_moves_the_row_to_the_newest_version(world: World) -> None:
    claim_id = await world.a_claim("k1")
    await world.follow()
    claim = (await world.service.execute(claim_id, RESCUE, "k2")).standing.claim
    await world.follow()
    (listed,) = (await world.queries.claims(INSURER, ALL)).items
    assert listed.version == claim.version


async def test_it_says_who_works_on_a_claim_and_finds_what_somebody_works_on(world: World) -> None:
    mine, other = await world.a_claim("k1", number="P-1"), await world.a_claim("k2", number="P-2")
    await world.service.execute(mine, AssignClaim(at("2026-03-02 11:00"), "sz-0417"), "k3")
    await world.follow()
    (listed,) = (await world.queries.claims(INSURER, ClaimFilter(adjuster="sz-0417"))).items
    assert (listed.claim_id, listed.adjuster) == (mine, "sz-0417")
    everybody = {each.claim_id: each.adjuster for each in (await world.queries.claims(INSURER, ALL)).items}
    assert everybody == {mine: "sz-0417", other: None}
    assert (await world.queries.claims(INSURER, ClaimFilter(adjuster="sz-0552"))).items == ()


async def test_it_names_the_kinds_of_advances_that_nobody_has_asked_for(
    world: World, owner: asyncpg.Connection
) -> None:
    claim_id = await world.a_claim("k1")
    await world.follow()
    assert await owner.fetchval("select eligible from claim_list") == ["rescue", "medical"]
    await world.service.execute(claim_id, RESCUE, "k2")
    await world.follow()
    assert await owner.fetchval("select eligible from claim_list where eligible <> '{}'") == ["medical"]
    assert await world.differing() == []


async def test_a_list_that_a_migration_extended_is_filled_from_the_beginning_of_the_log(
    world: World, owner: asyncpg.Connection
) -> None:
    claim_id = await world.a_claim("k1")
    await world.service.execute(claim_id, AssignClaim(at("2026-03-02 11:00"), "sz-0417"), "k2")
    await world.follow()
    before = await owner.fetch("select * from claim_list")
    await owner.execute("alter table claim_list drop column adjuster, drop column eligible")
    await owner.execute((FOLDER / "sql" / "0008_board.sql").read_text())
    assert await owner.fetchrow("select adjuster, eligible from claim_list") == (None, [])
    await world.follow()
    assert await owner.fetch("select * from claim_list") == before
    assert await world.differing() == []


@pytest.mark.parametrize("scope", [INSURER, OPERATIONS, BROKER, REGULATOR, ADMIN], ids=lambda scope: scope.role)
async def test_who_may_see_a_claim_finds_it_in_the_list(world: World, scope: Scope) -> None:
    await world.a_claim("k1", broker="mingya")
    await world.follow()
    assert len((await world.queries.claims(scope, ALL)).items) == 1


@pytest.mark.parametrize("scope", [OTHER_INSURER, OTHER_BROKER, OTHER_REGULATOR], ids=lambda scope: scope.role)
async def test_who_may_not_see_a_claim_does_not_find_it(world: World, scope: Scope) -> None:
    await world.a_claim("k1", broker="mingya")
    await world.follow()
    assert (await world.queries.claims(scope, ClaimFilter(insurer="picc-sz"))).items == ()


async def test_pages_join_without_a_gap_or_a_double_also_where_reports_share_a_moment(world: World) -> None:
    ids = {await world.a_claim(f"k{n}", number=f"P-{n}", day=f"2026-03-0{2 + n // 3}") for n in range(7)}
    await world.follow()
    seen: list[ClaimSummary] = []
    cursor = None
    while True:
        page = await world.queries.claims(INSURER, ALL, cursor, 2)
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert {item.claim_id for item in seen} == ids
    assert len(seen) == len(ids)
    assert [item.reported_at for item in seen] == sorted((item.reported_at for item in seen), reverse=True)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (ClaimFilter(status="reported"), 2),
        (ClaimFilter(status="paid"), 0),
        (ClaimFilter(insurer="picc-sz"), 2),
        (ClaimFilter(insurer="cpic-sz"), 0),
        (ClaimFilter(policy_number="P-1"), 1),
        (ClaimFilter(region="440300"), 2),
        (ClaimFilter(region="440000"), 2),
        (ClaimFilter(region="440400"), 0),
        (ClaimFilter(region="nonsense"), 0),
        (ClaimFilter(reported_from=at("2026-03-03 10:00")), 1),
        (ClaimFilter(reported_to=at("2026-03-03 10:00")), 1),
        (ClaimFilter(reported_to=at("2026-03-03 10:01")), 2),
    ],
    ids=str,
)
async def test_a_filter_narrows_the_list(world: World, wanted: ClaimFilter, found: int) -> None:
    await world.a_claim("k1", number="P-1")
    await world.a_claim("k2", number="P-2", day="2026-03-03")
    await world.follow()
    assert len((await world.queries.claims(ADMIN, wanted)).items) == found


async def test_a_cursor_of_another_list_is_refused(world: World) -> None:
    feed = (await world.queries.feed(INSURER)).next_cursor
    for cursor in ("", "nonsense", feed):
        with pytest.raises(BadCursor):
            await world.queries.claims(INSURER, ALL, cursor)


async def test_a_batch_that_is_taken_in_twice_changes_nothing(world: World) -> None:
    claim_id = await world.a_claim("k1")
    projector = ClaimListProjector(HISTORIES, REFERENCE.rulebooks)
    stale = [row for rows in (await world.service.store.load(INSURER, [claim_id])).events.values() for row in rows]
    computed = await projector.compute(world.pool, stale)
    await world.service.execute(claim_id, RESCUE, "k2")
    await world.follow()
    before = await world.queries.claims(INSURER, ALL)
    await projector.write(world.pool, computed)
    assert await world.queries.claims(INSURER, ALL) == before


def follower(world: World, projector: ClaimListProjector) -> Follower:
    """Another process's follower, with a projector that something happens to."""
    return Follower(world.pool, PostgresTail(world.pool), checkpoints, projector, world.lags, is_lost)


async def test_a_follower_whose_checkpoint_was_moved_by_another_writes_nothing(world: World) -> None:
    await world.a_claim("k1")

    class Overtaken(ClaimListProjector):
        async def compute(self, connection: Connection, events: Sequence[StoredEventRow]) -> list[Row]:
            await world.follow()
            return [{**row, "status": "nonsense", "version": 999} for row in await super().compute(connection, events)]

    assert await follower(world, Overtaken(HISTORIES, REFERENCE.rulebooks)).step() == 0
    (listed,) = (await world.queries.claims(INSURER, ALL)).items
    assert listed.status == "reported"


async def test_a_crash_between_rows_and_checkpoint_leaves_neither(world: World) -> None:
    await world.a_claim("k1")

    class CrashError(Exception):
        pass

    class Crashing(ClaimListProjector):
        async def write(self, connection: Connection, computed: list[Row]) -> None:
            await super().write(connection, computed)
            raise CrashError

    with pytest.raises(CrashError):
        await follower(world, Crashing(HISTORIES, REFERENCE.rulebooks)).run()
    assert (await world.queries.claims(INSURER, ALL)).items == ()
    await world.follow()
    assert len((await world.queries.claims(INSURER, ALL)).items) == 1


async def test_a_lost_connection_is_told_and_tried_again(world: World) -> None:
    await world.a_claim("k1")

    class Away(ClaimListProjector):
        tries = 0

        async def compute(self, connection: Connection, events: Sequence[StoredEventRow]) -> list[Row]:
            self.tries += 1
            if self.tries == 1:
                raise ConnectionResetError
            return await super().compute(connection, events)

    running = asyncio.create_task(follower(world, Away(HISTORIES, REFERENCE.rulebooks)).run())
    async with asyncio.timeout(10):
        while not (await world.queries.claims(INSURER, ALL)).items:
            await asyncio.sleep(0.01)
    running.cancel()
    assert [type(error) for error in world.lags.errors] == [ConnectionResetError]


async def test_an_event_that_nobody_knows_stops_the_follower(world: World, owner: asyncpg.Connection) -> None:
    await world.a_claim("k1")
    await owner.execute("update events set name = 'claim_teleported' where name = 'claim_reported'")
    with pytest.raises(Exception, match="claim_teleported"):
        await world.follower.run()
