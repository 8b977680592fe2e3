"""A periodic report in time, late, never; what a party that leaves no longer owes; who sees and hears of it."""

import asyncio
from datetime import UTC, date

import orjson
import pytest
from tests.integration.periods.conftest import BEIJING, BROKER, INSURER, SHENZHEN, Scene
from tests.integration.projections.world import HISTORIES, REFERENCE
from tests.support.service import new_id
from tests.support.story import at
from tests.unit.calendars.examples import off, work

from claims.application.calendars import Notice
from claims.application.calls import Caller, KeyReused, NotFound, VersionMismatch
from claims.application.pages import ClockRow
from claims.application.recalculation import Planner, Recalculations
from claims.application.rows import Position, Scope
from claims.domain.errors import InvalidFact, RuleViolation
from claims.domain.periodic.events import PeriodicReportSubmitted
from claims.event_store.store import PostgresEventStore
from claims.event_store.tail import PostgresTail
from claims.relay.gathering import Gathering
from notifications.intake.cloud_event import CloudEvent
from notifications.intake.known_fields import DATA, only_known

PLACE = "https://dms/张三的隐患报告.pdf"
OTHER = Caller("insurer", "sun", tenant="cpic-sz")


async def names(scene: Scene, stream: object) -> list[str]:
    """What a stream says."""
    return [each.name for each in await scene.events(stream)]  # type: ignore[arg-type]


async def of_the_quarter(scene: Scene) -> ClockRow:
    """SZ-28.1q of picc-sz on 1 April, about the first quarter."""
    await scene.register("picc-sz", "insurer", SHENZHEN)
    await scene.at("2026-04-01 00:00")
    return await scene.clock("picc-sz", "SZ-28.1q", "2026-Q1")


async def test_a_report_in_time_meets_its_clock_and_a_second_one_supplements_it(scene: Scene) -> None:
    clock = await of_the_quarter(scene)
    await scene.at("2026-04-08 10:00")
    outcome = await scene.submit(INSURER, clock)
    assert (outcome.clock.ended_as, outcome.status, outcome.replayed) == ("met", 200, False)
    await scene.submit(INSURER, clock, key="supplement")
    after = await scene.clock("picc-sz", "SZ-28.1q", "2026-Q1")
    assert (after.status, after.ended_at) == ("met", outcome.clock.ended_at)
    assert await names(scene, clock.subject) == [
        "period_opened",
        "clock_started",
        "periodic_report_submitted",
        "clock_ended",
        "periodic_report_submitted",
    ]
    await scene.at("2026-04-20 00:00")
    assert (await scene.clock("picc-sz", "SZ-28.1q", "2026-Q1")).level == 0
    assert await scene.differing() == []


async def test_a_retry_gets_the_first_answer_and_another_body_none(scene: Scene) -> None:
    clock = await of_the_quarter(scene)
    first = await scene.submit(INSURER, clock, key="k")
    await scene.submit(INSURER, clock, key="another")
    again = await scene.submit(INSURER, clock, key="k")
    assert (again.replayed, again.clock, again.judged_at) == (True, first.clock, first.judged_at)
    assert again.series.version == first.series.version
    with pytest.raises(KeyReused):
        await scene.submit(INSURER, clock, key="k", body="another")


async def test_a_report_that_never_comes_is_warned_of_breached_and_escalated_by_the_calendar(scene: Scene) -> None:
    clock = await of_the_quarter(scene)
    for moment in ("2026-04-08 23:59", "2026-04-09 00:00", "2026-04-11 00:00", "2026-04-14 00:00", "2026-04-16 00:00"):
        await scene.at(moment)
    told = [(each.name, each.occurred_at) for each in await scene.events(clock.clock_id)]
    assert told == [
        ("clock_at_risk", at("2026-04-09 00:00").astimezone(UTC)),
        ("clock_breached", at("2026-04-11 00:00").astimezone(UTC)),
        ("clock_escalated", at("2026-04-14 00:00").astimezone(UTC)),
        ("clock_escalated", at("2026-04-16 00:00").astimezone(UTC)),
    ]
    await scene.submit(INSURER, await scene.clock("picc-sz", "SZ-28.1q", "2026-Q1"))
    assert (await scene.clock("picc-sz", "SZ-28.1q", "2026-Q1")).status == "met_late"
    assert await scene.differing() == []


async def test_a_report_in_time_that_is_recorded_late_withdraws_the_breach(scene: Scene) -> None:
    clock = await of_the_quarter(scene)
    await scene.at("2026-04-12 09:00")
    assert (await scene.clock("picc-sz", "SZ-28.1q", "2026-Q1")).status == "overdue"
    await scene.submit(INSURER, clock, "2026-04-10 23:59")
    await scene.sweep()
    after = await scene.clock("picc-sz", "SZ-28.1q", "2026-Q1")
    assert (after.status, after.ended_at) == ("met", at("2026-04-10 23:59").astimezone(UTC))
    assert after.withdrawn_at is not None
    assert (await names(scene, clock.clock_id))[-1] == "breach_withdrawn"
    assert await scene.differing() == []


async def test_an_earlier_submission_that_is_recorded_later_counts(scene: Scene) -> None:
    clock = await of_the_quarter(scene)
    await scene.at("2026-04-12 09:00")
    await scene.submit(INSURER, clock, "2026-04-11 08:00")
    assert (await scene.clock("picc-sz", "SZ-28.1q", "2026-Q1")).status == "met_late"
    await scene.submit(INSURER, clock, "2026-04-02 08:00", key="the first")
    after = await scene.clock("picc-sz", "SZ-28.1q", "2026-Q1")
    assert (after.status, after.ended_at) == ("met", at("2026-04-02 08:00").astimezone(UTC))


async def test_a_clock_that_waits_for_no_report_refuses_it_and_an_unseen_one_is_not_there(scene: Scene) -> None:
    claim_id = await scene.world.a_claim("claim")
    (of_a_claim, *_) = await scene.world.queries.claim_clocks(Scope("admin"), claim_id)
    with pytest.raises(RuleViolation, match="met by what happens"):
        await scene.submit(INSURER, of_a_claim)
    clock = await of_the_quarter(scene)
    for stranger in (OTHER, BROKER):
        with pytest.raises(NotFound):
            await scene.submit(stranger, clock)
    with pytest.raises(InvalidFact, match="future"):
        await scene.submit(INSURER, clock, "2026-04-02 09:00")
    with pytest.raises(RuleViolation, match="2026-Q1 is over"):
        await scene.submit(INSURER, clock, "2026-03-31 23:59")


async def test_who_leaves_a_region_owes_nothing_there_any_more_and_an_earlier_breach_stays(scene: Scene) -> None:
    await scene.register("picc-sz", "insurer", SHENZHEN, BEIJING)
    await scene.at("2026-04-06 09:00")
    assert (await scene.clock("picc-sz", "BJ-6.3m", "2026-03")).status == "overdue"
    assert await scene.register("picc-sz", "insurer", SHENZHEN) == (200, 2)
    left_at = (await scene.parties.one(Scope("admin"), "picc-sz")).history[-1].since
    await scene.at("2026-04-07 09:00")
    gone = await scene.clock("picc-sz", "BJ-6.3q", "2026-Q1")
    assert (gone.status, gone.ended_at) == ("cancelled", left_at)
    late = await scene.clock("picc-sz", "BJ-6.3m", "2026-03")
    assert (late.status, late.level >= 4, late.withdrawn_at) == ("cancelled", True, None)
    assert (await scene.clock("picc-sz", "SZ-28.3", "2026-Q1")).status == "open"
    assert "period_lapsed" in await names(scene, gone.subject)
    await scene.at("2026-05-01 00:00")
    assert {each.scope for each in await scene.clocks("picc-sz", "BJ-6.3m")} == {"2026-03"}
    assert await scene.differing() == []


async def test_a_slip_and_its_correction_leave_every_clock_as_it_was_and_a_breach_stays(
    scene: Scene,
) -> None:
    await scene.register("picc-sz", "insurer", SHENZHEN, BEIJING)
    await scene.at("2026-04-06 09:00")
    before = {each.clock_id: each for each in await scene.clocks("picc-sz")}
    assert sorted(each.status for each in before.values()) == ["open", "open", "open", "overdue"]
    await scene.register("picc-sz", "insurer", "440100")
    await asyncio.gather(*(scene.worker().open_due() for _ in range(3)))
    await scene.sweep()
    assert {each.status for each in await scene.clocks("picc-sz")} == {"cancelled"}
    await scene.register("picc-sz", "insurer", SHENZHEN, BEIJING)
    await asyncio.gather(*(scene.worker().open_due() for _ in range(3)))
    await scene.sweep()
    assert {each.clock_id: each for each in await scene.clocks("picc-sz")} == before
    said = [name for name, _ in await scene.said()]
    assert (said.count("period_lapsed"), said.count("period_reinstated")) == (4, 4)
    assert "breach_withdrawn" not in said
    regulator = await scene.world.queries.feed(Scope("regulator", region="110000"), None, 200)
    assert not any(each.name.startswith("period") for each in regulator.items)
    assert await scene.differing() == []


async def test_a_mark_that_passed_during_a_slip_is_made_up_for(scene: Scene) -> None:
    clock = await of_the_quarter(scene)
    await scene.register("picc-sz", "insurer", BEIJING)
    await scene.at("2026-04-12 00:00")
    assert (await scene.clock("picc-sz", "SZ-28.1q", "2026-Q1")).status == "cancelled"
    await scene.register("picc-sz", "insurer", SHENZHEN)
    await scene.at("2026-04-12 00:01")
    after = await scene.clock("picc-sz", "SZ-28.1q", "2026-Q1")
    assert (after.status, after.breached_at) == ("overdue", clock.marks[3])
    assert await scene.differing() == []


async def test_the_tag_of_a_clock_is_kept_to_and_a_retry_gets_the_first_answer(scene: Scene) -> None:
    clock = await of_the_quarter(scene)
    assert clock.tag == "1.0"
    await scene.at("2026-04-09 00:00")
    with pytest.raises(VersionMismatch) as refused:
        await scene.submit(INSURER, clock, if_match=clock.tag)
    now = await scene.clock("picc-sz", "SZ-28.1q", "2026-Q1")
    assert (refused.value.expected, refused.value.actual) == ("1.0", now.tag)
    outcome = await scene.submit(INSURER, clock, if_match=now.tag)
    assert outcome.tag == (await scene.clock("picc-sz", "SZ-28.1q", "2026-Q1")).tag != now.tag
    assert (await scene.submit(INSURER, clock, if_match=now.tag)).replayed
    with pytest.raises(VersionMismatch):
        await scene.submit(INSURER, clock, key="another", if_match=now.tag)


async def test_where_a_report_lies_is_sealed(scene: Scene) -> None:
    clock = await of_the_quarter(scene)
    await scene.submit(INSURER, clock, uri=PLACE)
    payloads = [row["payload"] for row in await scene.owner.fetch("select payload from events")]
    assert any(b"2026-17" in each for each in payloads), "the reference is a code"
    assert not any(b"dms" in each or "张三".encode() in each for each in payloads)
    standing = await scene.world.service.store.load(INSURER.scope, [clock.subject])
    told = HISTORIES.decoded(standing.events[clock.subject], HISTORIES.ring_for(INSURER.scope, "picc-sz", standing))
    assert [each.event.uri for each in told if isinstance(each.event, PeriodicReportSubmitted)] == [PLACE]


async def test_a_broker_sees_and_submits_what_it_owes_itself(scene: Scene) -> None:
    await scene.register("mingya", "broker", SHENZHEN)
    await scene.at("2026-04-01 00:00")
    broker = BROKER.scope
    assert {(each.rule, each.scope) for each in await scene.clocks("mingya", scope=broker)} == {
        ("SZ-25", "2026-Q2"),
        ("SZ-28.1q", "2026-Q1"),
        ("SZ-28.3", "2026-Q1"),
    }
    clock = await scene.clock("mingya", "SZ-25", "2026-Q2")
    assert (clock.responsible, clock.due_date) == ("broker", date(2026, 4, 5))
    outcome = await scene.submit(BROKER, clock)
    assert outcome.clock.ended_as == "met"
    assert (await scene.parties.one(broker, "mingya")).kind == "broker"
    feed = await scene.world.queries.feed(broker, None, 200)
    assert {"party_registered", "period_opened", "clock_started", "periodic_report_submitted"} <= {
        each.name for each in feed.items
    }


async def test_a_regulator_sees_the_clocks_of_its_region_but_no_target_and_no_series(scene: Scene) -> None:
    await scene.register("picc-sz", "insurer", SHENZHEN, BEIJING)
    await scene.at("2026-04-06 00:00")
    shenzhen, beijing = Scope("regulator", region="440000"), Scope("regulator", region="110000")
    assert {each.rule for each in await scene.clocks("picc-sz", scope=shenzhen)} == {"SZ-28.1q", "SZ-28.3"}
    assert {each.rule for each in await scene.clocks("picc-sz", scope=beijing)} == {"BJ-6.3m"}
    assert {each.subject_kind for each in await scene.clocks("picc-sz", scope=beijing)} == {"period"}
    feed = await scene.world.queries.feed(beijing, None, 200)
    assert {each.name for each in feed.items} == {"clock_at_risk", "clock_breached"}
    with pytest.raises(NotFound):
        await scene.parties.one(beijing, "picc-sz")
    for stranger in (OTHER.scope, BROKER.scope):
        assert await scene.clocks("picc-sz", scope=stranger) == []
        assert (await scene.parties.page(stranger, None, 50)).items == ()


async def test_a_list_of_parties_pages_by_code(scene: Scene) -> None:
    for code in ("c", "a", "b"):
        await scene.register(code, "insurer", SHENZHEN)
    first = await scene.parties.page(Scope("admin"), None, 2)
    second = await scene.parties.page(Scope("admin"), first.next_cursor, 2)
    assert [each.code for each in (*first.items, *second.items)] == ["a", "b", "c"]
    assert second.next_cursor is None


async def test_a_registration_is_made_once_by_two_at_once(scene: Scene) -> None:
    done = await asyncio.gather(*(scene.register("picc-sz", "insurer", SHENZHEN) for _ in range(3)))
    assert sorted(done) == [(200, 1), (200, 1), (201, 1)]


async def test_a_new_calendar_moves_the_warning_and_never_the_date(scene: Scene) -> None:
    clock = await of_the_quarter(scene)
    ninth_off = Notice(2026, (*off("2026-04-09"), *work("2026-04-11")), "test")
    assert clock.marks[0] == at("2026-04-09 00:00").astimezone(UTC)
    store = PostgresEventStore(scene.world.pool)
    calendar = REFERENCE.calendar
    days = {**calendar.days, **{each.on: each for each in ninth_off.days}}
    newer = type(calendar)(calendar.version + 1, days, calendar.first_year, calendar.last_published_year)
    moved = await Recalculations(Planner(store, HISTORIES, scene.of_worker), new_id).recalculate(clock.subject, newer)
    assert moved == 1
    after = await scene.clock("picc-sz", "SZ-28.1q", "2026-Q1")
    assert (after.due_date, after.due_at, after.generation) == (clock.due_date, clock.due_at, 1)
    assert after.marks[0] == at("2026-04-08 00:00").astimezone(UTC)
    assert after.marks[3] == clock.marks[3]
    assert after.marks[4] == at("2026-04-12 00:00").astimezone(UTC), "the make-up day is the first working day after"
    assert await scene.differing() == []


async def test_staff_and_compliance_hear_when_a_report_is_due_and_authorities_of_its_breach(scene: Scene) -> None:
    await scene.register("picc-sz", "insurer", SHENZHEN, BEIJING)
    await scene.at("2026-04-06 00:00")
    await scene.at("2026-04-12 00:00")
    rows = [row for _, row in await PostgresTail(scene.world.pool).read(Position(), 200)]
    alerts = await Gathering(HISTORIES, scene.of_worker).alerts(scene.world.pool, rows, sandbox=True)
    told = [(each.kind, each.document["data"]) for each in alerts]
    due = {data["clock"]["rule"]: data for kind, data in told if kind == "report.due"}
    assert set(due) == {"SZ-28.1q", "SZ-28.3", "BJ-6.3m", "BJ-6.3q"}
    said = due["SZ-28.1q"]
    assert said["report"] == {"party": "picc-sz", "about": "2026-Q1", "due_date": "2026-04-10"}
    assert (tuple(said["roles"]), said["severity"]) == (("operations", "compliance"), "information")
    assert {each.document["subject"] for each in alerts} == {"parties/picc-sz"}
    assert (said["tenant"], said["region"], said.get("claim")) == ("picc-sz", SHENZHEN, None)
    breached = {data["clock"]["rule"]: data for kind, data in told if kind == "clock.breached"}
    assert set(breached) == {"SZ-28.1q", "SZ-28.3", "BJ-6.3m"}
    assert breached["BJ-6.3m"]["report"]["about"] == "2026-03"
    assert "insurance_regulator" in breached["BJ-6.3m"]["roles"]
    missed = [data["roles"] for kind, data in told if kind == "clock.missed"]
    assert [set(each) for each in missed] == [{"operations", "compliance"}]
    for each in alerts:
        sent = orjson.loads(orjson.dumps(each.document))
        CloudEvent.model_validate(sent)
        assert only_known(sent["data"], DATA) == sent["data"], "notifications drops nothing of it"
