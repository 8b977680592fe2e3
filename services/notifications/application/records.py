"""The rows that cross the ports: what is stored of alerts, deliveries and the directory."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from notifications.application.repeated import with_repeat
from notifications.domain.alert import Alert
from notifications.domain.delivery import DeliveryStatus, NextStep, Outcome
from notifications.domain.endpoint import ChannelName
from notifications.domain.retry import ScheduleName

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
    role: str
    """What the recipient is told as."""
    tenant: str | None
    """Of the alert."""
    channel: ChannelName
    schedule: ScheduleName
    deadline_at: datetime
    held_until: datetime | None = None
    """No worker takes it before it was looked at again after this."""
    digest_from: int | None = None
    repeat: int = 0
    """How often the recipient was told this alert before, at this endpoint."""


@dataclass(frozen=True, slots=True)
class StoredAlert:
    """An alert as the intake answers for it; `deliveries` is how many endpoints it goes to."""

    id: UUID
    received_at: datetime
    unheard: bool
    deliveries: int
    document: str


@dataclass(frozen=True, slots=True)
class NewAlert:
    """An alert to be stored with its deliveries and the roles in which nobody hears it."""

    id: UUID
    alert: Alert
    deliveries: tuple[NewDelivery, ...]
    unheard: tuple[str, ...] = ()

    def stored(self, now: datetime) -> StoredAlert:
        """As it stands once it is stored."""
        return StoredAlert(self.id, now, not self.deliveries, len(self.deliveries), self.alert.document)


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """One attempt; without an outcome it is under way. `worker` had the lease."""

    number: int
    started_at: datetime
    outcome: str | None
    status_code: int | None
    detail: str | None
    milliseconds: int | None
    worker: str | None = None
    replay: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """The alert that a delivery carries, in short."""

    kind: str
    severity: str
    time: datetime
    tenant: str | None
    region: str | None
    rule: str | None
    clock_id: str | None
    claim_id: str | None
    claim_number: str | None


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """A delivery as the log holds it; name and address only where the reader may see recipient and endpoint."""

    id: UUID
    alert_id: UUID
    endpoint_id: UUID
    recipient_id: UUID
    role: str
    recipient_name: str | None
    address: str | None
    about: About
    channel: ChannelName
    status: DeliveryStatus
    created_at: datetime
    next_at: datetime | None
    delivered_at: datetime | None
    version: int
    schedule: ScheduleName = ScheduleName.AUTHORITY
    reason: str | None = None
    ended_at: datetime | None = None
    handed_from: UUID | None = None
    replayed_at: datetime | None = None
    repeat: int = 0
    held_until: datetime | None = None
    digest_id: UUID | None = None
    attempts: tuple[AttemptRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class AcknowledgementRecord:
    """Somebody acknowledged an alert for one recipient, until it expires."""

    id: UUID
    alert_id: UUID
    recipient_id: UUID
    acknowledged_by: str
    note: str | None
    acknowledged_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LinkedAlerts:
    """What one message said: the alerts' documents, whom it told, and until when all of it is acknowledged."""

    recipient: str
    language: str
    documents: tuple[str, ...]
    acknowledged_until: datetime | None


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """An alert as it was taken in, with what became of it."""

    id: UUID
    alert: Alert
    received_at: datetime
    unheard: bool
    deliveries: tuple[DeliveryRecord, ...] = ()
    acknowledgements: tuple[AcknowledgementRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """A delivery that this worker has leased: everything that sending it needs."""

    delivery_id: UUID
    alert_id: UUID
    endpoint_id: UUID
    channel: ChannelName
    address: str
    language: str
    """The recipient's, zh or en."""
    number: int
    """Which attempt this is, counted over all schedules; the lease is known by it."""
    tries: int
    """Which attempt of its present schedule it is, from 1."""
    deadline_at: datetime
    schedule: ScheduleName
    kind: str
    time: datetime
    """Of the alert: when it became true what it says."""
    document: str
    correlation_id: str | None
    lease_until: datetime
    """Wall clock: from then on another worker may take it."""
    taken_over: bool
    """An earlier worker's lease ran out: nobody knows whether its attempt arrived."""
    sealed_secret: bytes = field(repr=False)
    others: tuple[str, ...] = ()
    """The documents of those that this message lists beside its own alert: it is a digest."""
    repeat: int = 0
    """How often the recipient was told before."""

    @property
    def documents(self) -> tuple[str, ...]:
        """What is sent; a repeat says which one it is."""
        own = (self.document, *self.others)
        return own if self.repeat == 0 else tuple(with_repeat(each, self.repeat) for each in own)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a job, and what follows."""

    job: Job
    outcome: Outcome
    step: NextStep
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Finished:
    """How a delivery stands after its attempt; `first_delivered_at` is set by the attempt that delivered it."""

    status: DeliveryStatus
    first_delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Range:
    """Deliveries that came in from `begins` until before `ends` and stand so."""

    begins: datetime
    ends: datetime
    statuses: tuple[DeliveryStatus, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many were put into the queue again; `more`: the range holds others, call again."""

    count: int
    more: bool


@dataclass(frozen=True, slots=True)
class Health:
    """What the log of attempts says of an endpoint; figures are of the last 24 hours, None without an attempt."""

    last_success_at: datetime | None
    consecutive_failures: int
    waiting: int
    oldest_waiting_seconds: float
    attempts: int
    success_rate: float | None
    p50_milliseconds: int | None
    p95_milliseconds: int | None


@dataclass(frozen=True, slots=True)
class DeadBundle:
    """Deliveries to one endpoint that were given up and that one alert tells administrators of, by its `event_id`."""

    event_id: UUID
    endpoint_id: UUID
    channel: ChannelName
    recipient_name: str
    recipient_role: str
    tenant: str | None
    """That of all their alerts, or None when they are of several."""
    delivery_ids: tuple[UUID, ...]
    kinds: tuple[str, ...]
    """Of their alerts, one for each."""
    reason: str | None
    """Of the last of them."""


@dataclass(frozen=True, slots=True)
class QueueState:
    """How much waits: due now, waiting for its moment or its turn, held by a disabled endpoint."""

    due: int
    waiting: int
    held: int
    oldest_pending_seconds: float
    """Since the oldest delivery that is not held came in, in business time; 0 without one."""
    untold: int
    """Deliveries that were given up and that neither another channel nor an administrator has heard of yet."""
