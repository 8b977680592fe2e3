"""Taking alerts in: the alert and its deliveries in one transaction."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, or_, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from notifications.application.ports import Clock, Intake
from notifications.application.records import AlertRecord, NewDelivery
from notifications.domain.alert import Alert
from notifications.domain.endpoint import Endpoint
from notifications.domain.routing import Listener
from notifications.store import rows
from notifications.store.connection import business_now, transaction
from notifications.store.tables import alerts, deliveries, endpoints, recipients, subscriptions

_TAKE_LANE = text("select pg_advisory_xact_lock(hashtextextended(:lane, 0))")
"""Positions of one lane are then given out in the order in which their transactions commit."""


@dataclass(frozen=True, slots=True)
class PostgresIntake:
    """One transaction that takes one alert in."""

    connection: AsyncConnection
    business_now: datetime

    async def listeners(self, alert: Alert) -> Sequence[Listener]:
        """Return the subscriptions of all recipients who hold one of the alert's roles and may hear its tenant."""
        of_role = (
            select(recipients)
            .where(recipients.c.deleted_at.is_(None), recipients.c.role.in_(alert.roles))
            .where(or_(recipients.c.tenant.is_(None), recipients.c.tenant == alert.tenant))
        )
        found = {row.id: rows.to_recipient(row) for row in await self.connection.execute(of_role)}
        of_these = (
            select(subscriptions)
            .where(subscriptions.c.deleted_at.is_(None), subscriptions.c.recipient_id.in_(found))
            .order_by(subscriptions.c.id)
        )
        wanted = [rows.to_subscription(row) for row in await self.connection.execute(of_these)]
        reached = await self._endpoints({i for subscription in wanted for i in subscription.endpoint_ids})
        return [
            Listener(found[one.recipient_id], one, tuple(reached[i] for i in one.endpoint_ids if i in reached))
            for one in wanted
        ]

    async def _endpoints(self, ids: set[UUID]) -> dict[UUID, Endpoint]:
        query = select(endpoints).where(endpoints.c.deleted_at.is_(None), endpoints.c.id.in_(ids))
        return {row.id: rows.to_endpoint(row) for row in await self.connection.execute(query)}

    async def add(self, alert_id: UUID, alert: Alert, new: Sequence[NewDelivery]) -> bool:
        """Store the alert with its deliveries; False, and nothing stored, when its source and id are known already."""
        values = rows.alert_values(alert) | {
            "id": alert_id, "received_at": self.business_now, "unheard": not new,
        }  # fmt: skip
        once = upsert(alerts).values(values).on_conflict_do_nothing(constraint="alerts_once").returning(alerts.c.id)
        if (await self.connection.execute(once)).first() is None:
            return False
        now = self.business_now
        common = {"alert_id": alert_id, "lane": alert.lane, "next_at": now, "created_at": now}
        if new:
            await self.connection.execute(insert(deliveries), [common | _delivery_values(d) for d in new])
        return True

    async def known(self, alert: Alert) -> AlertRecord:
        """Return the alert that is stored under the same source and id."""
        by_name = select(alerts).where(alerts.c.source == alert.source, alerts.c.event_id == alert.event_id)
        row = (await self.connection.execute(by_name)).one()
        its = select(deliveries).where(deliveries.c.alert_id == row.id).order_by(deliveries.c.id)
        found = (await self.connection.execute(its)).all()
        return rows.to_alert(row, await rows.with_attempts(self.connection, found))


def _delivery_values(delivery: NewDelivery) -> dict[str, object]:
    return {
        "id": delivery.id, "endpoint_id": delivery.endpoint_id, "recipient_id": delivery.recipient_id,
        "channel": delivery.channel, "deadline_at": delivery.deadline_at,
    }  # fmt: skip


class PostgresInbox:
    """Opens the transactions of the intake."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    @asynccontextmanager
    async def intake(self, alert: Alert) -> AsyncIterator[Intake]:
        """Open the transaction for one alert; alerts of one lane go through one after the other."""
        async with transaction(self._engine) as connection:
            await connection.execute(_TAKE_LANE, {"lane": alert.lane})
            yield PostgresIntake(connection, await business_now(connection, self._clock))
