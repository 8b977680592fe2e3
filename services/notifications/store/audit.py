"""The tables, looked through for what must never be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from notifications.application.audit import NAMED, Found
from notifications.application.ports import Clock
from notifications.domain.auditing import GRACE, LONG_DISABLED, Finding
from notifications.store.connection import business_now, transaction

_WHERE: Final[Mapping[Finding, str]] = {
    Finding.UNDELIVERED: """
      select a.id, a.received_at as since from t, alerts a
      where not a.unheard and a.received_at < t.late
        and not exists (select from deliveries d where d.alert_id = a.id)
    """,
    Finding.OVERDUE: """
      select d.id, d.deadline_at as since from t, first_ones d where d.deadline_at < t.late and d.held_until is null
    """,
    Finding.NOT_TAKEN: """
      select d.id, d.next_at as since from t, first_ones d
      where d.next_at < t.late and d.held_until is null and d.failures = 0
        and (d.rests_until is null or d.rests_until < t.late)
    """,
    Finding.NOT_LOOKED_AT: """
      select d.id, d.held_until as since from t, deliveries d where d.status = 'pending' and d.held_until < t.late
    """,
    Finding.LOST_CARRIER: """
      select d.id, d.created_at as since from deliveries d join deliveries c on c.id = d.digest_id
      where d.status = 'pending' and c.status <> 'pending'
    """,
    Finding.ENDPOINT_DISABLED: """
      select d.id, d.created_at as since from t, deliveries d join endpoints e on e.id = d.endpoint_id
      where d.status = 'pending' and not e.enabled and e.deleted_at is null and d.created_at < t.long_ago
    """,
}

_GIVEN: Final = """
with t as (
  select cast(:now as timestamptz) - cast(:grace as interval) as late, cast(:wall as timestamptz) as wall,
         cast(:now as timestamptz) - cast(:disabled as interval) as long_ago),
heads as (
  select distinct on (endpoint_id, lane) id, endpoint_id, deadline_at, next_at, held_until, digest_id, lease_until
  from deliveries where status = 'pending' order by endpoint_id, lane, position),
first_ones as (
  select d.id, d.deadline_at, d.next_at, d.held_until, e.failures, e.rests_until
  from t, heads d join endpoints e on e.id = d.endpoint_id
  where e.enabled and d.digest_id is null
    and (d.lease_until is null or d.lease_until <= t.wall)),
"""
"""The moments that count, and what a worker ought to take: nobody has it, and nothing of its lane is before it,
whatever `behind` says."""

_FOUND: Final = "select count(*) as number, min(since) as since, array_agg(id order by since) as ids from found"

_LOOK: Final = {finding: text(f"{_GIVEN} found as ({query}) {_FOUND}") for finding, query in _WHERE.items()}

_REPAIR = text("""
update deliveries d
set status = c.status, delivered_at = c.delivered_at,
    ended_at = coalesce(c.ended_at, :now), reason = c.reason, version = d.version + 1
from deliveries c where c.id = d.digest_id and d.status = 'pending' and c.status <> 'pending'
""")

_COME_UP = text("""
update deliveries d set behind = false
where d.behind and d.id = any(array(
  select distinct on (endpoint_id, lane) id from deliveries
  where status = 'pending' order by endpoint_id, lane, position))
""")
"""The first of every lane. One that is taken for the first and is not does no harm: whoever claims looks again."""


@dataclass(frozen=True, slots=True)
class PostgresFindings:
    """Looks through the tables, each finding in a statement of its own."""

    engine: AsyncEngine
    clock: Clock

    async def look(self) -> Mapping[Finding, Found]:
        """Return every finding, those without any too."""
        async with transaction(self.engine) as connection:
            now = await business_now(connection, self.clock)
            asked = {"now": now, "wall": self.clock.wall(), "grace": GRACE, "disabled": LONG_DISABLED}
            found = {}
            for finding, query in _LOOK.items():
                row = (await connection.execute(query, asked)).one()
                found[finding] = Found(row.number, tuple(row.ids or ())[:NAMED], row.since)
            return found

    async def repair(self) -> int:
        """End what goes with a message that has ended, as that ended, and let the first of lanes come up; how many."""
        async with transaction(self.engine) as connection:
            now = await business_now(connection, self.clock)
            ended = (await connection.execute(_REPAIR, {"now": now})).rowcount
        # A statement and a transaction of its own: it sees whatever ended before.
        async with transaction(self.engine) as connection:
            return ended + (await connection.execute(_COME_UP)).rowcount
