"""What is held: deliveries that no worker takes before somebody has looked at them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from notifications.application.collect import Collecting, Held
from notifications.application.ports import Clock
from notifications.domain.collecting import SETTLING, Waiting
from notifications.domain.holding import WARNINGS, MaintenanceWindow
from notifications.store import rows
from notifications.store.connection import business_now, transaction
from notifications.store.listeners import read_windows
from notifications.store.tables import deliveries

MOST = 5000
"""Deliveries in one look."""

ONE_AT_A_TIME = text("select pg_try_advisory_xact_lock(hashtextextended('notifications.holds', 0))")

_PUSHED = """
  a.severity = any(:warnings) and exists (
    select from deliveries later join alerts of_it on of_it.id = later.alert_id
    where later.endpoint_id = d.endpoint_id and later.lane = d.lane and later.status = 'pending'
      and later.position > d.position and of_it.severity <> all(:warnings))
"""
"""Something of its claim that may not wait stands behind this one, however it came there: it waits no longer."""

_PUSH = text(f"""
update deliveries d
set held_until = null, next_at = :now, deadline_at = deadline_at + (cast(:now as timestamptz) - next_at)
from alerts a
where a.id = d.alert_id and d.status = 'pending' and d.held_until > :settled and d.digest_id is null and {_PUSHED}
""")  # noqa: S608 - composed of constants

_HELD = text(f"""
select r.*, d.id as delivery_id, d.endpoint_id, d.created_at as came_at, d.held_until, d.digest_from, d.repeat,
       a.kind, a.severity,
       exists (
         select from deliveries earlier join alerts of_it on of_it.id = earlier.alert_id
         where earlier.endpoint_id = d.endpoint_id and earlier.lane = d.lane and earlier.status = 'pending'
           and earlier.position < d.position
           and (earlier.held_until is null or earlier.held_until > :now
                or of_it.kind <> a.kind or (earlier.repeat > 0) <> (d.repeat > 0))) as blocked,
       {_PUSHED} as pushed
from deliveries d join alerts a on a.id = d.alert_id join recipients r on r.id = d.recipient_id
where d.status = 'pending' and d.held_until <= :now and d.digest_id is null
order by d.endpoint_id, a.kind, d.repeat > 0, d.position limit :most
""")  # noqa: S608 - composed of constants

_LET_GO = text("""
update deliveries
set held_until = null, next_at = :now, deadline_at = deadline_at + (cast(:now as timestamptz) - next_at)
where id = any(:ids) and status = 'pending'
""")

_LOOK_AGAIN = text("update deliveries set held_until = :now where status = 'pending' and held_until > :now")


@dataclass(frozen=True, slots=True)
class PostgresCollecting:
    """One transaction in which everything is looked at whose hold is over."""

    connection: AsyncConnection
    business_now: datetime

    async def push(self) -> int:
        """Send deferred warnings that something stands behind that may not wait; what only settles goes by itself."""
        asked = {"now": self.business_now, "settled": self.business_now + SETTLING, "warnings": sorted(WARNINGS)}
        return (await self.connection.execute(_PUSH, asked)).rowcount

    async def held(self) -> Sequence[Held]:
        """Return them by group, each group in the order in which it came in."""
        asked = {"now": self.business_now, "most": MOST, "warnings": sorted(WARNINGS)}
        found = await self.connection.execute(_HELD, asked)
        return [_to_held(row) for row in found]

    async def maintenance_windows(self) -> Sequence[MaintenanceWindow]:
        """Return the windows that last now."""
        return await read_windows(self.connection, self.business_now)

    async def hold(self, until: datetime, ids: Sequence[UUID]) -> None:
        """Hold these on."""
        of_these = (deliveries.c.id.in_(ids), deliveries.c.status == "pending")
        await self.connection.execute(update(deliveries).where(*of_these).values(held_until=until))

    async def let_go(self, ids: Sequence[UUID]) -> None:
        """Send these, each by itself, in their order; their patience begins now."""
        await self.connection.execute(_LET_GO, {"now": self.business_now, "ids": list(ids)})

    async def join(self, members: Sequence[UUID]) -> None:
        """Send these as one message, which the first of them carries."""
        await self.let_go(members)
        others = update(deliveries).where(deliveries.c.id.in_(members[1:]), deliveries.c.status == "pending")
        await self.connection.execute(others.values(digest_id=members[0]))


@dataclass(frozen=True, slots=True)
class PostgresHolds:
    """Opens such transactions."""

    engine: AsyncEngine
    clock: Clock

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[Collecting | None]:
        """Open the transaction; None while another process is at it, which would tear a digest apart."""
        async with transaction(self.engine) as connection:
            if not (await connection.execute(ONE_AT_A_TIME)).scalar_one():
                yield None
                return
            yield PostgresCollecting(connection, await business_now(connection, self.clock))

    async def look_again(self) -> None:
        """Look at everything that is held with the next round: what held it was changed."""
        async with transaction(self.engine) as connection:
            await connection.execute(_LOOK_AGAIN, {"now": await business_now(connection, self.clock)})


def _to_held(row: rows.AnyRow) -> Held:
    return Held(
        waiting=Waiting(row.delivery_id, row.came_at, row.held_until, row.digest_from),
        endpoint_id=row.endpoint_id,
        kind=row.kind,
        severity=row.severity,
        repeats=row.repeat > 0,
        recipient=rows.to_recipient(row),
        blocked=row.blocked,
        pushed=row.pushed,
    )
