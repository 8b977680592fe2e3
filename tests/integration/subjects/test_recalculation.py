"""A new calendar moves the clocks of complaints, as its preview says, and a rebuild comes to the same."""

from datetime import date

from tests.integration.calendars.conftest import ADMINISTRATOR, open_scene
from tests.integration.projections.world import ADMIN
from tests.integration.subjects.scenes import BROKER, Subjects
from tests.support.postgres import Database
from tests.unit.calendars.examples import OF_2027, off, work

from claims.application.calendars import Notice
from claims.application.pages import ClockFilter
from claims.event_store.pool import create_pool
from claims.event_store.reader import create_engine

MOVING = Notice(2027, (*OF_2027, *off("2026-12-21"), *work("2026-12-26")), "test")
"""It moves a day of the December before: what was due on Monday the 21st is due on the 22nd."""
DAY = "2026-12-07 10:00"


async def test_a_new_calendar_moves_running_clocks_of_complaints_as_its_preview_says(
    claims_sandbox_database: Database,
) -> None:
    async with open_scene(claims_sandbox_database) as scene:
        pool = await create_pool(claims_sandbox_database.url("claims_command"), name="test subjects")
        engine = create_engine(claims_sandbox_database.url("claims_command"), name="test subject reads")
        try:
            subjects = Subjects.over(pool, engine, scene.of_api)
            await subjects.complain("k1", when=DAY)
            answered = await subjects.complain("k2", BROKER, when=DAY)
            await subjects.reply(answered.standing.subject_id, "k3", "2026-12-07 11:00", BROKER, final=True)
            await subjects.find("k4", when="2026-12-07 11:00")
        finally:
            await pool.close()
            await engine.dispose()
        running = ClockFilter(rule="SZ-27.3", insurer="picc-sz")
        (before,) = (await scene.world.queries.clocks(ADMIN, running)).items
        assert (before.due_date, before.provisional) == (date(2026, 12, 21), True)
        preview = await scene.calendars.preview(ADMIN, MOVING, None, 50)
        assert {(each.clock.rule, each.clock.subject_kind, each.due_date) for each in preview.moves} == {
            ("SZ-27.3", "complaint", date(2026, 12, 22))
        }
        await scene.calendars.put(ADMINISTRATOR, MOVING, None)
        assert await scene.notice_and_recalculate() == 2, "with the last escalation of what was due on the 16th"
        (after,) = (await scene.world.queries.clocks(ADMIN, running)).items
        assert (after.due_date, after.provisional, after.calendar_version) == (date(2026, 12, 22), False, 2)
        assert after.generation == before.generation + 1
        (ended,) = (await scene.world.queries.clocks(ADMIN, ClockFilter(rule="SZ-27.3", insurer="mingya"))).items
        assert (ended.due_date, ended.status) == (date(2026, 12, 21), "met"), "an ended clock is never rewritten"
        assert scene.heard.errors == []
        assert await scene.differing() == [], "a rebuild finds the same"
