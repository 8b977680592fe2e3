"""A claim as it stood and as it was known: over the real log, with facts that were recorded late."""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
from tests.integration.projections.world import (
    ADMIN,
    BROKER,
    HISTORIES,
    INSURER,
    OTHER_BROKER,
    OTHER_INSURER,
    OTHER_REGULATOR,
    REGULATOR,
    World,
)
from tests.support.acts import asks, pays_advance
from tests.support.story import MILLION, at, ident, rulebooks

from claims.api.render_claim import claim_answer
from claims.application.calls import Caller, NotFound, Standing
from claims.application.history import Moment, Past
from claims.application.rows import Scope
from claims.watch.sweep import sweep

STAFF = Caller("insurer", "s", "picc-sz")
AN_INSTANT = timedelta(microseconds=1)
REMAINING = "1000000.00"


def past(world: World) -> Past:
    return Past(world.service.store, HISTORIES)


def shown(standing: Standing) -> dict[str, object]:
    return dict(claim_answer(standing, rulebooks(), STAFF))


def clock(standing: Standing, rule: str = "SZ-20.6") -> dict[str, object]:
    clocks = claim_answer(standing, rulebooks(), STAFF)["clocks"]
    return dict(next(each for each in clocks if each["rule"] == rule))


async def recorded_last(owner: asyncpg.Connection) -> datetime:
    found: datetime = await owner.fetchval("select max(recorded_at) from events")
    return found


async def an_advance(world: World, broker: str | None = None) -> UUID:
    """Report on 2 March at 10:00 and ask for a million of rescue money at 11:00; five working days end on the 9th."""
    claim_id = await world.a_claim("report", broker=broker)
    await world.service.execute(claim_id, asks("rescue", MILLION), "ask")
    return claim_id


async def late_payment(world: World, owner: asyncpg.Connection) -> tuple[UUID, datetime]:
    """Pay on the 5th, and record it after the watch has told the breach; return until when that was not known."""
    claim_id = await an_advance(world)
    await sweep(world.pool, at("2026-03-20 00:00"))
    known = await recorded_last(owner)
    await world.service.execute(claim_id, pays_advance("2026-03-05 09:00", MILLION), "pay")
    return claim_id, known


async def test_what_had_not_happened_yet_is_not_there_nor_is_its_money(world: World) -> None:
    claim_id = await an_advance(world)
    before = await past(world).claim(INSURER, claim_id, Moment(as_of=at("2026-03-02 10:59")))
    after = await past(world).claim(INSURER, claim_id, Moment(as_of=at("2026-03-02 11:00")))
    assert before.claim.advances == {}
    assert before.ledger.held(claim_id) == 0
    assert {each.rule for each in before.claim.clocks.values()} & {"SZ-20.6"} == set()
    assert list(after.claim.advances) == [ident("advance")]
    assert after.ledger.held(claim_id, "rescue") == MILLION
    assert before.claim.version < after.claim.version
    assert clock(after)["status"] == "open"


async def test_at_present_the_past_is_what_is(world: World, owner: asyncpg.Connection) -> None:
    claim_id, _ = await late_payment(world, owner)
    await sweep(world.pool, at("2026-03-21 00:00"))
    now = await world.queries.claim(INSURER, claim_id)
    known = await past(world).claim(INSURER, claim_id, Moment(known_at=now.judged_at))
    stood = await past(world).claim(INSURER, claim_id, Moment(as_of=now.judged_at))
    assert (known.claim, known.ledger) == (stood.claim, stood.ledger) == (now.claim, now.ledger)
    assert shown(known) == shown(now)


async def test_a_late_record_changes_how_things_stood_and_not_what_was_known(
    world: World, owner: asyncpg.Connection
) -> None:
    claim_id, known_at = await late_payment(world, owner)
    the_tenth = at("2026-03-10 12:00")
    stood = clock(await past(world).claim(INSURER, claim_id, Moment(as_of=the_tenth)))
    known = clock(await past(world).claim(INSURER, claim_id, Moment(known_at=known_at)))
    both = clock(await past(world).claim(INSURER, claim_id, Moment(the_tenth, known_at)))
    assert (stood["status"], stood["fulfilled_at"]) == ("met", "2026-03-05T09:00:00+08:00")
    assert stood["breached_at"] is None
    assert (known["status"], known["level"], known["fulfilled_at"]) == ("overdue", 6, None)
    assert (both["status"], both["level"]) == ("overdue", 4)
    assert both["breached_at"] == "2026-03-10T00:00:00+08:00"


async def test_before_the_end_of_the_period_there_was_no_breach(world: World, owner: asyncpg.Connection) -> None:
    claim_id, known_at = await late_payment(world, owner)
    moment = Moment(at("2026-03-09 23:59"), known_at)
    assert clock(await past(world).claim(INSURER, claim_id, moment))["status"] == "at_risk"
    early = Moment(at("2026-03-04 09:00"))
    assert clock(await past(world).claim(INSURER, claim_id, early))["status"] == "open"


async def test_a_breach_that_was_withdrawn_later_was_known_as_a_breach_until_then(
    world: World, owner: asyncpg.Connection
) -> None:
    claim_id, _ = await late_payment(world, owner)
    paid = await recorded_last(owner)
    await sweep(world.pool, at("2026-03-21 00:00"))
    withdrawn = await recorded_last(owner)
    before = clock(await past(world).claim(INSURER, claim_id, Moment(known_at=paid)))
    after = clock(await past(world).claim(INSURER, claim_id, Moment(known_at=withdrawn)))
    assert (before["breached_at"], before["withdrawn_at"]) == ("2026-03-10T00:00:00+08:00", None)
    assert (after["breached_at"], after["withdrawn_at"]) == (None, "2026-03-21T00:00:00+08:00")


async def test_before_the_watch_said_anything_a_clock_was_known_as_open(
    world: World, owner: asyncpg.Connection
) -> None:
    claim_id = await an_advance(world)
    asked = await recorded_last(owner)
    await sweep(world.pool, at("2026-03-20 00:00"))
    known = clock(await past(world).claim(INSURER, claim_id, Moment(known_at=asked)))
    assert (known["status"], known["level"]) == ("open", 0)


async def test_the_ledger_of_the_policy_stands_at_the_same_moment(world: World, owner: asyncpg.Connection) -> None:
    first = await an_advance(world)
    known_at = await recorded_last(owner)
    await world.service.execute(first, pays_advance("2026-03-05 09:00", MILLION), "pay")
    stood = await past(world).claim(INSURER, first, Moment(as_of=at("2026-03-02 10:30")))
    known = await past(world).claim(INSURER, first, Moment(known_at=known_at))
    assert stood.ledger.held(first) == 0
    assert stood.ledger.limits_at(at("2026-03-02 09:30")) is not None
    assert known.ledger.held(first, "rescue") == MILLION
    assert known.claim.payments == {}


async def test_before_the_claim_existed_or_was_known_it_is_not_found(world: World, owner: asyncpg.Connection) -> None:
    claim_id = await an_advance(world)
    first: datetime = await owner.fetchval("select min(recorded_at) from events where stream_id = $1", claim_id)
    for moment in (
        Moment(as_of=at("2026-03-02 09:59")),
        Moment(known_at=first - AN_INSTANT),
        Moment(at("2026-03-02 10:30"), first - AN_INSTANT),
    ):
        with pytest.raises(NotFound):
            await past(world).claim(INSURER, claim_id, moment)
    assert (await past(world).claim(INSURER, claim_id, Moment(known_at=first))).claim.version >= 1


async def test_what_is_recorded_later_than_a_moment_is_not_known_at_it_whenever_it_happened(
    world: World, owner: asyncpg.Connection
) -> None:
    claim_id, known_at = await late_payment(world, owner)
    known = await past(world).claim(INSURER, claim_id, Moment(at("2026-03-06 00:00"), known_at))
    assert known.claim.payments == {}
    assert len((await past(world).claim(INSURER, claim_id, Moment(at("2026-03-06 00:00")))).claim.payments) == 1


@pytest.mark.parametrize("scope", [INSURER, BROKER, REGULATOR, ADMIN], ids=lambda scope: scope.role)
async def test_whoever_sees_the_claim_sees_its_past(world: World, scope: Scope) -> None:
    claim_id = await an_advance(world, broker="mingya")
    await sweep(world.pool, at("2026-03-20 00:00"))
    for moment in (Moment(as_of=at("2026-03-03 10:00")), Moment(known_at=at("2099-01-01 00:00"))):
        assert (await past(world).claim(scope, claim_id, moment)).claim.claim_id == claim_id


@pytest.mark.parametrize("scope", [OTHER_INSURER, OTHER_BROKER, OTHER_REGULATOR], ids=lambda scope: scope.role)
async def test_nobody_else_does(world: World, scope: Scope) -> None:
    claim_id = await an_advance(world, broker="mingya")
    with pytest.raises(NotFound):
        await past(world).claim(scope, claim_id, Moment(as_of=at("2026-03-03 10:00")))
