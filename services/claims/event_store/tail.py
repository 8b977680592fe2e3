"""The log in order and without gaps: what lies below the fence, behind a checkpoint that is the whole tuple."""

from collections.abc import Sequence

import asyncpg

from claims.application.rows import Position, StoredEventRow
from claims.event_store.pool import Connection

# The fence: no transaction that is still open, here or in any database of the server, can yet write below it.
_READ = """
select epoch, tx_id::text::bigint as tx_id, seq, tenant, stream_id, version, name, schema_version, payload,
       occurred_at, recorded_at, actor, correlation_id, causation_id, digest
from events
where (epoch, tx_id, seq) > ($1::smallint, $2::text::xid8, $3::bigint)
  and (epoch < (select current from log_epoch)
       or (epoch = (select current from log_epoch) and tx_id < pg_snapshot_xmin(pg_current_snapshot())))
order by epoch, tx_id, seq
limit $4
"""

_LAG = """
select count(*) as events,
       coalesce(extract(epoch from business_now() - min(recorded_at)), 0)::float8 as seconds
from (select recorded_at from events
      where epoch = (select current from log_epoch) and tx_id >= pg_snapshot_xmin(pg_current_snapshot())
      order by epoch, tx_id, seq limit 10000) above
"""

# Above the fence as well: what is there will be relayed and is not yet.
_ANYTHING = """
select exists (select from events where (epoch, tx_id, seq) > ($1::smallint, $2::text::xid8, $3::bigint))
"""

_POSITION_COLUMNS = 3


class PostgresTail:
    """Fulfils the port `Tail`; log in as the worker, who sees every tenant."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Take a pool of the worker's connections."""
        self._pool = pool

    async def read(self, after: Position, limit: int) -> Sequence[tuple[Position, StoredEventRow]]:
        """Return up to `limit` events behind `after`, in log order."""
        rows = await self._pool.fetch(_READ, after.epoch, str(after.tx_id), after.seq, limit)
        return [(Position(*row[:_POSITION_COLUMNS]), StoredEventRow(*row[_POSITION_COLUMNS:])) for row in rows]


async def fence_lag(connection: Connection | asyncpg.Pool) -> tuple[int, float]:
    """Return how many stored events the fence holds back (10,000 at most), and the age of the oldest in seconds."""
    row = await connection.fetchrow(_LAG)
    return (row["events"], row["seconds"]) if row else (0, 0.0)


async def anything_after(connection: Connection, position: Position) -> bool:
    """Say whether events are recorded behind a place in the log, also such as no reader may see yet."""
    found: bool = await connection.fetchval(_ANYTHING, position.epoch, str(position.tx_id), position.seq)
    return found
