"""Versions of the calendar as clocks name them: read once, kept, since a stored version never changes."""

from asyncpg import Pool

from claims.domain.working_days import Calendar
from claims.reference.store import load_calendar

_TAKE_ROLE = "select set_config('role', $1, true)"


class CalendarVersions:
    """Fulfils the port `Calendars` over a pool of connections."""

    def __init__(self, pool: Pool, role: str | None = None) -> None:
        """Take a pool; `role` is taken to read by a login that has no right on any table."""
        self._pool = pool
        self._role = role
        self._known: dict[int, Calendar] = {}

    async def version(self, version: int) -> Calendar:
        """Return one version; CalendarMissing if it is not stored."""
        known = self._known.get(version)
        if known is not None:
            return known
        async with self._pool.acquire() as connection, connection.transaction(readonly=True):
            if self._role is not None:
                await connection.execute(_TAKE_ROLE, self._role)
            return self._known.setdefault(version, await load_calendar(connection, version))
