"""How far each reader of the log has come, stored with what it wrote."""

from claims.application.rows import Position
from claims.event_store.pool import Connection

_LOAD = "select epoch, tx_id::text::bigint, seq from checkpoints where name = $1"

_SAVE = """
insert into checkpoints as c (name, epoch, tx_id, seq)
select $1, $2::smallint, $3::text::xid8, $4::bigint
where exists (select from checkpoints where name = $1) or ($5::smallint, $6::text::xid8, $7::bigint) = (0, '0'::xid8, 0)
on conflict (name) do update set epoch = excluded.epoch, tx_id = excluded.tx_id, seq = excluded.seq
  where (c.epoch, c.tx_id, c.seq) = ($5::smallint, $6::text::xid8, $7::bigint)
"""


class CheckpointTakenError(Exception):
    """Another process moved the checkpoint meanwhile: roll back, it has done the work."""


async def load_checkpoint(connection: Connection, name: str) -> Position:
    """Return where the reader `name` stopped; the beginning of the log for a new one."""
    row = await connection.fetchrow(_LOAD, name)
    return Position(*row) if row else Position()


async def save_checkpoint(connection: Connection, name: str, *, was: Position, now: Position) -> None:
    """Move the checkpoint, in the transaction of what the reader wrote, and after it: so each event counts once.

    Raises:
        CheckpointTakenError: it no longer stands at `was`.
    """
    to, expected = (now.epoch, str(now.tx_id), now.seq), (was.epoch, str(was.tx_id), was.seq)
    if await connection.execute(_SAVE, name, *to, *expected) != "INSERT 0 1":
        raise CheckpointTakenError(f"the reader {name} runs elsewhere too and was faster")
