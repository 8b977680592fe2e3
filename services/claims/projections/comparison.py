"""Compares what stands in the derived tables with what the log calls for, row by row and column by column."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import asyncpg

from claims.application.histories import Histories
from claims.application.subjects import SubjectKind
from claims.domain.rulebook import Rulebook
from claims.projections.clock_days import KEY, compared
from claims.projections.clock_rows import COMPARED, Row
from claims.projections.rebuild import Rebuild, each_subject
from claims.projections.streams import StreamKey

_CLOCKS = f"select {', '.join(COMPARED)} from clocks where (tenant, subject) = ($1, $2)"  # noqa: S608
_UNCALLED = """
select 'clocks' as table_name, tenant, clock_id as row_id from clocks c
where not exists (select from streams s where (s.tenant, s.stream_id) = (c.tenant, c.subject))
union all
select 'claim_list', tenant, claim_id from claim_list l
where not exists (select from streams s where (s.tenant, s.stream_id, s.kind) = (l.tenant, l.claim_id, 'claim'))
union all
select 'claim_kpis', tenant, claim_id from claim_kpis k
where not exists (select from streams s where (s.tenant, s.stream_id, s.kind) = (k.tenant, k.claim_id, 'claim'))
union all
select 'claim_kpi_items', tenant, item_id from claim_kpi_items k
where not exists (select from claim_kpis o where (o.tenant, o.claim_id) = (k.tenant, k.claim_id))
union all
select 'subject_list', tenant, subject_id from subject_list l
where not exists (select from streams s where (s.tenant, s.stream_id, s.kind) = (l.tenant, l.subject_id, l.kind))
"""


_CELL = "cell"
_CELLS = UUID("0c5a9e1e-5b0e-5a0d-9a55-3d8c2f1b7e90")


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not what the log calls for; the mappings hold the columns that differ."""

    table: str
    tenant: str
    row_id: UUID
    stored: Mapping[str, Any] | None
    """None: the row is missing."""
    expected: Mapping[str, Any] | None
    """None: nothing calls for the row."""


async def differences(
    pool: asyncpg.Pool, histories: Histories, rulebooks: Mapping[str, Rulebook]
) -> AsyncIterator[Difference]:
    """Yield every row of lists, key figures and clocks that differs from the log, each subject in one snapshot.

    The watch's own stamps (when it next looks, and its transaction) are not compared. Lists and key figures follow the
    log by a moment: beside running commands a subject may show as older than it is.
    """
    sound = True
    async for difference in _of_rows(pool, Rebuild(pool, histories, rulebooks)):
        sound = sound and difference.table != "clocks"
        yield difference
    if sound:  # what is counted of wrong clocks says nothing
        async for stored, expected in compared(pool):
            for difference in _differing("clock_days", (_CELL,), _cells(stored), _cells(expected)):
                yield difference


async def _of_rows(pool: asyncpg.Pool, rebuild: Rebuild) -> AsyncIterator[Difference]:
    async for kind, key in each_subject(pool):
        for difference in await _of_subject(pool, rebuild, kind, key):
            yield difference
    for row in await pool.fetch(_UNCALLED):
        yield Difference(row["table_name"], row["tenant"], row["row_id"], {}, None)


async def _of_subject(pool: asyncpg.Pool, rebuild: Rebuild, kind: SubjectKind[Any], key: StreamKey) -> list[Difference]:
    shelf = rebuild.shelves.get(kind.name)
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        wanted = await rebuild.expected(connection, kind, key)
        clocks = [_plain(row) for row in await connection.fetch(_CLOCKS, key.tenant, key.stream_id)]
        stored = {} if shelf is None else await shelf.stored(connection, key)
    found = _differing("clocks", ("clock_id",), clocks, [_plain(row) for row in wanted.clocks])
    for table, names in ({} if shelf is None else shelf.keys).items():
        found += _differing(table, names, [_plain(row) for row in stored[table]], wanted.beside[table])
    return found


def _differing(table: str, key: tuple[str, ...], stored: list[Row], expected: list[Row]) -> list[Difference]:
    """Compare rows by their key behind the tenant; its first column is the id that a difference names."""
    here = {(row["tenant"], *(row[name] for name in key)): row for row in stored}
    there = {(row["tenant"], *(row[name] for name in key)): row for row in expected}
    found: list[Difference] = []
    for whose in sorted(here.keys() | there.keys()):
        tenant, row_id, *_ = whose
        one, other = here.get(whose), there.get(whose)
        if one is None or other is None:
            found.append(Difference(table, tenant, row_id, one, other))
        elif names := [name for name in other if one[name] != other[name]]:
            differing = ({name: row[name] for name in names} for row in (one, other))
            found.append(Difference(table, tenant, row_id, *differing))
    return found


def _cells(rows: list[Row]) -> list[Row]:
    """What is counted has no id: it is called by what it counts."""
    return [{_CELL: uuid5(_CELLS, "\n".join(str(row[name]) for name in KEY)), **row} for row in rows]


def _plain(row: Mapping[str, Any]) -> Row:
    """Return a row whose lists are tuples and whose infinity has an offset, from wherever it came."""
    return {name: _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(_value(each) for each in value)
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value
