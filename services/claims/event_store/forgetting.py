"""Idempotency keys are forgotten after thirty days, those of money never."""

from datetime import timedelta

from claims.event_store.pool import Connection

KEPT = timedelta(days=30)
"""Of wall-clock time: what retries does not live by the sandbox's clock."""

# In small batches: an open writing transaction stalls every reader of the log.
_FORGET = """
update commands c set key_hash = null
from (select tenant, stream_id, first_version from commands
      where recorded_at < clock_timestamp() - $1::interval and key_hash is not null and not kept_for_ever
      limit $2 for update skip locked) old
where (c.tenant, c.stream_id, c.first_version) = (old.tenant, old.stream_id, old.first_version)
"""


async def forget_keys(connection: Connection, *, older_than: timedelta = KEPT, limit: int = 500) -> int:
    """Forget up to `limit` keys and return how many; the gate rows stay, so that no version is given twice."""
    done: str = await connection.execute(_FORGET, older_than, limit)
    return int(done.removeprefix("UPDATE "))
