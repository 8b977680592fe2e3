"""What stands of one subject in derived tables beside its clocks: worked out of its stream, read, and replaced.

A shelf is what the projections keep of one kind of subject; a kind without one has clocks alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from claims.application.histories import Histories
from claims.application.recorded import Recorded
from claims.domain.rulebook import Rulebook
from claims.projections import kpi_rows
from claims.projections.claim_list import ClaimListProjector, claim_row
from claims.projections.kpi_rows import KpiRows
from claims.projections.streams import Connection, StreamKey
from claims.projections.subject_list import LISTED, SubjectShelf
from claims.projections.tables import claim_list

Row = dict[str, Any]
Rows: TypeAlias = Mapping[str, list[Row]]
"""By table."""

_LISTED = f"select {', '.join(claim_list.columns.keys())} from claim_list where (tenant, claim_id) = ($1, $2)"  # noqa: S608
_UNLIST = "delete from claim_list where (tenant, claim_id) = ($1, $2)"


class Shelf(Protocol):
    """What the projections keep of the subjects of one kind."""

    @property
    def keys(self) -> Mapping[str, tuple[str, ...]]:
        """Return the tables, each with what tells its rows apart behind the tenant; the first column names a row."""
        ...

    def expected(self, key: StreamKey, state: Any, history: Sequence[Recorded]) -> Rows:
        """Return the rows that a subject's stream calls for."""
        ...

    async def stored(self, connection: Connection, key: StreamKey) -> Rows:
        """Return the rows that stand."""
        ...

    async def replace(self, connection: Connection, key: StreamKey, rows: Rows) -> None:
        """Write the rows, whatever version stands there."""
        ...


class ClaimShelf:
    """The claim list's row, and the rows of key figures."""

    keys: Mapping[str, tuple[str, ...]] = {
        "claim_list": ("claim_id",),
        "claim_kpis": ("claim_id", "round"),
        "claim_kpi_items": ("item_id", "kind", "round"),
    }

    def __init__(self, histories: Histories, rulebooks: Mapping[str, Rulebook]) -> None:
        self._list = ClaimListProjector(histories, rulebooks)
        self._rulebooks = rulebooks

    def expected(self, key: StreamKey, state: Any, history: Sequence[Recorded]) -> Rows:
        """Return the rows that a claim's stream calls for."""
        kpis = kpi_rows.kpi_rows(key, history)
        return {
            "claim_list": [claim_row(key, state, self._rulebooks)],
            "claim_kpis": list(kpis.rounds),
            "claim_kpi_items": list(kpis.items),
        }

    async def stored(self, connection: Connection, key: StreamKey) -> Rows:
        """Return the rows that stand."""
        listed = [dict(row) for row in await connection.fetch(_LISTED, key.tenant, key.stream_id)]
        kpis, items = await kpi_rows.stored(connection, key)
        return {"claim_list": listed, "claim_kpis": kpis, "claim_kpi_items": items}

    async def replace(self, connection: Connection, key: StreamKey, rows: Rows) -> None:
        """Write the rows, whatever version stands there."""
        await connection.execute(_UNLIST, key.tenant, key.stream_id)
        await self._list.write(connection, rows["claim_list"])
        kpis = KpiRows(tuple(rows["claim_kpis"]), tuple(rows["claim_kpi_items"]))
        await kpi_rows.replace(connection, key, kpis)


def shelves(histories: Histories, rulebooks: Mapping[str, Rulebook]) -> Mapping[str, Shelf]:
    """Return the shelves, by kind of subject."""
    return {"claim": ClaimShelf(histories, rulebooks), **{kind: SubjectShelf(kind, histories) for kind in LISTED}}
