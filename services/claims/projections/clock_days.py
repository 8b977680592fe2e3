"""Clocks counted by the day on which they are due: a tenant's day is counted anew when one of its clocks changed.

The counts come from the table of clocks and not from the events, so that taking in a batch twice changes nothing. They
hold what time alone does not change: whether what runs is overdue is worked out when they are read. Whoever counts
holds one lock for the transaction, or two would write the same day.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import asyncpg

from claims.application.histories import Histories
from claims.application.rows import StoredEventRow
from claims.application.subjects import KINDS
from claims.domain.clock_facts import ClockRescheduled
from claims.domain.moments import local_date
from claims.projections.streams import Connection
from claims.projections.touched import touched

NAME = "clock_days"

DUE_DAY = "coalesce(c.due_date, cast(c.due_at at time zone 'Asia/Shanghai' as date))"
"""The last day of `clocks c`, in Shanghai."""

KEY = ("tenant", "due_day", "region", "broker", "rule", "tier", "responsible", "unsettled")
COUNTS = ("met", "met_late", "overdue", "extended", "cancelled", "provisional", "running", "held")
OUTCOME = """case
    when c.ended_as = 'cancelled' and c.ended_at < c.marks[4] then 'cancelled'
    when c.provisional then 'provisional'
    when c.ended_at is null then case when c.marks[4] = 'infinity' then 'held' else 'running' end
    when c.ended_as = 'met' then case when c.ended_at < c.marks[4] then 'met' else 'met_late' end
    when c.ended_as = 'extended' then 'extended'
    else 'overdue'
  end"""
"""What became of `clocks c`, as far as time alone does not change it."""
_TALLIED = ", ".join(f"cast(count(*) filter (where outcome = '{name}') as integer) as {name}" for name in COUNTS)
# `offset 0`: each day is looked up in the index and tallied by itself. Else the planner reads every clock there is for
# some days, and takes a day for a handful of rows that are best sorted.
_COUNTED = f"""
select n.*
from unnest($1::text[], $2::date[]) as w(tenant, due_day)
cross join lateral (
  select {", ".join(KEY)}, {_TALLIED},
         cast(count(*) filter (where withdrawn_at is not null) as integer) as withdrawn
  from (
    select c.tenant, {DUE_DAY} as due_day, c.region, c.broker, c.rule, c.tier, c.responsible,
           c.provisional as unsettled, c.withdrawn_at, {OUTCOME} as outcome
    from clocks c
    where c.tenant = w.tenant and c.tier <> 'information'
      and c.due_at >= cast(w.due_day as timestamp) at time zone 'Asia/Shanghai'
      and c.due_at <= cast(w.due_day + 1 as timestamp) at time zone 'Asia/Shanghai') d
  group by {", ".join(KEY)} offset 0) n
where n.due_day = w.due_day
"""  # noqa: S608 - constants
_LOCK = "select pg_advisory_xact_lock(hashtextextended('claims.clock_days', 0))"
_CLEAR = """
delete from clock_days d using unnest($1::text[], $2::date[]) as w(tenant, due_day)
where (d.tenant, d.due_day) = (w.tenant, w.due_day)
"""
_COUNT = f"insert into clock_days ({', '.join((*KEY, *COUNTS, 'withdrawn'))}) {_COUNTED}"
_STORED = f"""
select {", ".join((*KEY, *COUNTS, "withdrawn"))} from clock_days
where (tenant, due_day) in (select * from unnest($1::text[], $2::date[]))
"""  # noqa: S608 - constants
_DAYS_OF = f"""
select distinct c.tenant, {DUE_DAY} as due_day
from unnest($1::text[], $2::uuid[]) as w(tenant, stream_id)
join clocks c on c.tenant = w.tenant and (c.subject = w.stream_id or c.clock_id = w.stream_id)
"""  # noqa: S608 - constants
_ALL_DAYS = f"""
select tenant, due_day from (
  select c.tenant, {DUE_DAY} as due_day from clocks c where c.tier <> 'information'
  union select tenant, due_day from clock_days) d
order by tenant, due_day
"""  # noqa: S608 - constants
_AT_A_TIME = 50
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class TenantDay:
    """A day of a tenant: what is counted together."""

    tenant: str
    day: date


class ClockDaysProjector:
    """Fulfils the follower's `Projector`."""

    name = NAME

    def __init__(self, histories: Histories) -> None:
        self._histories = histories

    async def compute(self, connection: Connection, events: Sequence[StoredEventRow]) -> list[TenantDay]:
        """Return the days to count anew: those of the clocks that the events touch, and those that clocks left."""
        keys = sorted(await touched(connection, self._histories, events, {*KINDS, "clock"}))
        rows = await connection.fetch(_DAYS_OF, [key.tenant for key in keys], [key.stream_id for key in keys])
        here = {TenantDay(row["tenant"], row["due_day"]) for row in rows}
        return sorted(here.union(*(self._left(row) for row in events)))

    async def write(self, connection: Connection, computed: list[TenantDay]) -> None:
        """Count them, in the transaction of the caller."""
        await count(connection, computed)

    def _left(self, row: StoredEventRow) -> set[TenantDay]:
        """Day clocks are due at 00:00 of the day after their last one: of that moment both days are counted."""
        event = self._histories.codec.decode(row, self._histories.rings.blind()).event
        if not isinstance(event, ClockRescheduled):
            return set()
        day = local_date(event.due_before)
        return {TenantDay(row.tenant, day), TenantDay(row.tenant, day - _A_DAY)}


async def count(connection: Connection, days: Sequence[TenantDay]) -> None:
    """Count days anew, inside a transaction."""
    if days:
        await connection.execute(_LOCK)
        await connection.execute(_CLEAR, *_columns(days))
        await connection.execute(_COUNT, *_columns(days))


async def count_all(pool: asyncpg.Pool) -> None:
    """Count every day anew, some in a transaction, so that no reader of the log waits long."""
    async for days in _parts(pool):
        async with pool.acquire() as connection, connection.transaction():
            await count(connection, days)


async def compared(pool: asyncpg.Pool) -> AsyncIterator[tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
    """Yield what is stored, and what the clocks call for, of some days at a time."""
    async for days in _parts(pool):
        async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
            stored = await connection.fetch(_STORED, *_columns(days))
            expected = await connection.fetch(_COUNTED, *_columns(days))
        yield [dict(row) for row in stored], [dict(row) for row in expected]


async def _parts(pool: asyncpg.Pool) -> AsyncIterator[list[TenantDay]]:
    found = [TenantDay(row["tenant"], row["due_day"]) for row in await pool.fetch(_ALL_DAYS)]
    for begin in range(0, len(found), _AT_A_TIME):
        yield found[begin : begin + _AT_A_TIME]


def _columns(days: Iterable[TenantDay]) -> tuple[list[str], list[date]]:
    listed = list(days)
    return [each.tenant for each in listed], [each.day for each in listed]
