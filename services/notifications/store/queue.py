"""The queue of deliveries: leased by one worker, recorded when done, taken over when the lease runs out."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from notifications.application.ports import Clock
from notifications.application.records import Done, Finished, Job, QueueState
from notifications.domain.delivery import Delivered, DeliveryStatus, name_of
from notifications.domain.endpoint import ChannelName
from notifications.domain.retry import ScheduleName
from notifications.store import rows
from notifications.store.claiming import CLAIM, COME_UP, FINISH, FOLLOW, HEALTH, HOLD, STATE
from notifications.store.connection import business_now, transaction

LEASE: Final = timedelta(seconds=15)
"""Longer than any attempt may take, and as long as the work of a killed worker waits. By the wall clock."""

PLACES: Final = 16
"""How many attempts at one endpoint may be under way at a time."""

_LONGEST: Final = 500
"""Characters of a detail that are kept, the beginning of the answer among them."""


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
        asked = {"wall": wall, "until": wall + self._lease, "worker": worker, "cap": self._places, "most": limit}
        async with transaction(self._engine) as connection:
            return [_to_job(row) for row in await connection.execute(CLAIM, asked)]

    async def finish(self, done: Sequence[Done]) -> Mapping[UUID, Finished]:
        """Record what came of jobs and end their leases, all in one transaction; a lost lease is only logged."""
        async with transaction(self._engine) as connection:
            await connection.execute(HOLD, {"ids": [one.job.delivery_id for one in done]})
            now = await business_now(connection, self._clock)
            stepped = (await connection.execute(FINISH, _columns(done) | {"now": now})).all()
            if carriers := [one.job.delivery_id for one in done if one.job.others]:
                stepped = [*stepped, *await connection.execute(FOLLOW, {"ids": carriers})]
            await _come_up(connection, stepped)
            await connection.execute(HEALTH, _seen(done) | {"now": now})
        return {row.id: Finished(DeliveryStatus(row.status), now if row.first else None) for row in stepped}

    async def state(self) -> QueueState:
        """Return how much waits."""
        async with transaction(self._engine) as connection:
            now = await business_now(connection, self._clock)
            row = (await connection.execute(STATE, {"now": now})).one()
        age = (now - row.oldest).total_seconds() if row.oldest else 0.0
        return QueueState(row.due, row.waiting, row.held, max(age, 0.0), row.untold)


async def _come_up(connection: AsyncConnection, stepped: Sequence[rows.AnyRow]) -> None:
    over = [row for row in stepped if row.status != DeliveryStatus.PENDING]
    if over:
        lanes = {"endpoints": [row.endpoint_id for row in over], "lanes": [row.lane for row in over]}
        await connection.execute(COME_UP, lanes)


def _columns(done: Sequence[Done]) -> dict[str, Any]:
    """What `FINISH` is given, column by column."""
    return {
        "ids": [one.job.delivery_id for one in done],
        "numbers": [one.job.number for one in done],
        "statuses": [str(one.step.status) for one in done],
        "next_at": [one.step.next_at for one in done],
        "counts": [one.step.counts for one in done],
        "reasons": [_cut(one.step.reason) for one in done],
        "outcomes": [name_of(one.outcome) for one in done],
        "codes": [one.outcome.status_code for one in done],
        "details": [_cut(one.outcome.detail) for one in done],
        "took": [one.milliseconds for one in done],
    }


def _seen(done: Sequence[Done]) -> dict[str, Any]:
    """What `HEALTH` is given: one row an endpoint, which is well if anything arrived."""
    by_endpoint: defaultdict[UUID, list[Done]] = defaultdict(list)
    for one in done:
        by_endpoint[one.job.endpoint_id].append(one)
    well, failed, gone, rests = [], [], [], []
    for its in by_endpoint.values():
        well.append(any(isinstance(one.outcome, Delivered) for one in its))
        failed.append(sum(one.step.counts for one in its if not isinstance(one.outcome, Delivered)))
        gone.append(next((_cut(one.outcome.detail) for one in its if one.step.disables_endpoint), None))
        rests.append(max((one.step.rests_until for one in its if one.step.rests_until is not None), default=None))
    return {"ids": list(by_endpoint), "well": well, "failed": failed, "gone": gone, "rests": rests}


def _cut(words: str | None) -> str | None:
    """Keep the beginning, without what a database or a terminal would stumble over."""
    return None if words is None else "".join(c if c.isprintable() else " " for c in words[:_LONGEST])


def _to_job(row: rows.AnyRow) -> Job:
    return Job(
        delivery_id=row.id, alert_id=row.alert_id, endpoint_id=row.endpoint_id, channel=ChannelName(row.channel),
        address=row.address, language=row.language, number=row.attempts, tries=row.tries, deadline_at=row.deadline_at,
        schedule=ScheduleName(row.schedule), kind=row.kind, time=row.time, document=row.document,
        correlation_id=row.correlation_id, lease_until=row.lease_until, taken_over=row.taken_over,
        sealed_secret=row.secret, others=tuple(row.others), repeat=row.repeat,
    )  # fmt: skip
