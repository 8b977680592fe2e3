"""Sending again what has ended: one delivery, or those of an endpoint in a range of time."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from notifications.application.errors import NotFoundError, RedeliveryRefusedError
from notifications.application.ports import Clock
from notifications.application.records import Range, Replayed
from notifications.application.scope import Scope
from notifications.domain.delivery import DeliveryStatus
from notifications.domain.retry import ScheduleName, Schedules
from notifications.store import visibility
from notifications.store.connection import business_now, transaction
from notifications.store.tables import deliveries, endpoints

MOST: Final = 1000
"""Deliveries that one call replays; the answer says how many are left."""

PAUSE: Final = timedelta(minutes=5)
"""What was replayed so lately is not replayed again by a range: a call that is repeated changes nothing."""

_AGAIN: Final = text("""
update deliveries d
set status = 'pending', next_at = :now, deadline_at = cast(:now as timestamptz) + p.patience, tries = 0,
    lease_until = null, reason = null, ended_at = null, told_as = null, told_at = null, replayed_at = :now,
    held_until = null, digest_id = null,
    version = d.version + 1,
    behind = exists (
      select from deliveries earlier join unnest(cast(:ids as uuid[])) as t (id) on t.id = earlier.id
      where earlier.endpoint_id = d.endpoint_id and earlier.lane = d.lane and earlier.position < d.position)
from unnest(cast(:schedules as text[]), cast(:patience as interval[])) as p (schedule, patience)
where d.id = any(:ids) and p.schedule = d.schedule
""")
"""The first of each lane is looked at by the worker in any case, those behind it when it has ended."""


class PostgresReplays:
    """Puts deliveries that have ended into the queue again; their ids stay the same."""

    def __init__(self, engine: AsyncEngine, clock: Clock, schedules: Schedules) -> None:
        self._engine = engine
        self._clock = clock
        self._schedules = schedules

    async def redeliver(self, delivery_id: UUID, scope: Scope) -> None:
        """Put a delivery at the head again with a new schedule; NotFoundError, RedeliveryRefusedError."""
        async with transaction(self._engine) as connection:
            await self._require_free(connection, delivery_id, scope)
            await self._again(connection, [delivery_id], await business_now(connection, self._clock))

    async def redeliver_range(self, endpoint_id: UUID, wanted: Range, scope: Scope) -> Replayed:
        """Put the oldest of a range at the head, in their order; NotFoundError, RedeliveryRefusedError.

        What waits already, and what was replayed in the last minutes, is left as it is.
        """
        async with transaction(self._engine) as connection:
            await self._require_open(connection, endpoint_id, scope)
            now = await business_now(connection, self._clock)
            query = (
                select(deliveries.c.id)
                .where(
                    deliveries.c.endpoint_id == endpoint_id,
                    deliveries.c.created_at >= wanted.begins,
                    deliveries.c.created_at < wanted.ends,
                    deliveries.c.status.in_([str(status) for status in wanted.statuses]),
                    deliveries.c.status != DeliveryStatus.PENDING,
                    deliveries.c.replayed_at.is_(None) | (deliveries.c.replayed_at <= now - PAUSE),
                    visibility.of_deliveries(scope),
                )
                .order_by(deliveries.c.position)
                .with_for_update(of=deliveries)
            )
            found = (await connection.execute(query.limit(MOST + 1))).scalars().all()
            await self._again(connection, list(found[:MOST]), now)
        return Replayed(len(found[:MOST]), more=len(found) > MOST)

    async def _again(self, connection: AsyncConnection, ids: list[UUID], now: datetime) -> None:
        patience = {str(name): self._schedules[name].patience for name in ScheduleName}
        asked = {"ids": ids, "now": now, "schedules": list(patience), "patience": list(patience.values())}
        await connection.execute(_AGAIN, asked)

    async def _require_open(self, connection: AsyncConnection, endpoint_id: UUID, scope: Scope) -> None:
        query = select(endpoints.c.enabled, endpoints.c.deleted_at).where(
            endpoints.c.id == endpoint_id, visibility.of_endpoints(scope)
        )
        row = (await connection.execute(query)).first()
        if row is None:
            raise NotFoundError
        _require_place(enabled=row.enabled, removed=row.deleted_at is not None)

    async def _require_free(self, connection: AsyncConnection, delivery_id: UUID, scope: Scope) -> None:
        query = (
            select(deliveries.c.lease_until, endpoints.c.enabled, endpoints.c.deleted_at)
            .join(endpoints, endpoints.c.id == deliveries.c.endpoint_id)
            .where(deliveries.c.id == delivery_id, visibility.of_deliveries(scope))
            .with_for_update(of=deliveries)
        )
        row = (await connection.execute(query)).first()
        if row is None:
            raise NotFoundError
        _require_place(enabled=row.enabled, removed=row.deleted_at is not None)
        if row.lease_until is not None and row.lease_until > self._clock.wall():
            raise RedeliveryRefusedError("delivery-under-way", "An attempt is under way: ask again when it is over.")


def _require_place(*, enabled: bool, removed: bool) -> None:
    if removed:
        raise RedeliveryRefusedError("endpoint-removed", "The endpoint was removed: there is nowhere to send it.")
    if not enabled:
        raise RedeliveryRefusedError("endpoint-disabled", "The endpoint is disabled: enable it first.")
