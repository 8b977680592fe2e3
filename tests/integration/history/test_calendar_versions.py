"""Versions of the calendar as clocks name them, read by a login without rights of its own."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date

import asyncpg
import pytest
from tests.integration.projections.world import HISTORIES, INSURER, REFERENCE, World
from tests.support.acts import asks
from tests.support.postgres import Database
from tests.support.story import MILLION, calendar

from claims.application.explanations import Explanations
from claims.application.subject_store import SubjectStore
from claims.domain.explanation import StepKind
from claims.domain.working_days import Calendar, CalendarDay, DayKind
from claims.event_store.pool import create_pool
from claims.reference.store import CalendarMissing, publish_calendar
from claims.reference.versions import CalendarVersions

MOVED = date(2026, 3, 5)
NOTICE = "国务院办公厅 2026 年部分节假日安排（更正）"


@pytest.fixture
async def pool(claims_database: Database) -> AsyncIterator[asyncpg.Pool]:
    opened = await create_pool(claims_database.url("claims_command"), name="test api")
    try:
        yield opened
    finally:
        await opened.close()


def newer() -> Calendar:
    day = CalendarDay(MOVED, DayKind.OFF, NOTICE, date(2026, 3, 1))
    return replace(calendar(), version=2, days={**calendar().days, MOVED: day})


async def test_every_stored_version_is_read_as_it_was_stored(pool: asyncpg.Pool) -> None:
    versions = CalendarVersions(pool, "claims_read")
    first = await versions.version(1)
    async with pool.acquire() as connection:
        assert await publish_calendar(connection, newer(), "a correction", "admin:x")
    assert await versions.version(1) is first
    assert first.is_working_day(MOVED)
    assert not (await versions.version(2)).is_working_day(MOVED)
    with pytest.raises(CalendarMissing):
        await versions.version(3)


async def test_a_clock_is_explained_by_the_calendar_that_it_names(world: World, pool: asyncpg.Pool) -> None:
    claim_id = await world.a_claim("report")
    await world.service.execute(claim_id, asks("rescue", MILLION), "ask")
    async with pool.acquire() as connection:
        assert await publish_calendar(connection, newer(), "a correction", "admin:x")
    versions = CalendarVersions(pool, "claims_read")
    explanations = Explanations(
        replace(REFERENCE, calendar=newer()), versions, SubjectStore(world.service.store, HISTORIES)
    )
    (clock,) = (each for each in await world.queries.claim_clocks(INSURER, claim_id) if each.rule == "SZ-20.6")
    steps = await explanations.of_clock(INSURER, clock)
    assert next(each.number for each in steps if each.on == MOVED) == 3
    assert [each.on for each in steps if each.kind is StepKind.END] == [clock.due_date] == [date(2026, 3, 9)]
    found = explanations.due_date("SZ-20.6", "440300", clock.started_at, MILLION)
    assert (found.plan.due_date, found.calendar_version) == (date(2026, 3, 10), 2)
    assert next(each.notice for each in found.steps if each.on == MOVED) == NOTICE
