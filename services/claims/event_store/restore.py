"""After a restore from a dump: stored transaction ids are another server's, and must not hide or block anything."""

from claims.event_store.pool import SEE_ALL, Connection


async def begin_epoch(connection: Connection) -> int:
    """Begin a new epoch and return it; run once after a restore, as owner or superuser, before any process starts.

    Events of older epochs are then visible whole, and the watch does not take the old server's numbers for newer ones.
    """
    async with connection.transaction():
        await connection.execute(SEE_ALL)
        epoch: int = await connection.fetchval("update log_epoch set current = current + 1 returning current")
        await connection.execute("update clocks set tx_id = '0'")
    return epoch
