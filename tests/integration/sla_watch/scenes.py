"""Clocks, the commands that change them, and what the log says of them; shared by the tests of the watch."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
from tests.support.store import NOON, clock, commit, header, new_id

from claims.domain.moments import NEVER
from claims.event_store.store import PostgresEventStore
from claims.watch.sweep import Swept

INVERSIONS = """
select count(*) from (
  select version, lag(version, 1, 0) over (partition by tenant, stream_id order by epoch, tx_id, seq) as before
  from events) v
where version <> before + 1
"""
UNEQUAL_VERSIONS = """
select count(*) from clocks c
where version <> (select count(*) from events e where (e.tenant, e.stream_id) = (c.tenant, c.clock_id))
"""
HALVES = """
select count(*) from (
  select causation_id from events where name = 'claim_reported' group by causation_id having count(*) <> 2) h
"""
NET_BREACHES = """
select count(*) filter (where name in ('clock_breached', 'clock_missed'))
     - count(*) filter (where name in ('breach_withdrawn', 'miss_withdrawn')) from events
"""


@dataclass
class Heard:
    """What the watch told its metrics."""

    sweeps: list[Swept] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    def swept(self, result: Swept) -> None:
        """Keep it."""
        self.sweeps.append(result)

    def lost(self, error: Exception) -> None:
        """Keep it."""
        self.errors.append(error)


def marks(now: datetime, *hours: float | None) -> tuple[datetime, ...]:
    """Six moments, in hours from now; None is never."""
    return tuple(NEVER if each is None else now + timedelta(hours=each) for each in hours)


async def said(owner: asyncpg.Connection) -> list[str]:
    """The names of what the watch wrote, in the order of the log."""
    rows = await owner.fetch("select name from events where actor = 'sla-watch' order by epoch, tx_id, seq")
    return [row["name"] for row in rows]


def hours(count: float) -> datetime:
    """So long after noon."""
    return NOON + timedelta(hours=count)


USUAL = marks(NOON, 1, 1, 2, 4, 28, 76)  # the first slot is unused


class Subject:
    """A claim with one clock, and the commands that change it."""

    def __init__(self, store: PostgresEventStore, **columns: object) -> None:
        self.store = store
        self.claim = new_id()
        self.clock = replace(clock(self.claim, USUAL), **columns)  # type: ignore[arg-type]
        self.version = 0

    async def record(self, at: Sequence[datetime] = USUAL, **columns: object) -> UUID:
        """Record a fact that gives the clock these marks and this end; the id of its command."""
        self.version += 1
        told = replace(self.clock, marks=tuple(at), **columns)  # type: ignore[arg-type]
        headers = (header(self.claim, broker="mars", policy_stream=new_id()),) if self.version == 1 else ()
        made = commit({self.claim: self.version}, headers=headers, clocks=(told,))
        assert await self.store.append([made])
        return made.command_id


class NoOpenings:
    """A world without periodic obligations."""

    async def next_moment(self) -> datetime | None:
        """Never."""
        return None

    async def open_due(self) -> int:
        """Nothing."""
        return 0
