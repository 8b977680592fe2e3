"""Who may hear: the subscriptions of those who hold a role, and the maintenance windows of a moment."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from notifications.domain.alert import Alert
from notifications.domain.endpoint import Endpoint
from notifications.domain.holding import MaintenanceWindow
from notifications.domain.routing import Listener
from notifications.store import rows
from notifications.store.tables import endpoints, maintenance_windows, recipients, subscriptions


async def read_listeners(connection: AsyncConnection, alerts: Sequence[Alert]) -> Sequence[Listener]:
    """Return the subscriptions of all recipients who hold a role of the alerts and may hear one of their tenants."""
    roles = {role for alert in alerts for role in alert.roles}
    tenants = {alert.tenant for alert in alerts if alert.tenant is not None}
    of_role = (
        select(recipients)
        .where(recipients.c.deleted_at.is_(None), recipients.c.role.in_(sorted(roles)))
        .where(or_(recipients.c.tenant.is_(None), recipients.c.tenant.in_(sorted(tenants))))
    )
    found = {row.id: rows.to_recipient(row) for row in await connection.execute(of_role)}
    of_these = (
        select(subscriptions)
        .where(subscriptions.c.deleted_at.is_(None), subscriptions.c.recipient_id.in_(found))
        .order_by(subscriptions.c.id)
    )
    wanted = [rows.to_subscription(row) for row in await connection.execute(of_these)]
    reached = await _endpoints(connection, {i for subscription in wanted for i in subscription.endpoint_ids})
    avoiding = any(alert.avoids is not None for alert in alerts)
    usable = {i for i, endpoint in reached.items() if endpoint.enabled}
    shut = {one.recipient_id for one in wanted if usable.isdisjoint(one.endpoint_ids)}
    others = await _in_line(connection, {one.recipient_id for one in wanted} if avoiding else shut)
    return [
        Listener(
            found[one.recipient_id], one, tuple(reached[i] for i in one.endpoint_ids if i in reached),
            tuple(others.get(one.recipient_id, ())),
        )
        for one in wanted
    ]  # fmt: skip


async def _endpoints(connection: AsyncConnection, ids: set[UUID]) -> dict[UUID, Endpoint]:
    query = select(endpoints).where(endpoints.c.deleted_at.is_(None), endpoints.c.id.in_(ids))
    return {row.id: rows.to_endpoint(row) for row in await connection.execute(query)}


async def _in_line(connection: AsyncConnection, recipient_ids: set[UUID]) -> dict[UUID, list[Endpoint]]:
    """The endpoints of recipients that may stand in for others, the first in line first."""
    if not recipient_ids:
        return {}
    query = (
        select(endpoints)
        .where(endpoints.c.deleted_at.is_(None), endpoints.c.recipient_id.in_(recipient_ids))
        .where(endpoints.c.fallback_order.is_not(None))
        .order_by(endpoints.c.fallback_order, endpoints.c.id)
    )
    found: dict[UUID, list[Endpoint]] = {}
    for row in await connection.execute(query):
        found.setdefault(row.recipient_id, []).append(rows.to_endpoint(row))
    return found


async def read_windows(connection: AsyncConnection, now: datetime) -> Sequence[MaintenanceWindow]:
    """Return the maintenance windows that last at a moment."""
    table = maintenance_windows
    lasting = select(table).where(table.c.deleted_at.is_(None), table.c.starts_at <= now, table.c.ends_at > now)
    return [rows.to_window(row) for row in await connection.execute(lasting)]
