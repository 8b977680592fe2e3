"""The rows that cross the ports: what is stored of alerts, deliveries and the directory."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from notifications.domain.alert import Alert
from notifications.domain.delivery import DeliveryStatus
from notifications.domain.endpoint import ChannelName

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """Something of the directory with the version it stands at."""

    value: T
    version: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `next_after` is the id to continue behind, None at the end."""

    items: tuple[T, ...]
    next_after: UUID | None = None


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A delivery to be stored with its alert."""

    id: UUID
    endpoint_id: UUID
    recipient_id: UUID
    channel: ChannelName
    deadline_at: datetime


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """One attempt; without an outcome it is under way."""

    number: int
    started_at: datetime
    outcome: str | None
    status_code: int | None
    detail: str | None
    milliseconds: int | None


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """A delivery as the log holds it."""

    id: UUID
    alert_id: UUID
    endpoint_id: UUID
    recipient_id: UUID
    channel: ChannelName
    status: DeliveryStatus
    created_at: datetime
    next_at: datetime | None
    delivered_at: datetime | None
    version: int
    attempts: tuple[AttemptRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """An alert as it was taken in, with what became of it."""

    id: UUID
    alert: Alert
    received_at: datetime
    unheard: bool
    deliveries: tuple[DeliveryRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """A delivery that this worker has leased: everything that sending it needs."""

    delivery_id: UUID
    alert_id: UUID
    endpoint_id: UUID
    channel: ChannelName
    address: str
    number: int
    """Which attempt this is, counted over all schedules; the lease is known by it."""
    tries: int
    """Which attempt of its present schedule it is, from 1."""
    deadline_at: datetime
    kind: str
    document: str
    correlation_id: str | None
    taken_over: bool
    """An earlier worker's lease ran out: nobody knows whether its attempt arrived."""
    sealed_secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class QueueState:
    """How much waits: due now, waiting for its moment or its turn, held by a disabled endpoint."""

    due: int
    waiting: int
    held: int
    oldest_pending_seconds: float
    """Since the oldest delivery that is not held came in, in business time; 0 without one."""
