"""Taking alerts in: the alerts and their deliveries in one transaction."""

from collections.abc import AsyncIterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from notifications.application.ports import Clock, Intake
from notifications.application.records import NewAlert, StoredAlert
from notifications.domain.alert import Alert
from notifications.domain.collecting import SETTLING
from notifications.domain.holding import MaintenanceWindow
from notifications.domain.reminding import Ending
from notifications.domain.routing import Listener
from notifications.store import rows
from notifications.store.connection import business_now, transaction
from notifications.store.lanes import TAKE_LANES
from notifications.store.listeners import read_listeners, read_windows
from notifications.store.new_deliveries import add_all
from notifications.store.reminders import add_reminders, end_reminders, read_outdated
from notifications.store.tables import alerts, deliveries, unheard_roles

_LET_GO = text("""
update deliveries d
set held_until = null, next_at = :now, deadline_at = d.deadline_at + (cast(:now as timestamptz) - d.next_at)
from unnest(cast(:alerts as uuid[]), cast(:endpoints as uuid[])) as t (alert_id, endpoint_id)
join deliveries mine on mine.alert_id = t.alert_id and mine.endpoint_id = t.endpoint_id
where d.endpoint_id = mine.endpoint_id and d.lane = mine.lane and d.status = 'pending' and d.position < mine.position
  and d.held_until > :settled
""")


@dataclass(frozen=True, slots=True)
class PostgresIntake:
    """One transaction that takes alerts in."""

    connection: AsyncConnection
    business_now: datetime

    async def listeners(self, alerts: Sequence[Alert]) -> Sequence[Listener]:
        """Return the subscriptions of all who may hear one of the alerts, for routing to choose from."""
        return await read_listeners(self.connection, alerts)

    async def maintenance_windows(self) -> Sequence[MaintenanceWindow]:
        """Return the windows that last now."""
        return await read_windows(self.connection, self.business_now)

    async def add(self, new: Sequence[NewAlert]) -> AbstractSet[UUID]:
        """Store alerts in their order with what belongs to them; the ids of those that were not known already."""
        now = self.business_now
        values = [
            rows.alert_values(each.alert) | {"id": each.id, "received_at": now, "unheard": not each.deliveries}
            for each in new
        ]
        once = upsert(alerts).on_conflict_do_nothing(constraint="alerts_once").returning(alerts.c.id)
        first = set((await self.connection.execute(once, values)).scalars())
        added = [each for each in new if each.id in first]
        going = [(each.id, each.alert.lane, one) for each in added for one in each.deliveries]
        await add_all(self.connection, going, now)
        unheard = [
            {
                "alert_id": each.id, "tenant": each.alert.tenant, "region": each.alert.region, "unheard_at": now,
                "role": role,
            }
            for each in added
            for role in each.unheard
        ]  # fmt: skip
        if unheard:
            await self.connection.execute(insert(unheard_roles), unheard)
        return first

    async def let_go(self, alerts: Sequence[tuple[UUID, UUID]]) -> None:
        """Send at once what is deferred before these (alert, endpoint); what only settles soon goes by itself."""
        now = self.business_now
        asked = {"alerts": [one for one, _ in alerts], "endpoints": [endpoint_id for _, endpoint_id in alerts]}
        await self.connection.execute(_LET_GO, asked | {"now": now, "settled": now + SETTLING})

    async def remind(self, hearers: Sequence[tuple[UUID, UUID]], next_at: datetime, until: datetime) -> None:
        """Repeat alerts, which are stored, from `next_at` on, each to a recipient."""
        await add_reminders(self.connection, hearers, next_at, until)

    async def outdated(self, new: Sequence[NewAlert]) -> AbstractSet[UUID]:
        """Return those about whose clock a later word is known that begins or ends repeats."""
        return await read_outdated(self.connection, [(each.id, each.alert) for each in new])

    async def end_reminders(self, newest: Sequence[tuple[NewAlert, Ending]]) -> None:
        """End the repeats of earlier alerts about the clocks of these; those that are not under way are not sent."""
        named = [(each.id, each.alert.clock_id, why) for each, why in newest if each.alert.clock_id is not None]
        await end_reminders(self.connection, named)

    async def known(self, alert: Alert) -> StoredAlert:
        """Return the alert that is stored under the same source and id."""
        told = select(func.count()).select_from(deliveries).where(deliveries.c.alert_id == alerts.c.id)
        query = select(
            alerts.c.id, alerts.c.received_at, alerts.c.unheard, told.scalar_subquery().label("told"), alerts.c.document
        ).where(alerts.c.source == alert.source, alerts.c.event_id == alert.event_id)
        row = (await self.connection.execute(query)).one()
        return StoredAlert(row.id, row.received_at, row.unheard, row.told, row.document)


class PostgresInbox:
    """Opens the transactions of the intake."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    @asynccontextmanager
    async def intake(self, alerts: Sequence[Alert]) -> AsyncIterator[Intake]:
        """Open the transaction for some alerts; alerts of one lane go through one after the other."""
        async with transaction(self._engine) as connection:
            await connection.execute(TAKE_LANES, {"lanes": [alert.lane for alert in alerts]})
            yield PostgresIntake(connection, await business_now(connection, self._clock))
