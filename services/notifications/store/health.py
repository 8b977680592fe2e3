"""How an endpoint does: from the log of attempts, and from what waits for it."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from notifications.application.ports import Clock
from notifications.application.records import Health
from notifications.store.connection import business_now, transaction

WINDOW: Final = timedelta(hours=24)

_HEALTH = text("""
select e.failures,
       (select started_at from attempts where endpoint_id = e.id and outcome = 'delivered'
        order by started_at desc limit 1) as last_success_at,
       lately.made, lately.arrived, lately.p50, lately.p95, waiting.n, waiting.oldest
from endpoints e
cross join lateral (
  select count(*) as made, count(*) filter (where outcome = 'delivered') as arrived,
         percentile_cont(0.5) within group (order by milliseconds) filter (where outcome = 'delivered') as p50,
         percentile_cont(0.95) within group (order by milliseconds) filter (where outcome = 'delivered') as p95
  from attempts a
  where a.endpoint_id = e.id and a.started_at > :since and a.outcome is not null and a.outcome <> 'deferred') lately
cross join lateral (
  select count(*) as n, min(created_at) as oldest from deliveries d
  where d.endpoint_id = e.id and d.status = 'pending') waiting
where e.id = :endpoint_id
""")
"""An attempt that came too soon says nothing of the receiver, so it counts neither way."""


class PostgresHealth:
    """Reads for callers who may see the endpoint: what goes there is theirs to know."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    async def of(self, endpoint_id: UUID) -> Health:
        """Return the health of an endpoint that exists; whether the caller may see it was asked before."""
        async with transaction(self._engine) as connection:
            now = await business_now(connection, self._clock)
            row = (await connection.execute(_HEALTH, {"endpoint_id": endpoint_id, "since": now - WINDOW})).one()
        age = (now - row.oldest).total_seconds() if row.oldest else 0.0
        return Health(
            last_success_at=row.last_success_at,
            consecutive_failures=row.failures,
            waiting=row.n,
            oldest_waiting_seconds=max(age, 0.0),
            attempts=row.made,
            success_rate=row.arrived / row.made if row.made else None,
            p50_milliseconds=None if row.p50 is None else round(row.p50),
            p95_milliseconds=None if row.p95 is None else round(row.p95),
        )
