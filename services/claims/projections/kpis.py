"""The projector of what key figures are computed from: for each claim that an event touched, its rows anew."""

from collections.abc import Sequence

from claims.application.histories import Histories
from claims.application.rows import StoredEventRow
from claims.application.subjects import CLAIM
from claims.projections.kpi_rows import KpiRows, kpi_rows, write
from claims.projections.streams import Connection, read_streams
from claims.projections.touched import touched

NAME = "claim_kpis"


class KpiProjector:
    """Fulfils the follower's `Projector`; it goes by the same events as the claim list."""

    name = NAME

    def __init__(self, histories: Histories) -> None:
        self._histories = histories

    async def compute(self, connection: Connection, events: Sequence[StoredEventRow]) -> list[KpiRows]:
        """Return the rows of the claims that the events touch; UnknownToProjectionError."""
        claims = await touched(connection, self._histories, events, {CLAIM.name})
        streams = await read_streams(connection, claims)
        blind = self._histories.rings.blind()
        return [kpi_rows(key, self._histories.decoded(history, blind)) for key, history in streams.items()]

    async def write(self, connection: Connection, computed: list[KpiRows]) -> None:
        """Write them over older versions."""
        await write(connection, computed)
