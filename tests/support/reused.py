"""A database that one test after another is given: what a test left is taken away, what it altered is noticed."""

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import asyncpg

PATIENCE: Final = 10.0
"""Seconds that connections may take to end, or a lock to come."""

_USES: Final = 50
"""Deleted rows stay in their files: after so many tests another copy is cheaper."""

_FIRST_OF_OURS: Final = 16384
"""Below it lie the numbers of what every database has."""

_CATALOGS: Final = {
    "pg_class": f"oid >= {_FIRST_OF_OURS} and relpersistence <> 't'",
    "pg_attribute": f"attrelid >= {_FIRST_OF_OURS}",
    "pg_attrdef": "true",
    "pg_constraint": f"oid >= {_FIRST_OF_OURS}",
    "pg_index": f"indexrelid >= {_FIRST_OF_OURS}",
    "pg_trigger": "true",
    "pg_policy": "true",
    "pg_rewrite": f"oid >= {_FIRST_OF_OURS}",
    "pg_proc": f"oid >= {_FIRST_OF_OURS}",
    "pg_type": f"oid >= {_FIRST_OF_OURS}",
    "pg_sequence": "true",
    "pg_statistic_ext": "true",
    "pg_extension": "true",
    "pg_event_trigger": "true",
    "pg_default_acl": "true",
    "pg_namespace": "nspname !~ '^pg_(toast_)?temp_'",
    "pg_database": "datname = current_database()",
    "pg_db_role_setting": "setdatabase = (select oid from pg_database where datname = current_database())",
}
"""Where the shape of a database is written down, who may do what in it, and the rows of it that count."""

_TABLES: Final = """
    select format('%I.%I', nspname, relname) from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where relkind = 'r' and pg_class.oid >= $1 and nspname !~ '^pg_' and nspname <> 'information_schema'
    order by 1"""

_SEQUENCES: Final = """
    select format('select setval(%s, %s, %L)', seqrelid, coalesce(pg_sequence_last_value(seqrelid), seqstart),
                  pg_sequence_last_value(seqrelid) is not null)
    from pg_sequence order by seqrelid"""

_END_THE_OTHERS: Final = """
    select count(pg_terminate_backend(pid)) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'"""

_FAILURES: Final = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


def _mark(table: str, condition: str = "true") -> str:
    """How many rows there are, and the youngest transaction that wrote one: no change leaves both as they were."""
    return f"(select count(*) || ' ' || coalesce(max(xmin::text::bigint), 0) from {table} where {condition})"  # noqa: S608 - ours


_SHAPE: Final = f"select array[{', '.join(_mark(name, condition) for name, condition in _CATALOGS.items())}]"


@dataclass(slots=True)
class Reused:
    """A copy of a template, with a connection that puts it back as it was."""

    name: str
    template: str
    _connection: asyncpg.Connection
    _tables: Sequence[str]
    _marks_of: str
    _seeds: dict[str, bytes]
    """What the tables hold that are not empty in the template, as COPY has it."""
    _sequences: str
    _shape: list[str]
    _marks: list[str]
    _uses: int = 0

    @classmethod
    async def of(cls, url: str, name: str, template: str) -> Self:
        """Look at a copy that nobody has used yet."""
        connection = await asyncpg.connect(url, server_settings={"lock_timeout": f"{PATIENCE:.0f}s"})
        tables = [table for (table,) in await connection.fetch(_TABLES, _FIRST_OF_OURS)]
        marks_of = f"select array[{', '.join(_mark(table) for table in tables)}]"
        marks = await connection.fetchval(marks_of)
        seeds = {
            table: await _rows(connection, table)
            for table, mark in zip(tables, marks, strict=True)
            if not mark.startswith("0 ")
        }
        sequences = "; ".join(each for (each,) in await connection.fetch(_SEQUENCES))
        shape = await connection.fetchval(_SHAPE)
        return cls(name, template, connection, tables, marks_of, seeds, sequences, shape, marks)

    async def put_back(self) -> bool:
        """Make it what it was; false when it cannot be, or is used up, and is to be thrown away."""
        self._uses += 1
        try:
            async with asyncio.timeout(2 * PATIENCE):
                await self._end_the_others()
                if self._uses >= _USES or await self._connection.fetchval(_SHAPE) != self._shape:
                    return False
                await self._put_rows_back()
        except _FAILURES:
            return False
        return True

    async def close(self) -> None:
        """Leave it."""
        self._connection.terminate()
        await asyncio.sleep(0)  # its socket is closed by the loop

    async def _end_the_others(self) -> None:
        while await self._connection.fetchval(_END_THE_OTHERS):
            await asyncio.sleep(0.001)

    async def _put_rows_back(self) -> None:
        found = await self._connection.fetchval(self._marks_of)
        marks = zip(self._tables, self._marks, found, strict=True)
        changed = [table for table, before, now in marks if before != now]
        deleting = [f"delete from {table}" for table in changed]  # noqa: S608 - ours
        async with self._connection.transaction():
            # As a replica does it: no trigger, no foreign key, and a superuser is under no row-level security.
            steps = ["set local session_replication_role = replica", *deleting, self._sequences]
            await self._connection.execute("; ".join(steps))
            for table in changed:
                if table in self._seeds:
                    schema, name = table.split(".")
                    source = io.BytesIO(self._seeds[table])
                    await self._connection.copy_to_table(name, schema_name=schema, source=source, format="binary")
        if any(table in self._seeds for table in changed):
            self._marks = await self._connection.fetchval(self._marks_of)


async def _rows(connection: asyncpg.Connection, table: str) -> bytes:
    schema, name = table.split(".")
    rows = io.BytesIO()
    await connection.copy_from_table(name, schema_name=schema, output=rows, format="binary")
    return rows.getvalue()
