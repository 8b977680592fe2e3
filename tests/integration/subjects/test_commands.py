"""Complaints and hazards go the way of every command: keys, versions, races, and whose eyes they are."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import text
from tests.integration.projections.world import World
from tests.integration.subjects.scenes import BROKER, INSURER, OTHER_BROKER, TEXT, Subjects
from tests.support.service import new_id
from tests.support.story import at

from claims.application.calls import KeyReused, NotFound, VersionMismatch
from claims.application.pages import ClockFilter
from claims.application.rows import Scope
from claims.application.subject_queries import SubjectFilter
from claims.application.subjects import COMPLAINT, HAZARD
from claims.domain.errors import InvalidFact, RuleViolation
from claims.domain.personal import HIDDEN
from claims.event_store.reader import Reader

OF_REGION = Scope("regulator", region="440000")
ELSEWHERE = Scope("regulator", region="110000")
ADMIN = Scope("admin")


async def test_a_complaint_is_recorded_with_its_clocks_and_its_text_is_sealed(
    world: World, subjects: Subjects, owner: asyncpg.Connection
) -> None:
    outcome = await subjects.complain("k1")
    complaint_id = outcome.standing.subject_id
    rows = await world.queries.subject_clocks(INSURER.scope, complaint_id)
    assert [(row.rule, row.subject_kind, row.status) for row in rows] == [
        ("SZ-27.2", "complaint", "open"),
        ("SZ-27.3", "complaint", "open"),
    ]
    payloads = await owner.fetch("select payload from events where stream_id = $1", complaint_id)
    assert not any(TEXT.encode() in row["payload"] for row in payloads)
    found = await subjects.queries.one(INSURER.scope, COMPLAINT, complaint_id)
    assert found.state.known.text == TEXT


async def test_the_same_key_gives_the_first_answer_whatever_happened_since(subjects: Subjects) -> None:
    first = await subjects.complain("k1")
    complaint_id = first.standing.subject_id
    await subjects.reply(complaint_id, "k2", "2026-03-04 10:00", final=True)
    again = await subjects.complain("k1")
    assert again.replayed
    assert again.standing.state == first.standing.state
    replied = await subjects.reply(complaint_id, "k2", "2026-03-04 10:00", final=True)
    assert replied.replayed
    with pytest.raises(KeyReused):
        await subjects.complain("k1", body="another")


async def test_a_version_that_moved_on_and_a_rule_refuse_a_command(subjects: Subjects) -> None:
    first = await subjects.complain("k1")
    complaint_id, version = first.standing.subject_id, first.standing.state.version
    await subjects.reply(complaint_id, "k2", "2026-03-04 10:00", final=True, if_match=version)
    with pytest.raises(VersionMismatch):
        await subjects.reply(complaint_id, "k3", "2026-03-04 11:00", if_match=version)
    with pytest.raises(RuleViolation, match="final answer"):
        await subjects.reply(complaint_id, "k4", "2026-03-04 11:00")
    assert subjects.counts.refused == ["complaint-answered"]


async def test_replies_at_the_same_moment_are_all_recorded_and_twins_once(subjects: Subjects) -> None:
    complaint_id = (await subjects.complain("k1")).standing.subject_id
    keys = [f"r{n % 4}" for n in range(8)]
    outcomes = await asyncio.gather(*(subjects.reply(complaint_id, key, "2026-03-04 10:00") for key in keys))
    found = await subjects.queries.one(INSURER.scope, COMPLAINT, complaint_id)
    assert len(found.state.replies) == 4
    assert sum(not each.replayed for each in outcomes) == 4


async def test_a_claim_has_to_be_one_that_the_caller_sees(world: World, subjects: Subjects) -> None:
    brokered = await world.a_claim("c1", number="P-1", broker="mingya")
    direct = await world.a_claim("c2", number="P-2")
    about = await subjects.complain("k1", BROKER, claim_id=brokered)
    assert about.standing.state.known.insurer == "picc-sz"
    for claim_id in (direct, new_id(), about.standing.subject_id):
        with pytest.raises(NotFound, match="claim"):
            await subjects.complain(f"k {claim_id}", BROKER, claim_id=claim_id)


async def test_each_sees_what_it_owes_and_a_regulator_its_region_without_the_texts(
    world: World, subjects: Subjects
) -> None:
    claim_id = await world.a_claim("c1", broker="mingya")
    of_insurer = (await subjects.complain("k1", claim_id=claim_id)).standing.subject_id
    of_broker = (await subjects.complain("k2", BROKER)).standing.subject_id
    await world.follow()
    everybody = {of_insurer, of_broker}
    seen = {
        INSURER.scope: {of_insurer},
        Scope("operations", tenant="picc-sz"): {of_insurer},
        BROKER.scope: {of_broker},
        OTHER_BROKER.scope: set(),
        OF_REGION: everybody,
        ELSEWHERE: set(),
        ADMIN: everybody,
    }
    for scope, expected in seen.items():
        page = await subjects.queries.page(scope, "complaint", SubjectFilter())
        assert {row.subject_id for row in page.items} == expected, scope
        clocks = await world.queries.clocks(scope, ClockFilter(rule="SZ-27.2"))
        assert {row.subject for row in clocks.items} == expected, scope
        for complaint_id in everybody - expected:
            with pytest.raises(NotFound):
                await subjects.queries.one(scope, COMPLAINT, complaint_id)
        for complaint_id in expected:
            read = (await subjects.queries.one(scope, COMPLAINT, complaint_id)).state.known.text
            assert read == (HIDDEN if scope in {OF_REGION, ADMIN} else TEXT), scope
    reader = Reader(subjects.engine)
    for scope, expected in seen.items():
        rows = await reader.rows(scope, text("select subject_id from subject_list"))
        assert {row["subject_id"] for row in rows} == expected, f"the database itself says so to {scope}"
    with pytest.raises(NotFound):
        await subjects.reply(of_broker, "k3", "2026-03-04 10:00", INSURER)
    with pytest.raises(NotFound):
        await subjects.reply(of_insurer, "k4", "2026-03-04 10:00", BROKER)


async def test_a_list_is_filtered_and_paged_newest_first(world: World, subjects: Subjects) -> None:
    days = [f"2026-03-0{n} 10:00" for n in range(2, 7)]
    made = [(await subjects.complain(f"k {day}", when=day)).standing.subject_id for day in days]
    enquiry = await subjects.complain("k enquiry", when="2026-03-01 10:00", kind="enquiry", region="440305")
    await subjects.reply(made[0], "r", "2026-03-04 10:00")
    await world.follow()
    read, cursor = [], None
    while True:
        page = await subjects.queries.page(INSURER.scope, "complaint", SubjectFilter(nature="complaint"), cursor, 2)
        read += [row.subject_id for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert read == made[::-1]
    for wanted, expected in (
        (SubjectFilter(status="replied"), [made[0]]),
        (SubjectFilter(region="440305"), [enquiry.standing.subject_id]),
        (SubjectFilter(begun_from=at("2026-03-05 00:00"), begun_to=at("2026-03-06 00:00")), [made[3]]),
        (SubjectFilter(party="another"), []),
    ):
        page = await subjects.queries.page(INSURER.scope, "complaint", wanted)
        assert [row.subject_id for row in page.items] == expected, wanted
    assert (await subjects.queries.page(INSURER.scope, "hazard", SubjectFilter())).items == ()


async def test_the_feed_brings_a_broker_its_own_texts_and_hides_those_of_others(
    world: World, subjects: Subjects
) -> None:
    await world.a_claim("c1", broker="mingya")
    await subjects.complain("k1", BROKER)
    events = {each.name: each.event for each in (await world.queries.feed(BROKER.scope, None, 200)).items}
    assert events["complaint_received"].text == TEXT  # type: ignore[attr-defined]
    assert events["claim_reported"].accident.place == HIDDEN  # type: ignore[attr-defined]


async def test_where_the_report_of_a_hazard_lies_is_sealed(subjects: Subjects, owner: asyncpg.Connection) -> None:
    hazard_id = (await subjects.find("k1")).standing.subject_id
    await subjects.report(hazard_id, "k2", "2026-03-05 10:00", uri="https://dms/secret.pdf")
    payloads = await owner.fetch("select payload from events where stream_id = $1", hazard_id)
    assert any(b"R-1" in row["payload"] for row in payloads), "the reference is a code"
    assert not any(b"dms" in row["payload"] for row in payloads)
    (report,) = (await subjects.queries.one(BROKER.scope, HAZARD, hazard_id)).state.reports
    assert report.uri == "https://dms/secret.pdf"


async def test_a_complaint_about_a_claim_takes_the_region_of_its_accident(world: World, subjects: Subjects) -> None:
    claim_id = await world.a_claim("claim")
    outcome = await subjects.complain("k1", claim_id=claim_id, region=None)
    assert outcome.standing.state.known.region == "440300"
    with pytest.raises(InvalidFact, match="440300"):
        await subjects.complain("k2", claim_id=claim_id, region="440000")


async def test_a_hazard_is_met_by_its_first_report(world: World, subjects: Subjects) -> None:
    hazard_id = (await subjects.find("k1")).standing.subject_id
    await subjects.report(hazard_id, "k2", "2026-03-05 10:00")
    await subjects.report(hazard_id, "k3", "2026-03-09 10:00")
    (row,) = await world.queries.subject_clocks(BROKER.scope, hazard_id)
    assert (row.rule, row.status, row.responsible, row.tenant) == ("SZ-28.4", "met", "broker", "mingya")
