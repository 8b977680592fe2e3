"""The regulation and the calendar as a process knows them: it notices a new calendar while it runs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import Never, Protocol

import asyncpg

from claims.domain.rulebook import Rulebook
from claims.domain.working_days import Calendar
from claims.reference.store import load_as, newest_calendar, publish_calendar

PAUSE = 2.0
"""Seconds between two looks for a new calendar; what is decided meanwhile is recalculated by the worker."""


class RefreshMetrics(Protocol):
    """What the look for a new calendar tells of itself."""

    def lost(self, error: Exception) -> None:
        """The database was away; it is tried again."""
        ...


class CurrentReference:
    """Fulfils the port `Reference`, and that of the store of calendars."""

    def __init__(
        self, pool: asyncpg.Pool, role: str | None, rulebooks: Mapping[str, Rulebook], calendar: Calendar
    ) -> None:
        """Take what `opened` has read; `role` is taken to read by a login without rights of its own."""
        self._pool = pool
        self._role = role
        self._rulebooks = rulebooks
        self._calendar = calendar

    @classmethod
    async def opened(cls, pool: asyncpg.Pool, role: str | None) -> "CurrentReference":
        """Read everything; raises what `load_as` raises."""
        async with pool.acquire() as connection:
            books, calendar = await load_as(connection, role)
        return cls(pool, role, MappingProxyType({book.reference: book for book in books}), calendar)

    @property
    def rulebooks(self) -> Mapping[str, Rulebook]:
        """Return every version of every rulebook, by reference, as they were when the process started."""
        return self._rulebooks

    @property
    def calendar(self) -> Calendar:
        """Return the newest calendar that was noticed."""
        return self._calendar

    def checks(self) -> Mapping[str, Callable[[], Awaitable[bool]]]:
        """Return what says whether database, calendar and rulebooks are there, by name."""

        async def database() -> bool:
            return bool(await self._pool.fetchval("select true"))

        async def calendar() -> bool:
            return self._calendar.version > 0

        async def rulebooks() -> bool:
            return bool(self._rulebooks)

        return {"database": database, "calendar": calendar, "rulebooks": rulebooks}

    async def newest(self) -> Calendar:
        """Look for a newer calendar now, and return the newest; every decision from then on is by it."""
        async with self._pool.acquire() as connection:
            found = await newest_calendar(connection, self._role, self._calendar)
        if found.version > self._calendar.version:
            self._calendar = found
        return self._calendar

    async def publish(self, calendar: Calendar, source: str, recorded_by: str) -> bool:
        """Store the next version; False if another was stored meanwhile."""
        async with self._pool.acquire() as connection:
            stored = await publish_calendar(connection, calendar, source, recorded_by)
        if stored:
            self._calendar = calendar
        return stored

    @asynccontextmanager
    async def kept_current(self, metrics: RefreshMetrics) -> AsyncIterator[None]:
        """Look for a new calendar every few seconds while the block runs."""
        looking = asyncio.create_task(self._look(metrics), name="calendar")
        try:
            yield
        finally:
            looking.cancel()

    async def _look(self, metrics: RefreshMetrics) -> Never:
        while True:
            await asyncio.sleep(PAUSE)
            try:
                await self.newest()
            except Exception as error:  # noqa: BLE001 - the calendar that is known stays in use until the next look
                metrics.lost(error)
