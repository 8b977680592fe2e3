"""What people hear of a new calendar, from the log to a receiver on loopback."""

from tests.integration.alerts.receiver import Receiver
from tests.integration.calendars.conftest import ADMINISTRATOR, Scene
from tests.integration.calendars.test_recalculation import MOVING, PLAIN
from tests.integration.relay.scenes import relayed

from claims.relay.missing_calendar import MissingCalendar


async def test_a_due_date_that_moved_is_told_to_staff_and_one_that_stayed_is_not(scene: Scene) -> None:
    claim_id = await scene.a_rescue("P-1")
    before = await scene.clock(claim_id)
    async with Receiver() as receiver:
        receiver.always(202)
        async with relayed(scene.world, receiver) as relaying:
            await scene.calendars.put(ADMINISTRATOR, PLAIN, None)
            await scene.notice_and_recalculate()
            await relaying.drain()
            assert "clock.recalculated" not in {each["type"] for each in relaying.told()}

            await scene.calendars.put(ADMINISTRATOR, MOVING, None)
            await scene.notice_and_recalculate()
            await relaying.drain()
            told = [each["data"] for each in relaying.told() if each["type"] == "clock.recalculated"]
    (rescue,) = [each for each in told if each["clock"]["rule"] == "SZ-20.6"]
    assert rescue["clock"]["id"] == str(before.clock_id)
    assert rescue["clock"]["previous_due_at"] == "2026-12-22T00:00:00+08:00"
    assert rescue["clock"]["due_at"] == "2026-12-23T00:00:00+08:00"
    assert rescue["clock"]["generation"] == before.generation + 1
    assert rescue["claim"]["policy_number"] == "P-1"
    assert set(rescue["roles"]) <= {"operations", "compliance", "insurer"}


async def test_a_missing_calendar_is_told_until_it_is_there(scene: Scene) -> None:
    async with Receiver() as receiver:
        receiver.always(202)
        async with relayed(scene.world, receiver) as relaying:
            notifications = relaying.relay._notifications
            for _ in range(2):  # as two processes do
                looking = MissingCalendar(scene.world.pool, scene.of_worker, notifications, relaying.counted)
                assert await looking.tell_if_missing()
                assert not await looking.tell_if_missing()
            one, other = relaying.told()
            assert one["id"] == other["id"]
            assert one["type"] == "calendar.missing"
            assert one["data"]["sandbox"] is True

            await scene.calendars.put(ADMINISTRATOR, PLAIN, None)
            await scene.of_worker.newest()
            later = MissingCalendar(scene.world.pool, scene.of_worker, notifications, relaying.counted)
            assert not await later.tell_if_missing()
