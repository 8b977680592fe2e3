"""The queue of deliveries: leased by one worker, recorded when done, taken over when the lease runs out."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Update, and_, case, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from notifications.application.errors import NotFoundError, RedeliveryRefusedError
from notifications.application.ports import Clock
from notifications.application.records import Job, QueueState
from notifications.application.scope import Scope
from notifications.domain.delivery import Delivered, DeliveryStatus, NextStep, Outcome, name_of
from notifications.domain.endpoint import ChannelName
from notifications.store import rows, visibility
from notifications.store.claiming import CLAIM, STATE
from notifications.store.connection import business_now, transaction
from notifications.store.tables import attempts, deliveries, endpoints

LEASE: Final = timedelta(seconds=15)
"""Longer than any attempt may take, and as long as the work of a killed worker waits. By the wall clock."""

PLACES: Final = 4
"""How many attempts at one endpoint may be under way at a time."""


class PostgresQueue:
    """The deliveries that are due."""

    def __init__(self, engine: AsyncEngine, clock: Clock, lease: timedelta = LEASE, places: int = PLACES) -> None:
        self._engine = engine
        self._clock = clock
        self._lease = lease
        self._places = places

    async def business_now(self) -> datetime:
        """Return the business time."""
        async with transaction(self._engine) as connection:
            return await business_now(connection, self._clock)

    async def claim(self, limit: int, worker: str) -> Sequence[Job]:
        """Lease up to `limit` due deliveries to this worker, and log an attempt for each."""
        wall = self._clock.wall()
        async with transaction(self._engine) as connection:
            now = await business_now(connection, self._clock)
            asked = {"now": now, "wall": wall, "until": wall + self._lease, "worker": worker}
            found = await connection.execute(CLAIM, asked | {"cap": self._places, "most": limit})
            return [_to_job(row) for row in found]

    async def finish(self, job: Job, outcome: Outcome, step: NextStep, milliseconds: int) -> None:
        """Record what came of a job and end its lease; a step for a lease that was lost is only logged."""
        result = {
            "outcome": name_of(outcome), "status_code": outcome.status_code, "detail": outcome.detail,
            "milliseconds": milliseconds,
        }  # fmt: skip
        its_attempt = (attempts.c.delivery_id == job.delivery_id, attempts.c.number == job.number)
        async with transaction(self._engine) as connection:
            now = await business_now(connection, self._clock)
            await connection.execute(_step(job, step, now))
            await connection.execute(update(attempts).where(*its_attempt).values(result))
            await connection.execute(_health(job, outcome, step))

    async def redeliver(self, delivery_id: UUID, scope: Scope, patience: timedelta) -> None:
        """Put a delivery at the head again with a new schedule; NotFoundError, RedeliveryRefusedError."""
        async with transaction(self._engine) as connection:
            await self._require_free(connection, delivery_id, scope)
            now = await business_now(connection, self._clock)
            again = {
                "status": "pending", "next_at": now, "deadline_at": now + patience, "tries": 0, "lease_until": None,
                "version": deliveries.c.version + 1,
            }  # fmt: skip
            await connection.execute(update(deliveries).where(deliveries.c.id == delivery_id).values(again))

    async def state(self) -> QueueState:
        """Return how much waits."""
        async with transaction(self._engine) as connection:
            now = await business_now(connection, self._clock)
            row = (await connection.execute(STATE, {"now": now})).one()
        age = (now - row.oldest).total_seconds() if row.oldest else 0.0
        return QueueState(row.due, row.waiting, row.held, max(age, 0.0))

    async def _require_free(self, connection: AsyncConnection, delivery_id: UUID, scope: Scope) -> None:
        query = (
            select(deliveries.c.status, deliveries.c.lease_until, endpoints.c.enabled, endpoints.c.deleted_at)
            .join(endpoints, endpoints.c.id == deliveries.c.endpoint_id)
            .where(deliveries.c.id == delivery_id, visibility.of_deliveries(scope))
            .with_for_update(of=deliveries)
        )
        row = (await connection.execute(query)).first()
        if row is None:
            raise NotFoundError
        if row.deleted_at is not None:
            raise RedeliveryRefusedError("endpoint-removed", "The endpoint was removed: there is nowhere to send it.")
        if not row.enabled:
            raise RedeliveryRefusedError("endpoint-disabled", "The endpoint is disabled: enable it first.")
        if row.lease_until is not None and row.lease_until > self._clock.wall():
            raise RedeliveryRefusedError("delivery-under-way", "An attempt is under way: ask again when it is over.")


def _step(job: Job, step: NextStep, now: datetime) -> Update:
    """The step, if the lease is still this job's; what arrived has arrived, whoever holds the lease by now.

    A repetition that fails for good leaves what was delivered before as delivered.
    """
    table = deliveries
    mine = and_(table.c.attempts == job.number, table.c.lease_until.is_not(None))
    delivered = step.status is DeliveryStatus.DELIVERED
    values: dict[Any, Any] = {"status": step.status, "lease_until": None, "version": table.c.version + 1}
    if delivered:
        values["delivered_at"] = case((table.c.delivered_at.is_(None), now), else_=table.c.delivered_at)
    elif step.status is DeliveryStatus.DEAD:
        values["status"] = case((table.c.delivered_at.is_not(None), "delivered"), else_="dead")
    else:
        values["next_at"] = step.next_at
    its = update(table).where(table.c.id == job.delivery_id, table.c.status == "pending")
    return (its if delivered else its.where(mine)).values(values)


def _health(job: Job, outcome: Outcome, step: NextStep) -> Update:
    """What the attempt says of the endpoint; one that is well, and was, is not touched."""
    its = update(endpoints).where(endpoints.c.id == job.endpoint_id)
    if isinstance(outcome, Delivered):
        return its.where(endpoints.c.failures > 0).values(failures=0)
    values: dict[Any, Any] = {"failures": endpoints.c.failures + 1}
    if step.disables_endpoint:
        values |= {"enabled": False, "disabled_reason": outcome.detail, "version": endpoints.c.version + 1}
    return its.values(values)


def _to_job(row: rows.AnyRow) -> Job:
    return Job(
        delivery_id=row.id, alert_id=row.alert_id, endpoint_id=row.endpoint_id, channel=ChannelName(row.channel),
        address=row.address, number=row.attempts, tries=row.tries, deadline_at=row.deadline_at, kind=row.kind,
        document=row.document, correlation_id=row.correlation_id, taken_over=row.taken_over, sealed_secret=row.secret,
    )  # fmt: skip
