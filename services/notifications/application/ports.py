"""What the application needs of the outside, as protocols; store and channels fulfil them."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from notifications.application.records import (
    AlertRecord,
    DeliveryRecord,
    Done,
    Finished,
    Job,
    Kept,
    NewAlert,
    Page,
    QueueState,
    StoredAlert,
)
from notifications.application.scope import Scope
from notifications.domain.alert import Alert
from notifications.domain.delivery import Outcome
from notifications.domain.holding import MaintenanceWindow
from notifications.domain.rates import Rate
from notifications.domain.reminding import Ending
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
    """One transaction that takes alerts in; it ends with the block it was opened by."""

    @property
    def business_now(self) -> datetime:
        """The business time of this transaction."""
        ...

    async def listeners(self, alerts: Sequence[Alert]) -> Sequence[Listener]:
        """Return the subscriptions of all who may hear one of the alerts, for routing to choose from."""
        ...

    async def maintenance_windows(self) -> Sequence[MaintenanceWindow]:
        """Return the windows that last now."""
        ...

    async def add(self, new: Sequence[NewAlert]) -> AbstractSet[UUID]:
        """Store alerts in their order, each with its deliveries and the roles in which it is unheard.

        Returns the ids of those that are stored: of one whose source and id are known already, nothing is.
        """
        ...

    async def let_go(self, alerts: Sequence[tuple[UUID, UUID]]) -> None:
        """Send at once what is deferred before these (alert, endpoint); what only settles soon goes by itself."""
        ...

    async def remind(self, hearers: Sequence[tuple[UUID, UUID]], next_at: datetime, until: datetime) -> None:
        """Repeat alerts, which are stored, from `next_at` on, each to a recipient."""
        ...

    async def outdated(self, new: Sequence[NewAlert]) -> AbstractSet[UUID]:
        """Return the ids of those, stored already, about whose clock a later word is known, by their `sequence`.

        Only words that begin or end repeats count.
        """
        ...

    async def end_reminders(self, newest: Sequence[tuple[NewAlert, Ending]]) -> None:
        """End the repeats of earlier alerts about the clocks of these; those that are not under way are not sent."""
        ...

    async def known(self, alert: Alert) -> StoredAlert:
        """Return the alert that is stored under the same source and id."""
        ...


class Inbox(Protocol):
    """Where alerts come in."""

    def intake(self, alerts: Sequence[Alert]) -> AbstractAsyncContextManager[Intake]:
        """Open the transaction for some alerts; alerts of one lane go through one after the other."""
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

    async def finish(self, done: Sequence[Done]) -> Mapping[UUID, Finished]:
        """Record what came of jobs and end their leases; a step for a lease that was lost is only logged.

        What was delivered is delivered, though, whoever held the lease. Returns how the deliveries stand, by id,
        without those of lost leases.
        """
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


class Pace(Protocol):
    """Counts what is sent to a receiver with a limited rate, over all workers."""

    async def take(self, receiver: bytes, rates: Sequence[Rate]) -> timedelta:
        """Take the right to send one message now, if the answer is zero; else wait as long as it says.

        By the wall clock, as the receiver counts. DatabaseUnavailableError.
        """
        ...


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel sends. The same `id` at every attempt lets a receiver tell a repetition.

    `documents` are the alerts, each the JSON of a CloudEvent as it was stored: one, or all those of a digest; a sandbox
    is known by their mark. `address` and `secrets` are the endpoint's, in the clear; of two secrets the first is the
    newer one, and both are valid. `acknowledgement_url` leads to a page whose button acknowledges; None where nothing
    is to be acknowledged.
    """

    id: str
    address: str = field(repr=False)
    documents: tuple[str, ...]
    secrets: tuple[str, ...] = field(default=(), repr=False)
    language: str = "zh"
    acknowledgement_url: str | None = field(default=None, repr=False)


class Channel(Protocol):
    """A way to reach somebody."""

    async def send(self, message: Message) -> Outcome:
        """Make one attempt; whatever the receiver does, the answer is an outcome and never an exception."""
        ...
