"""The rows that key figures are computed from: worked out of a folded claim, and written whole for each claim."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import orjson

from claims.application.recorded import Recorded
from claims.domain.claim.events import ClaimReopened
from claims.domain.claim.evolve import fold
from claims.domain.claim.state import Claim
from claims.domain.reporting.measured import Item, Measures, items, measures
from claims.projections.streams import Connection, StreamKey

Row = dict[str, Any]

_OF_CLAIM = ("tenant", "claim_id", "version", "region", "broker")
_KEY = ("tenant", "claim_id", "round")
CLAIM_COLUMNS = (*_OF_CLAIM, *(each.name for each in fields(Measures)))
ITEM_COLUMNS = (*(name for name in _OF_CLAIM if name != "version"), *(each.name for each in fields(Item)))

_NAMES = ", ".join(CLAIM_COLUMNS)
_NEWER = ", ".join(f"{name} = excluded.{name}" for name in CLAIM_COLUMNS if name not in _KEY)
_WRITE = f"""
insert into claim_kpis as k ({_NAMES})
select {_NAMES} from json_populate_recordset(null::claim_kpis, $1::json) order by tenant, claim_id, round
on conflict (tenant, claim_id, round) do update set {_NEWER} where k.version < excluded.version
returning tenant, claim_id
"""  # noqa: S608 - constants
_CLEAR = """
delete from claim_kpi_items i using unnest($1::text[], $2::uuid[]) as w(tenant, claim_id)
where (i.tenant, i.claim_id) = (w.tenant, w.claim_id)
"""
_ITEM_NAMES = ", ".join(ITEM_COLUMNS)
_WRITE_ITEMS = f"""
insert into claim_kpi_items ({_ITEM_NAMES})
select {_ITEM_NAMES} from json_populate_recordset(null::claim_kpi_items, $1::json)
"""  # noqa: S608 - constants
_UNLIST = "delete from claim_kpis where (tenant, claim_id) = ($1, $2)"
_CLAIMS = f"select {_NAMES} from claim_kpis where (tenant, claim_id) = ($1, $2)"  # noqa: S608 - constants
_ITEMS = f"select {_ITEM_NAMES} from claim_kpi_items where (tenant, claim_id) = ($1, $2)"  # noqa: S608 - constants

ORPHANS = tuple(
    f"""delete from {table} k where not exists (
    select from streams s where (s.tenant, s.stream_id, s.kind) = (k.tenant, k.claim_id, 'claim'))"""  # noqa: S608
    for table in ("claim_kpis", "claim_kpi_items")
)
"""What belongs to no claim at all."""


@dataclass(frozen=True, slots=True)
class KpiRows:
    """What stands, or is to stand, of one claim."""

    rounds: tuple[Row, ...]
    items: tuple[Row, ...]


def kpi_rows(key: StreamKey, history: Sequence[Recorded]) -> KpiRows:
    """Return the rows of a reported claim after its events."""
    ends = [n for n, recorded in enumerate(history) if isinstance(recorded.event, ClaimReopened)]
    rounds = [_folded(key, history[:end]) for end in (*ends, len(history))]
    whose = {
        "tenant": key.tenant,
        "claim_id": key.stream_id,
        "region": rounds[-1].known_accident.region,
        "broker": rounds[-1].known_policy.broker,
    }
    return KpiRows(
        tuple({**whose, "version": len(history), **asdict(measures(claim))} for claim in rounds),
        tuple({**whose, **asdict(item)} for item in items(rounds)),
    )


def _folded(key: StreamKey, history: Sequence[Recorded]) -> Claim:
    return fold(Claim(key.stream_id), ((recorded.event, recorded.occurred_at) for recorded in history))


async def write(connection: Connection, computed: Sequence[KpiRows]) -> None:
    """Write the rows of claims over older versions; items follow their claim's rounds."""
    if not computed:
        return
    written = await connection.fetch(_WRITE, orjson.dumps([row for each in computed for row in each.rounds]).decode())
    keys = {(row["tenant"], row["claim_id"]) for row in written}
    await connection.execute(_CLEAR, [tenant for tenant, _ in keys], [claim_id for _, claim_id in keys])
    rows = [item for each in computed for item in each.items if (item["tenant"], item["claim_id"]) in keys]
    await connection.execute(_WRITE_ITEMS, orjson.dumps(rows).decode())


async def replace(connection: Connection, key: StreamKey, wanted: KpiRows) -> None:
    """Write a claim's rows whatever version stands there."""
    await connection.execute(_UNLIST, key.tenant, key.stream_id)
    await write(connection, [wanted])


async def stored(connection: Connection, key: StreamKey) -> tuple[list[Row], list[Row]]:
    """Return what stands of a claim: the rows of its rounds, and its items."""
    rounds = await connection.fetch(_CLAIMS, key.tenant, key.stream_id)
    found = await connection.fetch(_ITEMS, key.tenant, key.stream_id)
    return [dict(row) for row in rounds], [dict(row) for row in found]
