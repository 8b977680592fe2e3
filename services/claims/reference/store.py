"""Calendars and rulebooks in PostgreSQL: each version is stored once and never changed."""

from asyncpg import Connection

from claims.domain.rulebook import Rulebook
from claims.domain.working_days import Calendar, CalendarDay, DayKind
from claims.reference.calendar_seed import seed_calendar, seed_source
from claims.reference.rulebook_file import RulebookRefused, RulebookText, packaged_rulebooks, read_stored_rulebook

_INSERT_CALENDAR = """
insert into calendars (version, first_year, last_published_year, source) values ($1, $2, $3, $4)
on conflict do nothing returning version
"""
_INSERT_DAYS = "insert into calendar_days (version, day, kind, notice, published_on) values ($1, $2, $3, $4, $5)"
_SELECT_CALENDAR = """
select version, first_year, last_published_year from calendars
where version = coalesce($1, (select max(version) from calendars))
"""
_PUBLISH = "select publish_calendar($1, $2, $3, $4, $5, $6, $7, $8, $9)"
_SELECT_DAYS = "select day, kind, notice, published_on from calendar_days where version = $1 order by day"
_INSERT_RULEBOOK = """
insert into rulebooks (id, version, sha256, text) values ($1, $2, $3, $4) on conflict do nothing
"""
_TAKE_ROLE = "select set_config('role', $1, true)"
_NEWEST = "select max(version) from calendars"
_SELECT_RULEBOOKS = "select id, version, sha256, text from rulebooks order by id, version"


class CalendarMissing(Exception):  # noqa: N818 - the message is the sentence that the operator reads
    """The calendar that was asked for is not stored."""


async def load_as(connection: Connection, role: str | None) -> tuple[tuple[Rulebook, ...], Calendar]:
    """Return every rulebook and the newest calendar; `role` is taken for it by a login without rights of its own.

    Raises what `load_rulebooks` and `load_calendar` raise.
    """
    async with connection.transaction(readonly=True):
        if role is not None:
            await connection.execute(_TAKE_ROLE, role)
        return await load_rulebooks(connection), await load_calendar(connection)


async def ensure_seeded(connection: Connection) -> None:
    """Store the packaged rulebooks and the first calendar where they are not stored yet; a step of the migration.

    Safe to run again, and by several at once. RulebookRefused if a packaged rulebook is not sound, or differs from
    what is stored under its version.
    """
    async with connection.transaction():
        for each in packaged_rulebooks():
            book = each.rulebook
            await connection.execute(_INSERT_RULEBOOK, book.id, book.version, each.sha256, each.text)
        await _insert_calendar(connection, seed_calendar(), seed_source())
        await load_rulebooks(connection)


async def publish_calendar(connection: Connection, calendar: Calendar, source: str, recorded_by: str) -> bool:
    """Store a version of the calendar that follows on the newest; False if there is another by that number.

    For the login of the interface, which may do this and write nothing else of the reference data.
    """
    days = list(calendar.days.values())
    stored = await connection.fetchval(
        _PUBLISH,
        calendar.version - 1,
        calendar.first_year,
        calendar.last_published_year,
        source,
        recorded_by,
        [each.on for each in days],
        [each.kind for each in days],
        [each.notice for each in days],
        [each.published_on for each in days],
    )
    return stored is not None


async def newest_calendar(connection: Connection, role: str | None, known: Calendar) -> Calendar:
    """Return the newest calendar: the one that is known, unless there is a newer one; `role` as in `load_as`.

    CalendarMissing if none is stored.
    """
    async with connection.transaction(readonly=True):
        if role is not None:
            await connection.execute(_TAKE_ROLE, role)
        if await connection.fetchval(_NEWEST) == known.version:
            return known
        return await load_calendar(connection)


async def load_calendar(connection: Connection, version: int | None = None) -> Calendar:
    """Return a version of the calendar, the newest by default; CalendarMissing if it is not stored."""
    row = await connection.fetchrow(_SELECT_CALENDAR, version)
    if row is None:
        wanted = "no calendar" if version is None else f"no calendar {version}"
        raise CalendarMissing(f"{wanted} is stored: run `claims migrate`")
    days = {
        day["day"]: CalendarDay(day["day"], DayKind(day["kind"]), day["notice"], day["published_on"])
        for day in await connection.fetch(_SELECT_DAYS, row["version"])
    }
    return Calendar(row["version"], days, row["first_year"], row["last_published_year"])


async def load_rulebooks(connection: Connection) -> tuple[Rulebook, ...]:
    """Return every stored rulebook in every version, ordered by id and version.

    Clocks keep the version they were started by, so that old versions stay in use. RulebookRefused if the release
    brings a text that is not stored, or another one under a stored version: no process may start on either.
    """
    rows = await connection.fetch(_SELECT_RULEBOOKS)
    stored = {(row["id"], row["version"]): bytes(row["sha256"]) for row in rows}
    for each in packaged_rulebooks():
        _require_unchanged(each, stored)
    return tuple(read_stored_rulebook(f"{row['id']}@{row['version']}", row["text"]).rulebook for row in rows)


def _require_unchanged(packaged: RulebookText, stored: dict[tuple[str, int], bytes]) -> None:
    book = packaged.rulebook
    found = stored.get((book.id, book.version))
    if found is None:
        raise RulebookRefused(f"{packaged.name}: {book.reference} is not stored: run `claims migrate`")
    if found != packaged.sha256:
        raise RulebookRefused(
            f"{packaged.name}: the text of {book.reference} differs from the stored one: raise `version` in the file, "
            "since clocks that were started keep the text they name"
        )


async def _insert_calendar(connection: Connection, calendar: Calendar, source: str) -> bool:
    """Insert a calendar with its days unless its version is there; say whether it was inserted."""
    inserted = await connection.fetchval(
        _INSERT_CALENDAR, calendar.version, calendar.first_year, calendar.last_published_year, source
    )
    if inserted is None:
        return False
    days = [(calendar.version, each.on, each.kind, each.notice, each.published_on) for each in calendar.days.values()]
    await connection.executemany(_INSERT_DAYS, days)
    return True
