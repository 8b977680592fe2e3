"""Calendars and rulebooks are stored in versions that do not change."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date

import asyncpg
import pytest
from tests.support.postgres import Database

from claims.domain.working_days import CalendarDay, DayKind
from claims.reference import store
from claims.reference.calendar_seed import seed_calendar
from claims.reference.rulebook_file import RulebookRefused, RulebookText, packaged_rulebooks, read_rulebook
from claims.reference.store import CalendarMissing, ensure_seeded, load_calendar, load_rulebooks


@pytest.fixture
async def connection(claims_database: Database) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection to a migrated database without reference data."""
    opened = await asyncpg.connect(claims_database.url(), command_timeout=30)
    await opened.execute("truncate calendars, calendar_days, rulebooks")
    yield opened
    await opened.close()


def release_with(monkeypatch: pytest.MonkeyPatch, *texts: RulebookText) -> None:
    """Let the release bring these rulebooks instead of its own."""
    monkeypatch.setattr(store, "packaged_rulebooks", lambda: texts)


def shenzhen() -> RulebookText:
    """The packaged rulebook of Shenzhen."""
    return next(each for each in packaged_rulebooks() if each.rulebook.id == "shenzhen-2018")


async def test_a_seeded_database_gives_back_the_seed_and_the_packaged_rulebooks(
    connection: asyncpg.Connection,
) -> None:
    await ensure_seeded(connection)
    assert await load_calendar(connection) == seed_calendar()
    assert await load_rulebooks(connection) == tuple(each.rulebook for each in packaged_rulebooks())


async def test_seeding_again_changes_nothing(connection: asyncpg.Connection) -> None:
    everything = """
        select (select array_agg(c) from calendars c), (select array_agg(r) from rulebooks r), count(*)
        from calendar_days
    """
    await ensure_seeded(connection)
    before = await connection.fetchrow(everything)
    await ensure_seeded(connection)
    assert await connection.fetchrow(everything) == before


async def test_two_that_seed_at_once_both_succeed_and_store_it_once(
    connection: asyncpg.Connection, claims_database: Database
) -> None:
    other = await asyncpg.connect(claims_database.url(), command_timeout=30)
    try:
        await asyncio.gather(ensure_seeded(connection), ensure_seeded(other))
    finally:
        await other.close()
    assert await connection.fetchval("select count(*) from calendars") == 1
    assert await connection.fetchval("select count(*) from calendar_days") == len(seed_calendar().days)


async def test_the_newest_calendar_is_the_default_and_earlier_ones_stay(connection: asyncpg.Connection) -> None:
    await ensure_seeded(connection)
    first = seed_calendar()
    new_year = date(2027, 1, 1)
    day = CalendarDay(new_year, DayKind.OFF, "国务院办公厅 2027 年部分节假日安排", date(2026, 11, 20))
    second = replace(first, version=2, days={**first.days, new_year: day}, last_published_year=2027)
    assert await store.publish_calendar(connection, second, "国务院办公厅", "admin:li")
    assert await load_calendar(connection) == second
    assert await load_calendar(connection, 1) == first
    row = await connection.fetchrow("select source, recorded_by from calendars where version = 2")
    assert tuple(row) == ("国务院办公厅", "admin:li")


async def test_a_stored_version_of_the_calendar_is_never_replaced_and_none_is_left_out(
    connection: asyncpg.Connection,
) -> None:
    await ensure_seeded(connection)
    for version in (1, 3):
        mistaken = replace(seed_calendar(), version=version, days={})
        assert not await store.publish_calendar(connection, mistaken, "a mistake", "admin:li")
    assert await load_calendar(connection) == seed_calendar()


async def test_a_calendar_that_is_not_stored_is_told_with_what_to_do(connection: asyncpg.Connection) -> None:
    with pytest.raises(CalendarMissing, match=r"no calendar is stored: run `claims migrate`"):
        await load_calendar(connection)
    await ensure_seeded(connection)
    with pytest.raises(CalendarMissing, match=r"no calendar 7 is stored"):
        await load_calendar(connection, 7)


async def test_a_text_changed_under_its_version_stops_the_migration_and_every_process(
    connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ensure_seeded(connection)
    first = shenzhen()
    changed = read_rulebook(first.name, first.text.replace("10 working days", "15 working days"))
    release_with(monkeypatch, changed)
    wanted = r"shenzhen-2018\.toml: the text of shenzhen-2018@2 differs from the stored one: raise `version`"
    with pytest.raises(RulebookRefused, match=wanted):
        await ensure_seeded(connection)
    with pytest.raises(RulebookRefused, match=wanted):
        await load_rulebooks(connection)


async def test_a_new_version_is_stored_beside_the_old_one_which_stays_in_use(
    connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ensure_seeded(connection)
    first = shenzhen()
    second = read_rulebook(first.name, first.text.replace("version = 2\n", "version = 3\n"))
    release_with(monkeypatch, second)
    with pytest.raises(RulebookRefused, match=r"shenzhen-2018@3 is not stored: run `claims migrate`"):
        await load_rulebooks(connection)
    await ensure_seeded(connection)
    kept = [book for book in await load_rulebooks(connection) if book.id == "shenzhen-2018"]
    assert kept == [first.rulebook, second.rulebook]


async def test_a_seeding_that_is_refused_stores_nothing(
    connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = shenzhen()
    twice = read_rulebook("again.toml", f"{first.text}\n# changed\n")
    release_with(monkeypatch, first, twice)
    with pytest.raises(RulebookRefused, match=r"again\.toml"):
        await ensure_seeded(connection)
    assert await connection.fetchval("select count(*) from rulebooks") == 0
    assert await connection.fetchval("select count(*) from calendars") == 0


@pytest.mark.parametrize("role", ["claims_worker", "claims_read"])
async def test_processes_may_read_reference_data_and_not_write_it(connection: asyncpg.Connection, role: str) -> None:
    await ensure_seeded(connection)
    await connection.execute(f"set role {role}")
    assert await load_calendar(connection) == seed_calendar()
    assert await load_rulebooks(connection)
    for table in ("calendars", "calendar_days", "rulebooks"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(f"delete from {table}")  # noqa: S608 - the names stand above
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await store.publish_calendar(connection, replace(seed_calendar(), version=2), "nobody", "nobody")
