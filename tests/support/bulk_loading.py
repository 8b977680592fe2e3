"""Tables as a bulk load wants them: without indexes while rows come in, and outside of the write-ahead log for good."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg

_CONSTRAINTS = """
select format('alter table %s drop constraint %I', conrelid::regclass, conname) as away,
       format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as back
from pg_constraint where contype in ('p', 'u') and conrelid::regclass::text = any ($1) order by oid
"""
_INDEXES = """
select format('drop index %s', indexrelid::regclass) as away, pg_get_indexdef(indexrelid) as back
from pg_index where indrelid::regclass::text = any ($1)
  and not exists (select from pg_constraint where conindid = indexrelid) order by indexrelid
"""


@asynccontextmanager
async def bulk_loading(owner: asyncpg.Connection, tables: Sequence[str]) -> AsyncIterator[None]:
    """Take keys and indexes off, and put them back at the end: sorting all rows once costs less than placing each."""
    found = [*await owner.fetch(_INDEXES, tables), *await owner.fetch(_CONSTRAINTS, tables)]
    for each in found:
        await owner.execute(each["away"])
    for table in tables:
        await owner.execute(f"alter table {table} set unlogged")
    yield
    await owner.execute("set maintenance_work_mem = '512MB'")
    for each in reversed(found):
        await owner.execute(each["back"])
