"""Streams as the worker reads them, whole and of every tenant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol
from uuid import UUID

from claims.application.rows import StoredEventRow


class Connection(Protocol):
    """What is needed of an asyncpg connection or pool that logged in as the worker."""

    async def fetch(self, query: str, *args: object) -> list[Any]:
        """Run a statement and return its rows."""
        ...

    async def fetchval(self, query: str, *args: object) -> Any:
        """Run a statement and return the one value that it gives."""
        ...

    async def execute(self, query: str, *args: object) -> str:
        """Run a statement and return its command tag."""
        ...


@dataclass(frozen=True, slots=True, order=True)
class StreamKey:
    """A stream and whose it is."""

    tenant: str
    stream_id: UUID


_READ = """
select e.tenant, e.stream_id, e.version, e.name, e.schema_version, e.payload, e.occurred_at, e.recorded_at, e.actor,
       e.correlation_id, e.causation_id, e.digest
from unnest($1::text[], $2::uuid[]) as w(tenant, stream_id)
join events e on (e.tenant, e.stream_id) = (w.tenant, w.stream_id) and e.version between 1 and $3
order by e.tenant, e.stream_id, e.version
"""
_ALL_OF_IT = 2**31 - 1


async def read_streams(
    connection: Connection, keys: Iterable[StreamKey], *, up_to: int = _ALL_OF_IT
) -> dict[StreamKey, tuple[StoredEventRow, ...]]:
    """Return the streams with their events in order, up to a version; one that has none is not there."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    tenants, ids = [key.tenant for key in wanted], [key.stream_id for key in wanted]
    rows = [StoredEventRow(*row) for row in await connection.fetch(_READ, tenants, ids, up_to)]
    return {key: tuple(its) for key, its in groupby(rows, stream_of)}


def stream_of(row: StoredEventRow) -> StreamKey:
    """Return the stream that an event stands in."""
    return StreamKey(row.tenant, row.stream_id)


_KINDS = """
select s.tenant, s.stream_id, s.kind from unnest($1::text[], $2::uuid[]) as w(tenant, stream_id)
join streams s using (tenant, stream_id)
"""


async def kinds_of(connection: Connection, keys: Iterable[StreamKey]) -> dict[StreamKey, str]:
    """Return what kind each stream is of."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    rows = await connection.fetch(_KINDS, [key.tenant for key in wanted], [key.stream_id for key in wanted])
    return {StreamKey(row["tenant"], row["stream_id"]): row["kind"] for row in rows}


_OF_KIND = """
select tenant, stream_id from streams
where kind = $1 and (tenant, stream_id) > ($2, $3) order by tenant, stream_id limit $4
"""


async def streams_of_kind(connection: Connection, kind: str, after: StreamKey, limit: int) -> Sequence[StreamKey]:
    """Return up to `limit` streams of a kind behind another, in order."""
    return [StreamKey(*row) for row in await connection.fetch(_OF_KIND, kind, after.tenant, after.stream_id, limit)]
