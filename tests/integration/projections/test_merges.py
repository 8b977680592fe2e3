"""What is derived from the log knows a merge: list, clocks, rebuild, feed and the past."""

from datetime import timedelta

from tests.integration.projections.world import HISTORIES, INSURER, World
from tests.support.service import INSURER as CALLER
from tests.support.service import envelope
from tests.support.story import a_report, at, policy

from claims.application.history import Moment, Past
from claims.application.pages import ClaimFilter, ClockFilter
from claims.domain.claim import money
from claims.domain.claim.merging import Merge
from claims.watch.sweep import sweep

WHEN = at("2026-03-04 09:00")


async def test_list_clocks_rebuild_feed_and_the_past_know_a_merge(world: World) -> None:
    duplicate = await world.a_claim("first")
    later = a_report(
        "2026-03-03 12:00", accident="2026-03-02 09:30", policy=policy(number="P-1"), confirm_not_duplicate=True
    )
    survivor = (await world.service.report(later, "second")).standing.claim.claim_id
    await sweep(world.pool, WHEN)
    sent = envelope("merge")
    await world.service.commands.merge(CALLER, duplicate, survivor, lambda _: Merge(WHEN, "重复报案"), sent)
    await sweep(world.pool, WHEN)
    await world.follow()

    listed = await world.queries.claims(INSURER, ClaimFilter(status="merged"), None, 10)
    assert [each.claim_id for each in listed.items] == [duplicate]
    clocks = {clock.rule: clock for clock in await world.queries.claim_clocks(INSURER, duplicate)}
    assert (clocks["SZ-20.1"].status, clocks["SZ-20.1"].ended_at) == ("cancelled", WHEN)
    assert clocks["SZ-20.1"].breached_at is not None, "it was late before the merge, and that stays"
    tightened = {clock.rule: clock for clock in await world.queries.claim_clocks(INSURER, survivor)}["SZ-20.1"]
    assert "tightened" in tightened.flags
    assert tightened.level >= 4, "the watch acts on what is late at once"
    open_ones = await world.queries.clocks(INSURER, ClockFilter(status="open"), None, 100)
    assert duplicate not in {clock.subject for clock in open_ones.items}

    assert await world.differing() == []
    feed = await world.queries.feed(INSURER, None, 200)
    merged = {each.name for each in feed.items} & {"claim_merged", "duplicate_merged", "accident_merged"}
    assert len(merged) == 3

    past = Past(world.service.store, HISTORIES)
    before = await past.claim(INSURER, duplicate, Moment(as_of=WHEN - timedelta(hours=1)))
    assert money.status(before.claim) == "reported"
    known = await past.claim(INSURER, survivor, Moment(as_of=WHEN))
    assert [each.claim_id for each in known.claim.merged_from] == [duplicate]
    assert known.claim.reported_at == at("2026-03-02 10:00")
