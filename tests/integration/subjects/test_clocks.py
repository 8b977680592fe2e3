"""The clocks of complaints and hazards are watched, told, rebuilt and explained like those of claims."""

from datetime import date

import asyncpg
from tests.integration.projections.world import HISTORIES, REFERENCE, REGULATOR, World
from tests.integration.relay.scenes import Relayed
from tests.integration.subjects.scenes import BROKER, INSURER, TEXT, Subjects
from tests.support.postgres import Database
from tests.support.story import at

from claims.application.explanations import Explanations
from claims.application.reporting import Selection
from claims.application.subject_store import SubjectStore
from claims.domain.reporting.periods import Period
from claims.event_store.pool import open_pool
from claims.event_store.reader import Reader, create_engine
from claims.projections.compliance import ComplianceFigures
from claims.projections.rebuild import Rebuild
from claims.reference.versions import CalendarVersions
from claims.watch.sweep import sweep

BREACHED = at("2026-03-12 00:30")
LATE = at("2026-04-01 00:00")


async def test_a_breach_is_told_without_claim_or_text_and_the_insurer_of_the_claim_hears_of_its_brokers(
    world: World, subjects: Subjects, relaying: Relayed
) -> None:
    claim_id = await world.a_claim("c1", broker="mingya")
    complaint_id = (await subjects.complain("k1", BROKER, claim_id=claim_id)).standing.subject_id
    await sweep(world.pool, BREACHED)
    await relaying.drain()
    told = [each for each in relaying.told() if each["subject"] == f"complaints/{complaint_id}"]
    breaches = [each["data"] for each in told if each["type"] == "clock.breached"]
    assert [(each["tenant"], each["roles"]) for each in breaches] == [
        ("mingya", ["operations", "compliance", "insurance_regulator"]),
        ("picc-sz", ["insurer"]),
    ]
    assert all(each["claim"] is None for each in breaches)
    assert breaches[0]["subject"] == {"kind": "complaint", "id": str(complaint_id)}
    assert breaches[0]["clock"]["rule"] == "SZ-27.2"
    assert len({each["id"] for each in told}) == len(told)
    assert TEXT not in str(told)


async def test_a_breach_of_an_insurers_own_is_told_once(world: World, subjects: Subjects, relaying: Relayed) -> None:
    claim_id = await world.a_claim("c1")
    complaint_id = (await subjects.complain("k1", claim_id=claim_id)).standing.subject_id
    await sweep(world.pool, BREACHED)
    await relaying.drain()
    told = [
        each["data"]
        for each in relaying.told()
        if each["subject"] == f"complaints/{complaint_id}" and each["type"] == "clock.breached"
    ]
    assert [each["tenant"] for each in told] == ["picc-sz"]


async def test_a_reply_in_time_that_is_recorded_late_withdraws_the_breach(
    world: World, subjects: Subjects, relaying: Relayed
) -> None:
    complaint_id = (await subjects.complain("k1")).standing.subject_id
    await sweep(world.pool, BREACHED)
    await subjects.reply(complaint_id, "k2", "2026-03-10 10:00", final=True)
    await sweep(world.pool, BREACHED)
    rows = await world.queries.subject_clocks(BROKER.scope, complaint_id)
    assert rows == (), "another's"
    await relaying.drain()
    kinds = [each["type"] for each in relaying.told()]
    assert "breach.withdrawn" in kinds


async def test_a_rebuild_finds_the_same_rows_and_mends_them(
    world: World, subjects: Subjects, owner: asyncpg.Connection
) -> None:
    await world.a_claim("c1")
    complaint_id = (await subjects.complain("k1")).standing.subject_id
    await subjects.complain("k2", BROKER, needs_verification=False)
    hazard_id = (await subjects.find("k3")).standing.subject_id
    await subjects.reply(complaint_id, "k4", "2026-03-20 10:00")
    await sweep(world.pool, LATE)
    await subjects.report(hazard_id, "k5", "2026-03-04 10:00")
    await sweep(world.pool, LATE)
    await world.follow()
    assert await world.differing() == []

    async def rows() -> list[object]:
        tables = ("clocks", "claim_list", "subject_list")
        stamps = "to_jsonb(t) - 'tx_id' - 'next_at'"
        return [await owner.fetch(f"select {stamps} as row from {table} t order by 1") for table in tables]  # noqa: S608 - constants

    before = await rows()
    await owner.execute("delete from clocks")
    await owner.execute("update subject_list set status = 'closed', version = version + 9 where kind = 'hazard'")
    await owner.execute("delete from subject_list where kind = 'complaint'")
    assert {each.table for each in await world.differing()} == {"clocks", "subject_list"}
    rebuilt = await Rebuild(world.pool, HISTORIES, REFERENCE.rulebooks).run()
    assert (rebuilt.subjects, rebuilt.orphans) == (4, 0)
    assert await rows() == before


async def test_a_clock_of_a_complaint_is_explained(world: World, subjects: Subjects, claims_database: Database) -> None:
    complaint_id = (await subjects.complain("k1")).standing.subject_id
    async with open_pool(claims_database.url("claims_command"), name="test") as pool:
        store = SubjectStore(world.service.store, HISTORIES)
        explanations = Explanations(REFERENCE, CalendarVersions(pool, "claims_read"), store)
        row, _ = await world.queries.subject_clocks(INSURER.scope, complaint_id)
        steps = await explanations.of_clock(INSURER.scope, row)
    assert [each.number for each in steps if each.number is not None] == list(range(1, 8))


async def test_a_breach_is_counted_by_its_rule_and_listed_with_its_subject(
    world: World, subjects: Subjects, claims_database: Database
) -> None:
    complaint_id = (await subjects.complain("k1", BROKER)).standing.subject_id
    await sweep(world.pool, BREACHED)
    await world.follow()
    engine = create_engine(claims_database.url("claims_command"), name="test figures")
    try:
        figures = ComplianceFigures(Reader(engine))
        march = Selection(Period("2026-03", date(2026, 3, 1), date(2026, 3, 31)), rule="SZ-27.2")
        (breach,) = await figures.breaches(REGULATOR, march, 10)
        (count,) = await figures.clocks(REGULATOR, march)
    finally:
        await engine.dispose()
    assert (breach.subject, breach.subject_kind, breach.claim_number) == (complaint_id, "complaint", None)
    assert (count.tenant, count.responsible, count.tally.overdue) == ("mingya", "broker", 1)
