"""Adding deliveries to the queue, for an alert that comes in and for one that is said again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from notifications.application.records import NewDelivery
from notifications.store.claiming import LAST_IN_LANE
from notifications.store.tables import deliveries


async def add_deliveries(
    connection: AsyncConnection, alert_id: UUID, lane: str, new: Sequence[NewDelivery], now: datetime
) -> None:
    """Add deliveries of one alert; the caller holds the lane (notifications.store.lanes)."""
    await add_all(connection, [(alert_id, lane, each) for each in new], now)


async def add_all(connection: AsyncConnection, new: Sequence[tuple[UUID, str, NewDelivery]], now: datetime) -> None:
    """Add deliveries in their order, each with its alert and its lane; the caller holds the lanes."""
    if not new:
        return
    asked = {"endpoints": [each.endpoint_id for _, _, each in new], "lanes": [lane for _, lane, _ in new]}
    waiting = {(row.endpoint_id, row.lane) for row in await connection.execute(LAST_IN_LANE, asked)}
    values = []
    for alert_id, lane, each in new:
        place = (each.endpoint_id, lane)
        common = {"alert_id": alert_id, "lane": lane, "next_at": now, "created_at": now, "behind": place in waiting}
        values.append(common | _values(each))
        waiting.add(place)
    await connection.execute(insert(deliveries), values)


def _values(delivery: NewDelivery) -> dict[str, object]:
    return {
        "id": delivery.id, "endpoint_id": delivery.endpoint_id, "recipient_id": delivery.recipient_id,
        "role": delivery.role, "tenant": delivery.tenant,
        "channel": delivery.channel, "schedule": delivery.schedule, "deadline_at": delivery.deadline_at,
        "held_until": delivery.held_until, "digest_from": delivery.digest_from, "repeat": delivery.repeat,
    }  # fmt: skip
