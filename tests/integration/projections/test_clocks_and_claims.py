"""A claim, its clocks and single clocks, as each caller sees them."""

import asyncpg
import pytest
from tests.integration.projections.world import (
    ADMIN,
    BROKER,
    INSURER,
    OPERATIONS,
    OTHER_BROKER,
    OTHER_INSURER,
    OTHER_REGULATOR,
    REGULATOR,
    World,
)
from tests.support.service import new_id
from tests.support.story import MILLION, at, ident

from claims.application.calls import ClockLevel, NotFound
from claims.application.pages import BadCursor, ClockFilter, ClockRow
from claims.application.rows import Scope
from claims.domain.claim.commands.advance import RequestAdvance
from claims.domain.claim.commands.intake import RegisterVictim
from claims.domain.claim.events import VictimRegistered
from claims.domain.personal import HIDDEN
from claims.watch.sweep import sweep

VICTIM = RegisterVictim(at("2026-03-02 10:40"), ident("v"), "李大山", "440301199001011234", "139", "death", ())
RESCUE = RequestAdvance(at("2026-03-02 11:00"), ident("a"), "rescue", "insured", MILLION, (), None, None)


async def test_a_claim_is_read_with_the_watchs_word_on_its_clocks(world: World) -> None:
    claim_id = await world.a_claim("k1")
    await world.service.execute(claim_id, RESCUE, "k2")
    await sweep(world.pool, at("2026-03-10 00:00"))
    standing = await world.queries.claim(INSURER, claim_id)
    (rescue,) = [c for c in standing.claim.clocks.values() if c.rule == "SZ-20.6"]
    assert standing.levels is not None
    assert standing.levels[rescue.clock_id] == ClockLevel(4, None, rescue.marks[3])
    assert standing.tenant == "picc-sz"
    assert standing.ledger.held(claim_id, "rescue") == MILLION


@pytest.mark.parametrize("scope", [INSURER, OPERATIONS], ids=lambda scope: scope.role)
async def test_the_staff_of_the_tenant_read_the_names_of_persons(world: World, scope: Scope) -> None:
    claim_id = await world.a_claim("k1")
    await world.service.execute(claim_id, VICTIM, "k2")
    standing = await world.queries.claim(scope, claim_id)
    assert standing.claim.victims[ident("v")].name == "李大山"
    for page in (await world.queries.timeline(scope, claim_id), await world.queries.feed(scope, None, 200)):
        (named,) = (each.event for each in page.items if isinstance(each.event, VictimRegistered))
        assert named.name == "李大山"


@pytest.mark.parametrize("scope", [BROKER, REGULATOR, ADMIN], ids=lambda scope: scope.role)
async def test_others_see_that_there_is_a_person_and_not_who(world: World, scope: Scope) -> None:
    claim_id = await world.a_claim("k1", broker="mingya")
    await world.service.execute(claim_id, VICTIM, "k2")
    standing = await world.queries.claim(scope, claim_id)
    assert standing.claim.victims[ident("v")].name == HIDDEN
    timeline = await world.queries.timeline(scope, claim_id)
    feed = await world.queries.feed(scope, limit=200)
    for event in (each.event for each in (*timeline.items, *feed.items)):
        assert "李大山" not in repr(event)
        assert "13800000000" not in repr(event)


@pytest.mark.parametrize("scope", [OTHER_INSURER, OTHER_BROKER, OTHER_REGULATOR], ids=lambda scope: scope.role)
async def test_what_may_not_be_seen_is_not_found(world: World, scope: Scope) -> None:
    claim_id = await world.a_claim("k1", broker="mingya")
    (clock, *_) = await world.queries.claim_clocks(INSURER, claim_id)
    for unseen in (claim_id, new_id()):
        with pytest.raises(NotFound):
            await world.queries.claim(scope, unseen)
        with pytest.raises(NotFound):
            await world.queries.claim_clocks(scope, unseen)
        with pytest.raises(NotFound):
            await world.queries.timeline(scope, unseen)
    with pytest.raises(NotFound):
        await world.queries.clock(scope, clock.clock_id)
    assert (await world.queries.clocks(scope, ClockFilter())).items == ()
    assert (await world.queries.feed(scope)).items == ()


@pytest.mark.parametrize("scope", [INSURER, OPERATIONS, BROKER, REGULATOR, ADMIN], ids=lambda scope: scope.role)
async def test_who_may_see_a_claim_sees_its_clocks(world: World, scope: Scope) -> None:
    claim_id = await world.a_claim("k1", broker="mingya")
    await world.service.execute(claim_id, RESCUE, "k2")
    clocks = await world.queries.claim_clocks(scope, claim_id)
    outside = scope in {BROKER, REGULATOR}
    assert {clock.rule for clock in clocks} == ({"SZ-20.6"} if outside else {"SZ-20.1", "SZ-20.6"})
    assert (await world.queries.clock(scope, clocks[0].clock_id)) == clocks[0]
    assert (await world.queries.clocks(scope, ClockFilter(claim_id=claim_id))).items == clocks


@pytest.mark.parametrize("scope", [BROKER, REGULATOR], ids=lambda scope: scope.role)
async def test_targets_never_leave_the_insurer(world: World, scope: Scope) -> None:
    claim_id = await world.a_claim("k1", broker="mingya")
    await sweep(world.pool, at("2026-03-10 00:00"))
    (target,) = await world.queries.claim_clocks(INSURER, claim_id)
    assert target.tier == "target"
    assert target.version > 0
    with pytest.raises(NotFound):
        await world.queries.clock(scope, target.clock_id)
    for page in (await world.queries.timeline(scope, claim_id), await world.queries.feed(scope, None, 200)):
        assert page.items
        assert not [each.name for each in page.items if "clock" in each.name]


async def test_a_policys_stream_is_not_a_claim(world: World) -> None:
    claim_id = await world.a_claim("k1")
    header = (await world.service.store.load(INSURER, [claim_id])).headers[claim_id]
    assert header.policy_stream is not None
    with pytest.raises(NotFound):
        await world.queries.claim(INSURER, header.policy_stream)
    with pytest.raises(NotFound):
        await world.queries.timeline(INSURER, header.policy_stream)


async def test_clocks_are_paged_by_due_moment_without_a_gap_or_a_double(world: World) -> None:
    for number in range(4):
        claim_id = await world.a_claim(f"k{number}", number=f"P-{number}")
        await world.service.execute(claim_id, RESCUE, f"r{number}")
    whole = (await world.queries.clocks(INSURER, ClockFilter(), None, 200)).items
    seen: list[ClockRow] = []
    cursor = None
    while True:
        page = await world.queries.clocks(INSURER, ClockFilter(), cursor, 3)
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert tuple(seen) == whole
    assert len(whole) >= 8
    assert [clock.due_at for clock in seen] == sorted(clock.due_at for clock in seen)


@pytest.mark.parametrize(
    ("wanted", "rules"),
    [
        (ClockFilter(rule="SZ-20.6"), {"SZ-20.6"}),
        (ClockFilter(status="overdue"), {"SZ-20.6"}),
        (ClockFilter(status="missed"), {"SZ-20.1"}),
        (ClockFilter(tier="target"), {"SZ-20.1"}),
        (ClockFilter(insurer="cpic-sz"), set()),
        (ClockFilter(region="440000"), {"SZ-20.1", "SZ-20.6"}),
        (ClockFilter(region="110000"), set()),
        (ClockFilter(due_before=at("2026-03-04 00:00")), set()),
        (ClockFilter(due_before=at("2026-03-04 00:01")), {"SZ-20.1"}),
        (ClockFilter(provisional=True), set()),
        (ClockFilter(provisional=False), {"SZ-20.1", "SZ-20.6"}),
    ],
    ids=lambda value: str(value) if isinstance(value, ClockFilter) else " ".join(sorted(value)) or "none",
)
async def test_a_filter_narrows_the_clocks(world: World, wanted: ClockFilter, rules: set[str]) -> None:
    claim_id = await world.a_claim("k1")
    await world.service.execute(claim_id, RESCUE, "k2")
    await sweep(world.pool, at("2026-03-10 00:00"))
    assert {clock.rule for clock in (await world.queries.clocks(ADMIN, wanted)).items} == rules


async def test_a_clock_that_is_held_provisional_comes_back_with_marks_that_never_come(
    world: World, owner: asyncpg.Connection
) -> None:
    later = "update sandbox_clock set offset_us = extract(epoch from $1 - clock_timestamp()) * 1000000"
    await owner.execute(later, at("2026-12-22 00:00"))
    await world.a_claim("k1", day="2026-12-21")
    (clock,) = (await world.queries.clocks(INSURER, ClockFilter(rule="SZ-20.1"))).items
    assert clock.provisional
    assert all(mark.tzinfo is not None for mark in clock.marks)
    assert clock.marks[3].year == 9999


async def test_a_cursor_that_no_list_gave_is_refused(world: World) -> None:
    for cursor in ("", "%%%", "bm9uc2Vuc2U", "WyJjbG9ja3MiXQ"):
        with pytest.raises(BadCursor):
            await world.queries.clocks(INSURER, ClockFilter(), cursor)


async def test_business_time_is_the_databases(world: World) -> None:
    now = await world.queries.now()
    assert now.tzinfo is not None
    assert await world.queries.now() >= now
