"""Every clock of a real claim can be explained, also one whose time was not counted for a while."""

from collections.abc import AsyncIterator
from datetime import date

import asyncpg
import pytest
from tests.integration.projections.world import HISTORIES, INSURER, REFERENCE, REGULATOR, World
from tests.support.acts import claims, documents, intake, requests
from tests.support.postgres import Database

from claims.application.explanations import Explanations
from claims.application.subject_store import SubjectStore
from claims.domain.claim.decide import Command
from claims.domain.explanation import StepKind
from claims.event_store.pool import create_pool
from claims.reference.versions import CalendarVersions


@pytest.fixture
async def explanations(claims_database: Database, world: World) -> AsyncIterator[Explanations]:
    pool = await create_pool(claims_database.url("claims_command"), name="test api")
    try:
        yield Explanations(
            REFERENCE, CalendarVersions(pool, "claims_read"), SubjectStore(world.service.store, HISTORIES)
        )
    finally:
        await pool.close()


async def test_days_on_which_documents_were_awaited_are_told_and_not_counted(
    world: World, explanations: Explanations
) -> None:
    claim_id = await world.a_claim("report")
    acts: list[Command] = [
        claims("2026-03-02 12:00"),
        documents("2026-03-02 13:00", "a"),
        intake("2026-03-02 14:00", missing=("b",)),
        requests("2026-03-03 09:00", "b"),
        documents("2026-03-06 09:00", "b"),
    ]
    for number, act in enumerate(acts):
        await world.service.execute(claim_id, act, f"act {number}")
    clocks = await world.queries.claim_clocks(INSURER, claim_id)
    (determination,) = (each for each in clocks if each.rule == "IL-23a")
    for scope in (INSURER, REGULATOR):
        steps = await explanations.of_clock(scope, determination)
        paused = [each.on for each in steps if each.kind is StepKind.PAUSED]
        assert paused == [date(2026, 3, 4), date(2026, 3, 5), date(2026, 3, 6)]
        assert max(each.number or 0 for each in steps) == 30
        assert [each.on for each in steps if each.kind is StepKind.END] == [determination.due_date]


async def test_a_clock_that_stands_still_says_so(world: World, explanations: Explanations) -> None:
    claim_id = await world.a_claim("report")
    acts: list[Command] = [
        claims("2026-03-02 12:00"),
        documents("2026-03-02 13:00", "a"),
        requests("2026-03-03 09:00", "b"),
    ]
    for number, act in enumerate(acts):
        await world.service.execute(claim_id, act, f"act {number}")
    (clock,) = (each for each in await world.queries.claim_clocks(INSURER, claim_id) if each.rule == "IL-23a")
    assert "paused" in clock.flags
    steps = await explanations.of_clock(INSURER, clock)
    assert steps[0].kind is StepKind.PAUSED
    assert "earliest" in steps[0].text.en
    assert [each.on for each in steps if each.kind is StepKind.END] == [clock.due_date]


async def test_every_clock_of_a_claim_is_explained(
    world: World, explanations: Explanations, owner: asyncpg.Connection
) -> None:
    claim_id = await world.a_claim("report")
    acts: list[Command] = [claims("2026-03-02 12:00"), documents("2026-03-02 13:00", "a", complete=True)]
    for number, act in enumerate(acts):
        await world.service.execute(claim_id, act, f"act {number}")
    clocks = await world.queries.claim_clocks(INSURER, claim_id)
    assert len(clocks) == await owner.fetchval("select count(*) from clocks where subject = $1", claim_id)
    for clock in clocks:
        steps = await explanations.of_clock(INSURER, clock)
        ends = [each.on for each in steps if each.kind is StepKind.END]
        assert clock.due_date is None or ends == [clock.due_date], clock.rule
        assert all(each.kind is not StepKind.STATED for each in steps), clock.rule
