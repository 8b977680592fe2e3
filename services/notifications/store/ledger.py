"""Alerts and deliveries, counted and looked up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from notifications.application.figures import Figures
from notifications.application.ports import Clock
from notifications.domain.kinds import UNHEARD
from notifications.store.connection import business_now, transaction
from notifications.store.tables import alerts, deliveries

_LATELY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PostgresLedger:
    """Counts and looks up with the service's own eyes: of all tenants."""

    engine: AsyncEngine
    clock: Clock

    async def unknown(self, source: str, event_ids: Sequence[str]) -> Sequence[str]:
        """Return those of these events that were never taken in, in their order."""
        query = select(alerts.c.event_id).where(alerts.c.source == source, alerts.c.event_id.in_(event_ids))
        async with transaction(self.engine) as connection:
            known = set((await connection.execute(query)).scalars())
        return [each for each in event_ids if each not in known]

    async def figures(self, since: datetime, until: datetime) -> Figures:
        """Count what came in and what ended from `since` until before `until`."""
        came = (alerts.c.received_at >= since, alerts.c.received_at < until)
        arrived = (deliveries.c.delivered_at >= since, deliveries.c.delivered_at < until)
        died = (deliveries.c.status == "dead", deliveries.c.ended_at >= since, deliveries.c.ended_at < until)
        async with transaction(self.engine) as connection:
            counted = [
                (await connection.execute(select(func.count()).select_from(table).where(*conditions))).scalar_one()
                for table, conditions in (
                    (alerts, came), (deliveries, arrived), (deliveries, died),
                    (deliveries, (deliveries.c.status == "pending",)),
                )
            ]  # fmt: skip
        return Figures(*counted)

    async def unheard_lately(self) -> int:
        """How many alerts about unheard ones nobody heard either, within a day."""
        async with transaction(self.engine) as connection:
            since = await business_now(connection, self.clock) - _LATELY
            lost = (alerts.c.kind == UNHEARD, alerts.c.unheard, alerts.c.received_at > since)
            return (await connection.execute(select(func.count()).select_from(alerts).where(*lost))).scalar_one()
