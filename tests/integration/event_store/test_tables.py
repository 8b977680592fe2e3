"""The tables that reads are written against are those that the migrations make."""

import asyncpg
import pytest
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

from claims.event_store.tables import metadata

COLUMNS = """
select a.attname as name, format_type(a.atttypid, null) as type, a.attnotnull as required,
       coalesce(a.attnum = any (i.indkey), false) as key
from pg_attribute a left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped
order by a.attnum
"""


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
async def test_a_described_table_is_the_migrated_one(table: Table, owner: asyncpg.Connection) -> None:
    migrated = [tuple(row) for row in await owner.fetch(COLUMNS, table.name)]
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    described = [
        (column.name, column.type.compile(dialect=dialect).lower(), not column.nullable, column.primary_key)
        for column in table.columns
    ]
    assert described == migrated
