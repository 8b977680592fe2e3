"""The log as callers read it: a claim's timeline, and the feed of everything that they may see."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from claims.application.queries import LogPage
from claims.application.rows import PersonKey, Position, Scope, StoredEventRow
from claims.event_store.log_cursors import log_cursor, read_log_cursor
from claims.event_store.reader import Reader

_EVERYBODY = Scope("worker")
_LAST_OF_ITS_TRANSACTION = 2**63 - 1

_EVENT = (
    "e.epoch, e.tx_id::text::bigint as tx_id, e.seq, e.tenant, e.stream_id, e.version, e.name, e.schema_version,"
    " e.payload, e.occurred_at, e.recorded_at, e.actor, e.correlation_id, e.causation_id, e.digest"
)
_BEHIND = "(e.epoch, e.tx_id, e.seq) > (cast(:epoch as smallint), cast(:tx_id as text)::xid8, cast(:seq as bigint))"
_IN_ORDER = "order by e.epoch, e.tx_id, e.seq limit :limit"

_TENANT = text("select tenant from streams where stream_id = :claim and kind = 'claim'")

# Without the fence, so that a caller finds what it has just recorded; the feed is what misses nothing.
_TIMELINE = text(f"""
select {_EVENT} from events e
where e.tenant = :tenant and {_BEHIND}
  and e.stream_id = any (
    array(select clock_id from clocks where tenant = :tenant and subject = :claim) || cast(:claim as uuid))
{_IN_ORDER}""")  # noqa: S608 - constants

# The newest event below the fence: nothing can come to lie before it, so that whoever sees it move has missed nothing.
_HEAD = text("""
select e.epoch, e.tx_id::text::bigint as tx_id, e.seq from events e
where e.epoch < (select current from log_epoch)
   or (e.epoch = (select current from log_epoch) and e.tx_id < pg_snapshot_xmin(pg_current_snapshot()))
order by e.epoch desc, e.tx_id desc, e.seq desc limit 1""")

_FENCE = text("""
select l.current as epoch, pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1 as tx_id from log_epoch l""")

_EDGE = text("""
select business_now() as now, l.current as epoch, pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1 as tx_id
from log_epoch l""")

_BELOW_FENCE = """
  (e.epoch < (select current from log_epoch)
   or (e.epoch = (select current from log_epoch) and e.tx_id < pg_snapshot_xmin(pg_current_snapshot())))"""
_FEED = text(f"select {_EVENT} from events e where {_BEHIND} and {_BELOW_FENCE} {_IN_ORDER}")  # noqa: S608
_FEED_OF_TENANT = text(
    f"select {_EVENT} from events e where e.tenant = :tenant and {_BEHIND} and {_BELOW_FENCE} {_IN_ORDER}"  # noqa: S608
)

_KEYS = text("""
select person_id, stream_id, wrapped from person_keys
where tenant = :tenant and stream_id = any (cast(:streams as uuid[]))""")


class LogPages:
    """Fulfils the port `Log`."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def tenant_of_claim(self, scope: Scope, claim_id: UUID) -> str | None:
        """Return whose claim it is; None where there is none or it may not be seen."""
        rows = await self._reader.rows(scope, _TENANT, {"claim": claim_id})
        return rows[0]["tenant"] if rows else None

    async def timeline(self, scope: Scope, tenant: str, claim_id: UUID, cursor: str | None, limit: int) -> LogPage:
        """Return events of a claim and of its clocks, newest last; what was recorded last is there at once."""
        after = _parameters(read_log_cursor(cursor), limit + 1)
        rows = await self._reader.rows(scope, _TIMELINE, {**after, "tenant": tenant, "claim": claim_id})
        shown = rows[:limit]
        return await self._page(scope, shown, log_cursor(_position(shown[-1])) if len(rows) > limit else None)

    async def feed(self, scope: Scope, after: str | None, limit: int) -> LogPage:
        """Return what the scope may see below the fence: no transaction that is still open can write there.

        At the end the cursor moves up to the fence, past whatever others recorded, so that a caller who sees little of
        a busy log does not read all of it again each time.
        """
        start = read_log_cursor(after)
        # Asked before the events: whatever lies below this fence is seen by the statement that follows.
        (fence,) = await self._reader.rows(_EVERYBODY, _FENCE)
        tenant, parameters = scope.own_tenant, _parameters(start, limit)
        if tenant is None:
            rows = await self._reader.rows(scope, _FEED, parameters)
        else:
            rows = await self._reader.rows(scope, _FEED_OF_TENANT, {**parameters, "tenant": tenant})
        reached = _position(rows[-1]) if rows else start
        if len(rows) < limit:
            reached = max(reached, Position(fence["epoch"], fence["tx_id"], _LAST_OF_ITS_TRANSACTION))
        return await self._page(scope, rows, log_cursor(reached))

    async def head(self) -> Position:
        """Return where the log ends for its readers: the place of the newest event below the fence."""
        rows = await self._reader.rows(_EVERYBODY, _HEAD)
        return _position(rows[0]) if rows else Position()

    async def now(self) -> datetime:
        """Return business time."""
        (row,) = await self._reader.rows(_EVERYBODY, text("select business_now() as now"))
        moment: datetime = row["now"]
        return moment

    async def edge(self) -> tuple[datetime, str]:
        """Return business time, and the cursor behind which everything that the feed brings is new."""
        (row,) = await self._reader.rows(_EVERYBODY, _EDGE)
        return row["now"], log_cursor(Position(row["epoch"], row["tx_id"], _LAST_OF_ITS_TRANSACTION))

    async def _page(self, scope: Scope, rows: Sequence[RowMapping], cursor: str | None) -> LogPage:
        places = tuple(_position(row) for row in rows)
        cursors = tuple(log_cursor(place) for place in places)
        return LogPage(tuple(_stored(row) for row in rows), await self._keys(scope, rows), cursor, places, cursors)

    async def _keys(self, scope: Scope, rows: Sequence[RowMapping]) -> tuple[PersonKey, ...]:
        own = scope.persons_of
        if not rows or own is None:
            return ()
        streams = sorted({row["stream_id"] for row in rows})
        found = await self._reader.rows(scope, _KEYS, {"tenant": own, "streams": streams})
        return tuple(PersonKey(row["person_id"], row["stream_id"], row["wrapped"]) for row in found)


def _parameters(after: Position, limit: int) -> dict[str, Any]:
    return {"epoch": after.epoch, "tx_id": str(after.tx_id), "seq": after.seq, "limit": limit}


def _position(row: RowMapping) -> Position:
    return Position(row["epoch"], row["tx_id"], row["seq"])


def _stored(row: RowMapping) -> StoredEventRow:
    return StoredEventRow(**{name: row[name] for name in StoredEventRow.__slots__})
