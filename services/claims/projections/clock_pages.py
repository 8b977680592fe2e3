"""The clocks as callers page through them: the one that is due first in front, by keyset, under row-level security."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Select, Uuid, func, literal, select, tuple_

from claims.application.pages import ClockFilter, ClockRow, Page
from claims.application.rows import Scope
from claims.projections.cursors import read_row_cursor, row_cursor
from claims.projections.reading import ScopedReader
from claims.projections.tables import clocks as c
from claims.projections.tables import streams

_KIND = "clocks"
_KIND_OF_SUBJECT = "subject_kind"
CLOCK_COLUMNS = tuple(name for name in ClockRow.__slots__ if name != _KIND_OF_SUBJECT)
KIND_OF_SUBJECT = """(
  select s.kind from streams s where (s.tenant, s.stream_id) = (c.tenant, c.subject)) as subject_kind"""
"""The kind of the subject of `clocks c`: the clock's own row does not say it."""


class Row(Protocol):
    """A row as either driver gives it."""

    def __getitem__(self, name: str) -> Any:
        """Return a column."""
        ...


class ClockPages:
    """Fulfils the port `ClockTable`."""

    def __init__(self, reader: ScopedReader) -> None:
        self._reader = reader

    async def page(self, scope: Scope, wanted: ClockFilter, cursor: str | None, limit: int) -> Page[ClockRow]:
        """Return up to `limit` clocks behind the cursor; BadCursor for a cursor that this list did not give."""
        found = _clocks(scope, *_conditions(wanted)).limit(limit + 1)
        if cursor is not None:
            at, clock_id = read_row_cursor(_KIND, cursor)
            behind = tuple_(literal(at, DateTime(timezone=True)), literal(clock_id, Uuid))
            found = found.where(tuple_(c.c.due_at, c.c.clock_id) > behind)
        rows = await self._reader.rows(scope, found)
        items = tuple(clock_row(row) for row in rows[:limit])
        more = len(rows) > limit
        return Page(items, row_cursor(_KIND, items[-1].due_at, items[-1].clock_id) if more else None)

    async def of_subject(self, scope: Scope, subject: UUID) -> tuple[ClockRow, ...]:
        """Return every clock of a claim."""
        rows = await self._reader.rows(scope, _clocks(scope, c.c.subject == subject))
        return tuple(clock_row(row) for row in rows)

    async def one(self, scope: Scope, clock_id: UUID) -> ClockRow | None:
        """Return a clock; None where there is none or it may not be seen."""
        rows = await self._reader.rows(scope, _clocks(scope, c.c.clock_id == clock_id))
        return clock_row(rows[0]) if rows else None


def clock_row(row: Row) -> ClockRow:
    """Return the clock of a row that holds at least `CLOCK_COLUMNS` and `KIND_OF_SUBJECT`."""
    named = {name: row[name] for name in (*CLOCK_COLUMNS, _KIND_OF_SUBJECT)}
    named["flags"] = tuple(row["flags"])
    named["marks"] = tuple(_aware(mark) for mark in row["marks"])
    return ClockRow(**named)


def _aware(moment: datetime) -> datetime:
    """Infinity, the mark of what is not to happen, comes from the driver without an offset."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _clocks(scope: Scope, *conditions: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    tenant = scope.own_tenant
    own = () if tenant is None else (c.c.tenant == tenant,)
    kind = select(streams.c.kind).where(streams.c.tenant == c.c.tenant, streams.c.stream_id == c.c.subject)
    columns = (*(c.c[name] for name in CLOCK_COLUMNS), kind.scalar_subquery().label(_KIND_OF_SUBJECT))
    return select(*columns).where(*own, *conditions).order_by(c.c.due_at, c.c.clock_id)


def _conditions(wanted: ClockFilter) -> Iterator[ColumnElement[bool]]:
    equals = {
        "status": wanted.status,
        "rule": wanted.rule,
        "tier": wanted.tier,
        "tenant": wanted.insurer,
        "provisional": wanted.provisional,
        "subject": wanted.claim_id,
    }
    for name, value in equals.items():
        if value is not None:
            yield c.c[name] == value
    if wanted.region is not None:
        yield func.covers(wanted.region, c.c.region)
    if wanted.due_before is not None:
        yield c.c.due_at < wanted.due_before
