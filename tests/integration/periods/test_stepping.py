"""A sandbox that jumps opens, warns of and breaches what is owed on the way, each at its moment."""

from datetime import timedelta

from tests.integration.periods.conftest import BEIJING, SHENZHEN, Scene
from tests.integration.projections.world import ADMIN
from tests.integration.sla_watch.scenes import Heard
from tests.support.postgres import Database
from tests.support.story import at

from claims.domain.moments import to_shanghai
from claims.event_store.sandbox import sandbox_state, set_target
from claims.watch.stepping import SandboxClock

_TOLD = ("period_opened", "clock_at_risk", "clock_breached", "clock_missed", "clock_escalated")


async def nothing(_: timedelta) -> None:
    """Nobody listens."""


async def test_a_jump_of_a_month_opens_and_breaches_in_order(scene: Scene, claims_sandbox_database: Database) -> None:
    await scene.register("picc-sz", "insurer", SHENZHEN, BEIJING)
    pool, url = scene.world.pool, claims_sandbox_database.url("claims_worker")
    await set_target(pool, at("2026-04-17 00:00"))
    assert await SandboxClock(pool, url, scene.worker(), nothing, Heard()).step_if_asked()
    assert (await sandbox_state(pool)).pending is None

    page = await scene.world.queries.feed(ADMIN, None, 200)
    happened = [each for each in page.items if each.name in _TOLD]
    assert [each.occurred_at for each in happened] == sorted(each.occurred_at for each in happened)
    assert all(each.recorded_at - each.occurred_at < timedelta(seconds=30) for each in happened), "each at its moment"
    days = {name: {f"{to_shanghai(e.occurred_at):%m-%d}" for e in happened if e.name == name} for name in _TOLD}
    assert days == {
        "period_opened": {"04-01"},
        "clock_at_risk": {"04-03", "04-09"},
        "clock_breached": {"04-06", "04-11"},
        "clock_missed": {"04-11"},
        "clock_escalated": {"04-08", "04-10", "04-14", "04-16"},
    }
    assert await scene.differing() == []


async def test_a_jump_past_the_october_holiday_opens_what_is_warned_of_before_it(
    scene: Scene, claims_sandbox_database: Database
) -> None:
    await scene.register("picc-sz", "insurer", BEIJING)
    pool, url = scene.world.pool, claims_sandbox_database.url("claims_worker")
    await set_target(pool, at("2026-10-02 00:00"))
    assert await SandboxClock(pool, url, scene.worker(), nothing, Heard()).step_if_asked()
    clock = await scene.clock("picc-sz", "BJ-6.3m", "2026-09")
    assert (clock.status, clock.started_at) == ("at_risk", at("2026-10-01 00:00"))
    (warned,) = await scene.events(clock.clock_id)
    assert f"{to_shanghai(warned.occurred_at):%Y-%m-%d %H:%M}" == "2026-09-30 00:00"
    assert warned.recorded_at - warned.occurred_at < timedelta(seconds=30)
