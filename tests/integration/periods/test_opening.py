"""Periods are opened once, when their time has come, for those who are active then."""

import asyncio
from datetime import UTC, date

from tests.integration.periods.conftest import BEIJING, SHENZHEN, Scene
from tests.support.story import at

OF_AN_INSURER = {("SZ-28.1q", "2026-Q1"), ("SZ-28.3", "2026-Q1")}


async def opened(scene: Scene, code: str) -> set[tuple[str, str]]:
    """Rules and periods of a party's clocks."""
    return {(each.rule, each.scope) for each in await scene.clocks(code)}


async def test_a_quarter_opens_with_its_first_moment_for_the_quarter_before(scene: Scene) -> None:
    assert await scene.register("picc-sz", "insurer", SHENZHEN) == (201, 1)
    await scene.at("2026-03-31 23:59")
    assert await opened(scene, "picc-sz") == set()
    await scene.at("2026-04-01 00:00")
    assert await opened(scene, "picc-sz") == OF_AN_INSURER
    clock = await scene.clock("picc-sz", "SZ-28.1q", "2026-Q1")
    assert (clock.started_at, clock.due_date, clock.due_at) == (
        at("2026-04-01 00:00"),
        date(2026, 4, 10),
        at("2026-04-11 00:00"),
    )
    assert (clock.subject_kind, clock.responsible, clock.region, clock.status) == (
        "period",
        "insurer",
        SHENZHEN,
        "open",
    )
    assert await scene.differing() == []


async def test_two_workers_at_once_open_each_period_once(scene: Scene) -> None:
    await scene.register("picc-sz", "insurer", SHENZHEN, BEIJING)
    await scene.register("mingya", "broker", SHENZHEN)
    await scene.now_is("2026-04-02 00:00")
    await asyncio.gather(*(scene.worker().open_due() for _ in range(3)))
    assert await opened(scene, "picc-sz") == OF_AN_INSURER | {("BJ-6.3m", "2026-03"), ("BJ-6.3q", "2026-Q1")}
    assert await opened(scene, "mingya") == OF_AN_INSURER | {("SZ-25", "2026-Q2")}
    names = [name for name, _ in await scene.said()]
    assert names.count("period_opened") == names.count("clock_started") == 7
    assert sum(count for _, count in scene.heard.counts) == 7
    assert await scene.differing() == []


async def test_what_a_worker_that_was_down_missed_is_opened_each_period_once_and_in_order(scene: Scene) -> None:
    await scene.register("picc-sz", "insurer", BEIJING)
    await scene.at("2026-07-03 12:00")
    months = [each for each in await scene.said() if each[0] == "period_opened"]
    assert ("period_opened", "2026-04-30 00:00") in months, "the warning on the last working day opens it"
    assert sorted(moment for _, moment in months) == [
        "2026-04-01 00:00",
        "2026-04-01 00:00",
        "2026-04-30 00:00",
        "2026-06-01 00:00",
        "2026-07-01 00:00",
        "2026-07-01 00:00",
    ]
    assert (await scene.clock("picc-sz", "BJ-6.3m", "2026-03")).status == "overdue"
    assert (await scene.clock("picc-sz", "BJ-6.3q", "2026-Q1")).status == "missed"
    assert (await scene.clock("picc-sz", "BJ-6.3m", "2026-06")).status == "at_risk"
    assert await scene.watch.open_due() == 0
    assert await scene.differing() == []


async def test_nothing_is_owed_before_the_registration_or_the_first_active_day(scene: Scene) -> None:
    await scene.at("2026-04-01 00:01")
    await scene.register("late", "insurer", SHENZHEN, active_from=date(2020, 1, 1))
    await scene.register("later", "insurer", SHENZHEN, active_from=date(2026, 7, 2))
    await scene.at("2026-07-01 00:00")
    assert await opened(scene, "late") == {("SZ-28.1q", "2026-Q2"), ("SZ-28.3", "2026-Q2")}
    assert await opened(scene, "later") == set()
    await scene.at("2026-10-01 00:00")
    assert await opened(scene, "later") == {("SZ-28.1q", "2026-Q3"), ("SZ-28.3", "2026-Q3")}


async def test_regions_cover_each_other_whichever_is_wider(scene: Scene) -> None:
    await scene.register("national", "insurer", "000000")
    await scene.register("province", "insurer", "440000")
    await scene.register("district", "insurer", "440305")
    await scene.register("elsewhere", "insurer", "330100")
    await scene.at("2026-04-01 00:00")
    assert await opened(scene, "national") == OF_AN_INSURER | {("BJ-6.3m", "2026-03"), ("BJ-6.3q", "2026-Q1")}
    assert await opened(scene, "province") == await opened(scene, "district") == OF_AN_INSURER
    assert await opened(scene, "elsewhere") == set()
    assert {each.region for each in await scene.clocks("district")} == {SHENZHEN}


async def test_the_next_moment_is_now_after_a_registration_and_the_next_opening_after_that(scene: Scene) -> None:
    assert await scene.watch.next_moment() is None
    await scene.register("picc-sz", "insurer", SHENZHEN)
    now = await scene.world.queries.now()
    waited_for = await scene.watch.next_moment()
    assert waited_for is not None
    assert abs((waited_for - now).total_seconds()) < 5
    await scene.watch.open_due()
    assert await scene.watch.next_moment() == at("2026-04-01 00:00").astimezone(UTC)
