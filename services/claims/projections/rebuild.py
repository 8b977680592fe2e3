"""Builds every derived table anew from the log, subject by subject, beside running processes.

What a subject's stream and the streams of its clocks call for replaces what stands in the tables, and what no stream
calls for is deleted. Nothing is ever empty meanwhile, so that the watch misses nothing. In a subject's transaction the
rows are written first and the versions of the streams compared after: a command or a sweep that came between is seen
and the subject built once more, one that comes later waits for the rows, which are locked now, and writes over them.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from claims.application.histories import Histories
from claims.application.subjects import KINDS, Place, SubjectKind
from claims.domain.moments import NEVER
from claims.domain.rulebook import Rulebook
from claims.projections.clock_days import count_all
from claims.projections.clock_rows import COMPARED, Row, clock_rows
from claims.projections.kpi_rows import ORPHANS as KPI_ORPHANS
from claims.projections.shelves import Rows, shelves
from claims.projections.streams import Connection, StreamKey, read_streams, streams_of_kind
from claims.projections.subject_list import ORPHANS as SUBJECT_ORPHANS

BATCH = 200
_TRIES = 5

_REBUILT = (*KINDS, "party", "policy", "clock")
"""Kinds of streams whose derived rows are built here; of the last three there are none beside the subjects'."""
_STRANGERS = "select distinct kind from streams where kind <> all ($1::text[])"

_BROKER = "select broker from streams where (tenant, stream_id) = ($1, $2)"
_VERSIONS = """
select stream_id, max(version) from events where tenant = $1 and stream_id = any ($2::uuid[]) group by stream_id
"""

_NAMES = ", ".join(COMPARED)
_NEWER = ", ".join(f"{name} = excluded.{name}" for name in COMPARED if name not in {"tenant", "clock_id"})
# next_at as an append leaves it: where the level does not fit, the watch is asked to look.
_WRITE = f"""
insert into clocks ({_NAMES}, next_at, tx_id)
select {_NAMES},
       case when ended_at is null and level < 4 then nullif(marks[level + 1], 'infinity')
            when ended_at is null or width_bucket(ended_at, marks) <> level then '-infinity' end,
       pg_current_xact_id()
from json_populate_recordset(null::clocks, $1::json) order by tenant, clock_id
on conflict (tenant, clock_id) do update set {_NEWER}, next_at = excluded.next_at, tx_id = excluded.tx_id
"""  # noqa: S608 - constants
_SURPLUS = "delete from clocks where (tenant, subject) = ($1, $2) and clock_id <> all ($3::uuid[])"

# What belongs to no subject at all.
_ORPHANS = (
    """delete from clocks c
    where not exists (select from streams s where (s.tenant, s.stream_id) = (c.tenant, c.subject))""",
    """delete from claim_list l
    where not exists (select from streams s where (s.tenant, s.stream_id, s.kind) = (l.tenant, l.claim_id, 'claim'))""",
    *KPI_ORPHANS,
    SUBJECT_ORPHANS,
)


class NoRuleToRebuildError(Exception):
    """There are streams of a kind whose derived rows nobody here can build; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was built."""

    subjects: int
    """Claims, and whatever else has clocks."""
    clocks: int
    orphans: int
    """Rows that no stream called for, and that are gone."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the log calls for of one subject, and the versions of the streams that say so."""

    clocks: list[Row]
    beside: Rows
    """What else stands of it in derived tables."""
    versions: dict[UUID, int]


class Rebuild:
    """Builds derived tables anew, and compares them with the log; log in as the worker."""

    def __init__(self, pool: asyncpg.Pool, histories: Histories, rulebooks: Mapping[str, Rulebook]) -> None:
        self._pool = pool
        self._histories = histories
        self.shelves = shelves(histories, rulebooks)

    async def run(self) -> Rebuilt:
        """Build clocks, lists and key figures anew; NoRuleToRebuildError."""
        await self._refuse_strangers()
        clocks = subjects = 0
        async for kind, key in each_subject(self._pool):
            clocks += await _past_deadlocks(partial(self._replace, kind, key))
            subjects += 1
        tags = [await self._pool.execute(statement) for statement in _ORPHANS]
        await count_all(self._pool)
        return Rebuilt(subjects, clocks, sum(int(tag.rpartition(" ")[2]) for tag in tags))

    async def expected(self, connection: Connection, kind: SubjectKind[Any], key: StreamKey) -> Expected:
        """Return what the log calls for of one subject."""
        blind = self._histories.rings.blind()
        history = self._histories.decoded((await read_streams(connection, [key]))[key], blind)
        state = kind.after(key.stream_id, history)
        told = await read_streams(connection, (StreamKey(key.tenant, clock_id) for clock_id in state.clocks))
        broker = await connection.fetchval(_BROKER, key.tenant, key.stream_id)
        events = {stream.stream_id: self._histories.decoded(rows, blind) for stream, rows in told.items()}
        versions = {key.stream_id: state.version} | {stream: len(rows) for stream, rows in events.items()}
        place = Place(kind.place(state).region, broker)
        shelf = self.shelves.get(kind.name)
        beside = {} if shelf is None else shelf.expected(key, state, history)
        return Expected(clock_rows(key, place, state.clocks, events), beside, versions)

    async def _replace(self, kind: SubjectKind[Any], key: StreamKey) -> int:
        shelf = self.shelves.get(kind.name)
        async with self._pool.acquire() as connection, connection.transaction():
            while True:
                wanted = await self.expected(connection, kind, key)
                ids = [row["clock_id"] for row in wanted.clocks]
                await connection.execute(_SURPLUS, key.tenant, key.stream_id, ids)
                await connection.execute(_WRITE, _as_json(wanted.clocks))
                if shelf is not None:
                    await shelf.replace(connection, key, wanted.beside)
                streams = [key.stream_id, *ids]
                if wanted.versions == dict(await connection.fetch(_VERSIONS, key.tenant, streams)):
                    return len(ids)

    async def _refuse_strangers(self) -> None:
        kinds = sorted(row["kind"] for row in await self._pool.fetch(_STRANGERS, list(_REBUILT)))
        if kinds:
            raise NoRuleToRebuildError(f"there is no rule to rebuild what streams of these kinds derive: {kinds}")


async def each_subject(pool: asyncpg.Pool) -> AsyncIterator[tuple[SubjectKind[Any], StreamKey]]:
    """Yield every stream that has clocks, kind by kind, in order."""
    for kind in KINDS.values():
        after = StreamKey("", UUID(int=0))
        while batch := await streams_of_kind(pool, kind.name, after, BATCH):
            for key in batch:
                yield kind, key
            after = batch[-1]


def _as_json(rows: list[Row]) -> str:
    """Return rows as the database takes them, infinity by its name."""
    written = [{**row, "marks": ["infinity" if mark == NEVER else mark for mark in row["marks"]]} for row in rows]
    return orjson.dumps(written).decode()


async def _past_deadlocks(work: Callable[[], Awaitable[int]]) -> int:
    for _ in range(_TRIES - 1):
        try:
            return await work()
        except asyncpg.DeadlockDetectedError:
            continue
    return await work()
