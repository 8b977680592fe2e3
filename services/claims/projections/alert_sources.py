"""What the relay reads beside the log, and the alerts that notifications refused; for the worker's login."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from claims.application.pages import ClockRow
from claims.projections.clock_pages import CLOCK_COLUMNS, KIND_OF_SUBJECT, clock_row
from claims.projections.streams import Connection, StreamKey

_CLOCKS = f"""
select {", ".join(f"c.{name}" for name in CLOCK_COLUMNS)}, {KIND_OF_SUBJECT}
from unnest($1::text[], $2::uuid[]) as w(tenant, clock_id) join clocks c using (tenant, clock_id)
"""  # noqa: S608 - constants

_REFUSED = """
insert into relay_refusals (tenant, stream_id, version, kind, status, answer, document)
values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing
"""


_READ_REFUSED = """
select tenant, stream_id, version
from unnest($1::text[], $2::uuid[], $3::int[]) as w(tenant, stream_id, version)
join relay_refusals r using (tenant, stream_id, version)
"""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An alert that notifications would not take, and what it answered."""

    tenant: str
    stream_id: UUID
    version: int
    kind: str
    status: int
    answer: str
    document: str


async def read_clocks(connection: Connection, keys: Iterable[StreamKey]) -> dict[UUID, ClockRow]:
    """Return the clocks as they now stand."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    rows = await connection.fetch(_CLOCKS, [key.tenant for key in wanted], [key.stream_id for key in wanted])
    return {row["clock_id"]: clock_row(row) for row in rows}


async def read_refused(connection: Connection, events: Iterable[tuple[str, UUID, int]]) -> set[tuple[str, UUID, int]]:
    """Return those of these events (tenant, stream, version) whose alerts notifications refused."""
    asked = list(events)
    columns = [[each[place] for each in asked] for place in range(3)]
    return {
        (row["tenant"], row["stream_id"], row["version"]) for row in await connection.fetch(_READ_REFUSED, *columns)
    }


async def record_refusals(connection: Connection, refusals: Sequence[Refusal]) -> None:
    """Keep what was refused, each alert once."""
    for each in refusals:
        await connection.execute(
            _REFUSED,
            each.tenant,
            each.stream_id,
            each.version,
            each.kind,
            each.status,
            each.answer,
            each.document,
        )
