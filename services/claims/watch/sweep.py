"""One sweep of the watch: clocks that are due are moved to their level, and the log says so, in one statement."""

from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

import asyncpg

from claims.event_store.pool import Connection

BATCH = 200
"""Clocks a statement: more would be faster, and would let commands beside it wait longer."""

_SQL = files("claims.watch") / "sql"
_SWEEP = (_SQL / "sweep.sql").read_text("utf-8")
_NEXT = (_SQL / "next_moment.sql").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class Said:
    """An event that a sweep wrote, as the metrics see it."""

    name: str
    rule: str
    lag: float
    """Seconds from the moment that was reached to the sweep that saw it."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did."""

    moved: int
    """Clocks whose row was moved; fewer than the batch does not mean that nothing more is due."""
    written: int
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """Business time, and when the watch is next wanted."""

    now: datetime
    due: datetime | None
    """None: no clock waits. Equal to `now`: at once."""


async def sweep(connection: Connection | asyncpg.Pool, now: datetime, limit: int = BATCH) -> Swept:
    """Move up to `limit` clocks that are due at `now` (business time), oldest first, but none that others hold.

    A level event happened at its mark, however late the watch came; a withdrawal happened at `now`.
    """
    row = await connection.fetchrow(_SWEEP, now, limit)
    if row is None:  # pragma: no cover  (an aggregate always gives a row)
        raise RuntimeError("the sweep gave no answer")
    said = zip(row["names"], row["rules"], row["lags"], strict=True)
    return Swept(row["moved"], row["written"], tuple(Said(*one) for one in said))


async def next_moment(connection: Connection | asyncpg.Pool) -> Moment:
    """Return business time and the earliest moment at which a clock is due."""
    row = await connection.fetchrow(_NEXT)
    if row is None:  # pragma: no cover  (always one row)
        raise RuntimeError("the probe gave no answer")
    return Moment(row["now"], row["due"])
