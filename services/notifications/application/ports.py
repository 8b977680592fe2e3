"""What the application needs of the outside, as protocols; store and channels fulfil them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from notifications.application.records import AlertRecord, DeliveryRecord, Job, Kept, NewDelivery, Page, QueueState
from notifications.application.scope import Scope
from notifications.domain.alert import Alert
from notifications.domain.delivery import NextStep, Outcome
from notifications.domain.routing import Listener

T = TypeVar("T")

NewId = Callable[[], UUID]
"""Makes an id that sorts by the moment it was made."""

Jitter = Callable[[], float]
"""A number between -1 and 1, another one each time."""


class Clock(Protocol):
    """The wall clock: leases, time-outs, signatures and tokens go by it, everything else by business time."""

    def wall(self) -> datetime:
        """Return the present moment in UTC."""
        ...


class Intake(Protocol):
    """One transaction that takes one alert in; it ends with the block it was opened by."""

    @property
    def business_now(self) -> datetime:
        """The business time of this transaction."""
        ...

    async def listeners(self, alert: Alert) -> Sequence[Listener]:
        """Return the subscriptions of all recipients who hold one of the alert's roles, for routing to choose from."""
        ...

    async def add(self, alert_id: UUID, alert: Alert, deliveries: Sequence[NewDelivery]) -> bool:
        """Store the alert with its deliveries; False, and nothing stored, when its source and id are known already."""
        ...

    async def known(self, alert: Alert) -> AlertRecord:
        """Return the alert that is stored under the same source and id."""
        ...


class Inbox(Protocol):
    """Where alerts come in."""

    def intake(self, alert: Alert) -> AbstractAsyncContextManager[Intake]:
        """Open the transaction for one alert; alerts of one lane go through one after the other."""
        ...


class DeliveryLog(Protocol):
    """Alerts and deliveries, to be read."""

    async def alert(self, alert_id: UUID, scope: Scope) -> AlertRecord:
        """Return one alert with its deliveries; NotFoundError also when the scope does not reach it."""
        ...

    async def alerts(
        self, scope: Scope, filters: Mapping[str, object], limit: int, after: UUID | None
    ) -> Page[AlertRecord]:
        """Return alerts, newest first."""
        ...

    async def delivery(self, delivery_id: UUID, scope: Scope) -> DeliveryRecord:
        """Return one delivery; NotFoundError also when the scope does not reach it."""
        ...

    async def deliveries(
        self, scope: Scope, filters: Mapping[str, object], limit: int, after: UUID | None
    ) -> Page[DeliveryRecord]:
        """Return deliveries, newest first."""
        ...


class Queue(Protocol):
    """The deliveries that are due."""

    async def claim(self, limit: int, worker: str) -> Sequence[Job]:
        """Lease up to `limit` due deliveries to this worker, and log an attempt for each.

        Whose lease ran out is due again. Of one endpoint and lane only the oldest is ever due, and no more than a few
        of one endpoint are out at a time.
        """
        ...

    async def business_now(self) -> datetime:
        """Return the business time."""
        ...

    async def finish(self, job: Job, outcome: Outcome, step: NextStep, milliseconds: int) -> None:
        """Record what came of a job and end its lease; a step for a lease that was lost is only logged.

        What was delivered is delivered, though, whoever held the lease.
        """
        ...

    async def redeliver(self, delivery_id: UUID, scope: Scope, patience: timedelta) -> None:
        """Put a delivery at the head again with a new schedule; NotFoundError, RedeliveryRefusedError."""
        ...

    async def state(self) -> QueueState:
        """Return how much waits."""
        ...


class Shelf(Protocol[T]):
    """One kind of thing in the directory: recipients, endpoints or subscriptions."""

    async def add(self, value: T) -> Kept[T]:
        """Store a new one."""
        ...

    async def get(self, item_id: UUID, scope: Scope) -> Kept[T]:
        """Return one; NotFoundError also when the scope does not reach it or it was removed."""
        ...

    async def page(self, scope: Scope, filters: Mapping[str, object], limit: int, after: UUID | None) -> Page[Kept[T]]:
        """Return them, oldest first."""
        ...

    async def change(self, value: T, version: int) -> Kept[T]:
        """Store a changed one; StaleVersionError when it no longer stands at `version`."""
        ...

    async def remove(self, item_id: UUID, version: int | None) -> None:
        """Remove one with what belongs to it; NotFoundError, StaleVersionError."""
        ...


class SandboxClock(Protocol):
    """How far business time is ahead of the wall clock."""

    async def move(self, offset: timedelta) -> None:
        """Set the offset; ClockBackwardsError when that would turn time back."""
        ...


class SecretBox(Protocol):
    """Keeps signing secrets unreadable at rest, each bound to its endpoint."""

    def seal(self, endpoint_id: UUID, secret: str) -> bytes:
        """Encrypt the secret of one endpoint."""
        ...

    def open(self, endpoint_id: UUID, sealed: bytes) -> str:
        """Decrypt it; SecretUnreadableError when the key, the endpoint or the bytes are not the same."""
        ...


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel sends: `id` is the same at every attempt, so that a receiver can tell a repetition."""

    id: str
    address: str
    body: bytes
    secret: str = field(repr=False)


class Channel(Protocol):
    """A way to reach somebody."""

    async def send(self, message: Message) -> Outcome:
        """Make one attempt; whatever the receiver does, the answer is an outcome and never an exception."""
        ...
