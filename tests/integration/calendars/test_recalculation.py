"""A new calendar moves running clocks, once, whoever does it and however often it is begun."""

import asyncio
from datetime import UTC, date

import asyncpg
import pytest
from tests.integration.calendars.conftest import ADMINISTRATOR, Scene
from tests.integration.projections.world import ADMIN
from tests.support.service import INSURER, envelope
from tests.support.story import INSURED, MILLION, at, ident
from tests.unit.calendars.examples import OF_2027, off, work

from claims.application.calendars import Move, Notice, Reached
from claims.application.calls import VersionMismatch
from claims.domain.claim.commands.pay import PayAdvance
from claims.domain.claim.commands.progress import NotifyProgress
from claims.domain.clock_facts import ClockRescheduled
from claims.domain.moments import NEVER
from claims.event_store.store import PostgresEventStore
from claims.reference.versions import CalendarVersions
from claims.watch.sweep import sweep

PLAIN = Notice(2027, OF_2027, "test")
MOVING = Notice(2027, (*OF_2027, *off("2026-12-21"), *work("2026-12-26")), "test")
"""It moves a day of the December before: what was due on Monday the 21st is due on the 22nd."""
LATER = at("2026-12-31 12:00")


async def rescheduled(scene: Scene, claim_id: object) -> list[ClockRescheduled]:
    """The facts of recalculation in a claim's stream."""
    page = await scene.world.queries.timeline(ADMIN, claim_id, None, 200)  # type: ignore[arg-type]
    return [each.event for each in page.items if isinstance(each.event, ClockRescheduled)]


async def test_a_provisional_clock_holds_before_its_breach_and_breaches_when_the_calendar_is_known(
    scene: Scene,
) -> None:
    claim_id = await scene.a_rescue("P-1")
    held = await scene.clock(claim_id)
    assert (held.due_date, held.provisional, held.calendar_version) == (date(2026, 12, 21), True, 1)
    await sweep(scene.world.pool, LATER)
    assert (await scene.clock(claim_id)).status == "at_risk"

    await scene.calendars.put(ADMINISTRATOR, PLAIN, None)
    assert await scene.notice_and_recalculate() > 0
    settled = await scene.clock(claim_id)
    assert (settled.due_at, settled.provisional, settled.calendar_version) == (held.due_at, False, 2)
    assert settled.generation == held.generation, "the due moment did not change"
    await sweep(scene.world.pool, LATER)
    assert (await scene.clock(claim_id)).status == "overdue"
    assert await scene.differing() == [], "a rebuild finds the same"


async def test_a_clock_that_moves_has_a_new_generation_and_an_event_that_says_from_what_to_what(scene: Scene) -> None:
    claim_id = await scene.a_rescue("P-1")
    before = await scene.clock(claim_id)
    await scene.calendars.put(ADMINISTRATOR, MOVING, None)
    await scene.notice_and_recalculate()
    after = await scene.clock(claim_id)
    assert (after.due_date, after.provisional) == (date(2026, 12, 22), False)
    assert after.generation == before.generation + 1
    assert after.marks[3] == after.due_at
    assert before.marks[3] == NEVER
    (fact,) = [each for each in await rescheduled(scene, claim_id) if each.clock_id == after.clock_id]
    assert (fact.reason, fact.due_before, fact.due_at) == ("calendar", before.due_at, after.due_at)
    assert await scene.differing() == []


async def test_recalculating_again_records_nothing(scene: Scene) -> None:
    claim_id = await scene.a_rescue("P-1")
    await scene.calendars.put(ADMINISTRATOR, MOVING, None)
    assert await scene.notice_and_recalculate() > 0
    facts = await rescheduled(scene, claim_id)
    assert await scene.notice_and_recalculate() == 0
    assert await rescheduled(scene, claim_id) == facts


async def test_an_ended_clock_is_never_rewritten(scene: Scene) -> None:
    claim_id = await scene.a_rescue("P-1")
    paid = PayAdvance(at("2026-12-07 11:00"), ident("payment"), ident("P-1"), 2 * MILLION, INSURED, "bank", None)
    await scene.commands.execute(INSURER, claim_id, lambda _: paid, envelope("paid"))
    before = await scene.clock(claim_id)
    assert before.status == "met"
    await scene.calendars.put(ADMINISTRATOR, MOVING, None)
    await scene.notice_and_recalculate()
    assert await scene.clock(claim_id) == before


async def test_a_round_that_is_killed_half_way_is_ended_by_the_next(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = [await scene.a_rescue(f"P-{n}") for n in range(5)]
    await scene.calendars.put(ADMINISTRATOR, MOVING, None)
    append, left = PostgresEventStore.append, 2

    async def dies(self: PostgresEventStore, commits: object) -> frozenset[object]:
        nonlocal left
        left -= 1
        if left < 0:
            raise asyncio.CancelledError
        return await append(self, commits)  # type: ignore[arg-type]

    with monkeypatch.context() as killed:
        killed.setattr(PostgresEventStore, "append", dies)
        with pytest.raises(asyncio.CancelledError):
            await scene.notice_and_recalculate()
    moved = [(await scene.clock(each)).generation for each in claims]
    assert sorted(moved) == [1, 1, 1, 2, 2]
    await scene.notice_and_recalculate()
    assert {(await scene.clock(each)).generation for each in claims} == {2}


async def test_several_workers_move_each_clock_once(scene: Scene) -> None:
    claims = [await scene.a_rescue(f"P-{n}") for n in range(6)]
    await scene.calendars.put(ADMINISTRATOR, MOVING, None)
    await scene.of_worker.newest()
    counts = await asyncio.gather(*(scene.recalculation.round() for _ in range(3)))
    for claim_id in claims:
        facts = await rescheduled(scene, claim_id)
        assert len(facts) == len({fact.clock_id for fact in facts})
    assert sum(counts) == sum([len(await rescheduled(scene, claim_id)) for claim_id in claims])
    assert await scene.differing() == []


async def test_commands_beside_recalculation_are_all_stored(scene: Scene) -> None:
    claims = [await scene.a_rescue(f"P-{n}") for n in range(4)]
    await scene.calendars.put(ADMINISTRATOR, MOVING, None)

    async def tells(claim_id: object, n: int) -> None:
        notice = NotifyProgress(at("2026-12-07 11:00"), f"进展 {n}")
        await scene.commands.execute(INSURER, claim_id, lambda _: notice, envelope(f"told {claim_id} {n}"))  # type: ignore[arg-type]

    await asyncio.gather(scene.notice_and_recalculate(), *(tells(each, n) for each in claims for n in range(3)))
    assert {(await scene.clock(each)).calendar_version for each in claims} == {2}
    assert await scene.differing() == []


async def test_a_clock_that_a_process_started_by_the_old_calendar_is_found_by_the_next_round(scene: Scene) -> None:
    await scene.calendars.put(ADMINISTRATOR, MOVING, None)
    await scene.notice_and_recalculate()
    scene.of_api._calendar = await CalendarVersions(scene.world.pool).version(1)
    claim_id = await scene.a_rescue("P-1")
    assert (await scene.clock(claim_id)).calendar_version == 1
    await scene.notice_and_recalculate()
    assert (await scene.clock(claim_id)).due_date == date(2026, 12, 22)


async def test_a_breach_that_a_new_calendar_undoes_is_withdrawn(scene: Scene) -> None:
    claim_id = await scene.a_rescue("P-1")
    await scene.calendars.put(ADMINISTRATOR, PLAIN, None)
    await scene.notice_and_recalculate()
    late = at("2026-12-22 09:00")
    await sweep(scene.world.pool, late)
    assert (await scene.clock(claim_id)).status == "overdue"
    await scene.calendars.put(ADMINISTRATOR, MOVING, None)
    await scene.notice_and_recalculate()
    await sweep(scene.world.pool, late)
    row = await scene.clock(claim_id)
    assert (row.status, row.withdrawn_at) == ("at_risk", late.astimezone(UTC))


async def test_the_preview_of_a_notice_is_what_it_then_moves(scene: Scene) -> None:
    claims = [await scene.a_rescue(f"P-{n}") for n in range(3)]
    moves: list[Move] = []
    after: Reached | None = None
    while True:
        part = await scene.calendars.preview(ADMIN, MOVING, after, 2)
        moves += part.moves
        after = part.reached
        if after is None:
            break
    assert (await scene.calendars.year(2027)).version == 1, "nothing is stored"
    assert await scene.notice_and_recalculate() == 0
    await scene.calendars.put(ADMINISTRATOR, MOVING, None)
    await scene.notice_and_recalculate()
    facts = [fact for claim_id in claims for fact in await rescheduled(scene, claim_id)]
    told = {move.clock.clock_id: move.due_at for move in moves}
    assert told == {fact.clock_id: fact.due_at for fact in facts}
    assert len(told) >= len(claims)


async def test_the_worker_notices_a_new_calendar_by_itself(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("claims.reference.calendar_current.PAUSE", 0.01)
    claim_id = await scene.a_rescue("P-1")
    async with scene.of_worker.kept_current(scene.heard):
        await scene.calendars.put(ADMINISTRATOR, MOVING, None)
        async with asyncio.timeout(10):
            while not any(version == 2 for version, _ in scene.heard.rounds):
                await scene.recalculation.round_if_due()
                await asyncio.sleep(0.01)
    assert (await scene.clock(claim_id)).due_date == date(2026, 12, 22)
    assert scene.heard.rounds[-1][0] == 2
    assert not scene.heard.errors


async def test_two_that_put_at_once_make_two_versions_and_neither_is_lost(scene: Scene) -> None:
    october = Notice(2026, tuple(off("2026-10-01", 7)), "test")
    await asyncio.gather(
        scene.calendars.put(ADMINISTRATOR, PLAIN, None), scene.calendars.put(ADMINISTRATOR, october, None)
    )
    newest = await scene.of_worker.newest()
    assert newest.version == 3
    assert newest.last_published_year == 2027
    assert newest.is_working_day(date(2026, 5, 1)), "the notice for 2026 names October alone now"
    with pytest.raises(VersionMismatch):
        await scene.calendars.put(ADMINISTRATOR, MOVING, 2)


async def test_who_brought_a_calendar_is_kept_and_the_interface_writes_no_table(
    scene: Scene, claims_sandbox_database: object
) -> None:
    await scene.calendars.put(ADMINISTRATOR, PLAIN, None)
    row = await scene.world.pool.fetchrow("select source, recorded_by from calendars where version = 2")
    assert tuple(row) == ("test", "admin:li")
    url = claims_sandbox_database.url("claims_command")  # type: ignore[attr-defined]
    connection = await asyncpg.connect(url, command_timeout=10)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("insert into calendars values (9, 2004, 2030, 'x')")
    finally:
        await connection.close()


async def test_a_clock_of_a_subject_that_nobody_can_recalculate_is_told_and_stops_nothing(scene: Scene) -> None:
    stranger, claim_id = await scene.a_rescue("P-1"), await scene.a_rescue("P-2")
    owner = await asyncpg.connect(scene.owner_url, command_timeout=10)
    await owner.execute("update streams set kind = 'weather' where stream_id = $1", stranger)
    await owner.close()
    await scene.calendars.put(ADMINISTRATOR, MOVING, None)
    await scene.notice_and_recalculate()
    assert (await scene.clock(claim_id)).due_date == date(2026, 12, 22)
    assert [str(error) for error in scene.heard.errors] == ["there is no rule to recalculate the clocks of a weather"]
