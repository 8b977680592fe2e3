"""Builds every derived table anew from the log, claim by claim, beside running processes.

What a claim's stream and the streams of its clocks call for replaces what stands in the tables, and what no stream
calls for is deleted. Nothing is ever empty meanwhile, so that the watch misses nothing. In a claim's transaction the
rows are written first and the versions of the streams compared after: a command or a sweep that came between is seen
and the claim built once more, one that comes later waits for the rows, which are locked now, and writes over them.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import asyncpg
import orjson

from claims.application.histories import Histories
from claims.domain.moments import NEVER
from claims.projections.claim_list import ClaimListProjector, claim_row
from claims.projections.clock_rows import COMPARED, Row, clock_rows
from claims.projections.kpi_rows import ORPHANS as KPI_ORPHANS
from claims.projections.kpi_rows import KpiRows, kpi_rows, replace
from claims.projections.streams import Connection, StreamKey, read_streams, streams_of_kind

BATCH = 200
_TRIES = 5

_REBUILT = ("claim", "policy", "clock")
"""Kinds of streams whose derived rows are built here; of the last two there are none beside the claims'."""
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
_UNLIST = "delete from claim_list where (tenant, claim_id) = ($1, $2)"

# What belongs to no claim at all.
_ORPHANS = (
    """delete from clocks c
    where not exists (select from streams s where (s.tenant, s.stream_id) = (c.tenant, c.subject))""",
    """delete from claim_list l
    where not exists (select from streams s where (s.tenant, s.stream_id, s.kind) = (l.tenant, l.claim_id, 'claim'))""",
    *KPI_ORPHANS,
)


class NoRuleToRebuildError(Exception):
    """There are streams of a kind whose derived rows nobody here can build; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was built."""

    claims: int
    clocks: int
    orphans: int
    """Rows that no stream called for, and that are gone."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the log calls for of one claim, and the versions of the streams that say so."""

    listed: Row
    clocks: list[Row]
    kpis: KpiRows
    versions: dict[UUID, int]


class Rebuild:
    """Builds derived tables anew, and compares them with the log; log in as the worker."""

    def __init__(self, pool: asyncpg.Pool, histories: Histories) -> None:
        self._pool = pool
        self._histories = histories
        self._list = ClaimListProjector(histories)

    async def run(self) -> Rebuilt:
        """Build claim list, key figures and clocks anew; NoRuleToRebuildError."""
        await self._refuse_strangers()
        clocks = claims = 0
        async for key in each_claim(self._pool):
            clocks += await _past_deadlocks(partial(self._replace, key))
            claims += 1
        tags = [await self._pool.execute(statement) for statement in _ORPHANS]
        return Rebuilt(claims, clocks, sum(int(tag.rpartition(" ")[2]) for tag in tags))

    async def expected(self, connection: Connection, key: StreamKey) -> Expected:
        """Return what the log calls for of one claim."""
        history = (await read_streams(connection, [key]))[key]
        claim = self._list.fold(key.stream_id, history)
        told = await read_streams(connection, (StreamKey(key.tenant, clock_id) for clock_id in claim.clocks))
        broker = await connection.fetchval(_BROKER, key.tenant, key.stream_id)
        blind = self._histories.rings.blind()
        events = {stream.stream_id: self._histories.decoded(rows, blind) for stream, rows in told.items()}
        versions = {key.stream_id: claim.version} | {stream: len(rows) for stream, rows in events.items()}
        clocks = clock_rows(key.tenant, claim, broker, events)
        kpis = kpi_rows(key, self._histories.decoded(history, blind))
        return Expected(claim_row(key, claim), clocks, kpis, versions)

    async def _replace(self, key: StreamKey) -> int:
        async with self._pool.acquire() as connection, connection.transaction():
            while True:
                wanted = await self.expected(connection, key)
                ids = [row["clock_id"] for row in wanted.clocks]
                await connection.execute(_SURPLUS, key.tenant, key.stream_id, ids)
                await connection.execute(_WRITE, _as_json(wanted.clocks))
                await connection.execute(_UNLIST, key.tenant, key.stream_id)
                await self._list.write(connection, [wanted.listed])
                await replace(connection, key, wanted.kpis)
                streams = [key.stream_id, *ids]
                if wanted.versions == dict(await connection.fetch(_VERSIONS, key.tenant, streams)):
                    return len(ids)

    async def _refuse_strangers(self) -> None:
        kinds = sorted(row["kind"] for row in await self._pool.fetch(_STRANGERS, list(_REBUILT)))
        if kinds:
            raise NoRuleToRebuildError(f"there is no rule to rebuild what streams of these kinds derive: {kinds}")


async def each_claim(pool: asyncpg.Pool) -> AsyncIterator[StreamKey]:
    """Yield every claim's stream in order."""
    after = StreamKey("", UUID(int=0))
    while batch := await streams_of_kind(pool, "claim", after, BATCH):
        for key in batch:
            yield key
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
