"""The clocks of one day in numbers, of all insurers; for the worker's login."""

from dataclasses import dataclass
from datetime import datetime

from claims.projections.streams import Connection

# A day clock is due at the 00:00 that ends its last day: so the beginning is left out and the end is not.
_DAY = """
select count(*) filter (where tier <> 'target' and due_at > $1 and due_at <= $2
                        and ended_as is distinct from 'cancelled') as due,
       count(*) filter (where tier <> 'target' and breached_at > $1 and breached_at <= $2
                        and withdrawn_at is null) as breached,
       count(*) filter (where tier = 'target' and breached_at > $1 and breached_at <= $2
                        and withdrawn_at is null) as missed
from clocks where (due_at > $1 and due_at <= $2) or (breached_at > $1 and breached_at <= $2)
"""

# Rows lie about as they were recorded: the first that is looked at answers it, but for the first days of an instance.
_WAS_THERE = "select exists (select from events where recorded_at < $1)"


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Limits of the texts that were due and were breached on a day, and targets that were missed."""

    due: int
    breached: int
    missed: int


async def read_day(connection: Connection, start: datetime, end: datetime) -> DayFigures:
    """Count what fell due and was missed after `start`, until `end`."""
    (row,) = await connection.fetch(_DAY, start, end)
    return DayFigures(row["due"], row["breached"], row["missed"])


async def was_there(connection: Connection, moment: datetime) -> bool:
    """Say whether anything was recorded before a moment."""
    found: bool = await connection.fetchval(_WAS_THERE, moment)
    return found
