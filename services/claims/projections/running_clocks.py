"""Clocks that run by an older calendar, subject by subject: what a new calendar can move."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from claims.application.calendars import ClockKey
from claims.application.pages import ClockRow
from claims.application.rows import Scope
from claims.projections.clock_pages import CLOCK_COLUMNS, KIND_OF_SUBJECT, clock_row
from claims.projections.reading import ScopedReader
from claims.projections.streams import Connection

_COLUMNS = ", ".join(f"c.{name}" for name in CLOCK_COLUMNS)
# Hours never pause, whatever the calendar.
_RUNNING = f"""
select {_COLUMNS}, {KIND_OF_SUBJECT} from clocks c
where c.ended_at is null and c.limit_unit <> 'hours' and c.calendar_version < {{before}}
  and (c.tenant, c.subject, c.clock_id) > ({{tenant}}, {{subject}}, {{clock}})
order by c.tenant, c.subject, c.clock_id limit {{limit}}
"""  # noqa: S608 - constants
_FOR_READER = text(
    _RUNNING.format(
        before=":before",
        tenant=":tenant",
        subject="cast(:subject as uuid)",
        clock="cast(:clock as uuid)",
        limit=":limit",
    )
)
_FOR_WORKER = _RUNNING.format(before="$1", tenant="$2", subject="$3::uuid", clock="$4::uuid", limit="$5")


class RunningClocks:
    """Fulfils the port `ClocksByCalendar`, under row-level security."""

    def __init__(self, reader: ScopedReader) -> None:
        self._reader = reader

    async def running(self, scope: Scope, before: int, after: ClockKey, limit: int) -> tuple[ClockRow, ...]:
        """Return up to `limit` clocks of days that run by a calendar before a version, behind a key, in its order."""
        named: dict[str, Any] = {"before": before, "tenant": after.tenant, "subject": after.subject}
        rows = await self._reader.rows(scope, _FOR_READER, {**named, "clock": after.clock_id, "limit": limit})
        return tuple(clock_row(row) for row in rows)


async def running_clocks(connection: Connection, before: int, after: ClockKey, limit: int) -> Sequence[ClockRow]:
    """Return the same of all tenants, for the worker's login."""
    found = await connection.fetch(_FOR_WORKER, before, after.tenant, after.subject, after.clock_id, limit)
    return [clock_row(row) for row in found]
