"""What notifications answers, as the pages see it: alerts, deliveries, attempts, acknowledgements, endpoints."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt; without an outcome it is under way.

    `outcome`: delivered, failed, refused, deferred, ambiguous or interrupted; `ambiguous`: nobody knows whether it
    arrived. `detail` is the beginning of what the receiver answered, `replay`: somebody asked for it to be sent again.
    """

    number: int
    started_at: datetime
    outcome: str | None
    status_code: int | None
    detail: str | None
    milliseconds: int | None
    ambiguous: bool
    worker: str | None
    replay: bool


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
class Delivery:
    """One alert on its way to one endpoint, with every attempt, the first one first.

    `status`: pending, delivered, dead, handed_on or cancelled. `role` is what the recipient was told as.
    `recipient_name` and `address` (masked) are None where the visitor may not read them: those of others are theirs.
    """

    id: UUID
    alert_id: UUID
    endpoint_id: UUID
    recipient_id: UUID
    role: str
    recipient_name: str | None
    address: str | None
    channel: str
    status: str
    created_at: datetime
    next_at: datetime | None
    delivered_at: datetime | None
    ended_at: datetime | None
    reason: str | None
    schedule: str
    handed_from: UUID | None
    replayed_at: datetime | None
    repeat: int
    held_until: datetime | None
    digest_id: UUID | None
    about: About
    attempts: tuple[Attempt, ...] = ()

    @property
    def last_attempt(self) -> Attempt | None:
        """The latest one, if there was any."""
        return self.attempts[-1] if self.attempts else None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Somebody acknowledged an alert for one recipient; until it expires the alert is not repeated to it."""

    id: UUID
    recipient_id: UUID
    acknowledged_by: str
    note: str | None
    acknowledged_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who was told, and as what; `name` None where the visitor may not read it."""

    id: UUID
    role: str
    name: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """One alert, and everything that became of it.

    `time` is when it became true what it says, `received_at` when notifications took it in; `unheard`: it reached
    nobody. Deliveries to one recipient with `repeat` above 0 say it again.
    """

    id: UUID
    kind: str
    severity: str
    time: datetime
    received_at: datetime
    tenant: str | None
    region: str | None
    rule: str | None
    clock_id: str | None
    claim_id: str | None
    claim_number: str | None
    unheard: bool
    deliveries: tuple[Delivery, ...]
    acknowledgements: tuple[Acknowledgement, ...]

    @property
    def recipients(self) -> tuple[Recipient, ...]:
        """Whom it was sent to, each once, in the order in which they were told."""
        found = {
            each.recipient_id: Recipient(each.recipient_id, each.role, each.recipient_name) for each in self.deliveries
        }
        return tuple(found.values())

    def deliveries_to(self, recipient: Recipient) -> tuple[Delivery, ...]:
        """What went to one recipient."""
        return tuple(each for each in self.deliveries if each.recipient_id == recipient.id)

    def acknowledgements_for(self, recipient: Recipient) -> tuple[Acknowledgement, ...]:
        """What was acknowledged for one recipient."""
        return tuple(each for each in self.acknowledgements if each.recipient_id == recipient.id)

    def arrived_at(self, recipient: Recipient) -> datetime | None:
        """When it first reached one recipient; None: it has not."""
        moments = [each.delivered_at for each in self.deliveries_to(recipient) if each.delivered_at is not None]
        return min(moments, default=None)


@dataclass(frozen=True, slots=True)
class Unacknowledged:
    """Breaches that nobody whom the visitor may see has acknowledged, the newest first; `more`: there are others."""

    items: tuple[Told, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class DeliveryFilters:
    """Which deliveries to list; `begins` and `ends` (excluded) bound the moment at which they came in."""

    status: str | None = None
    channel: str | None = None
    kind: str | None = None
    tenant: str | None = None
    alert_id: UUID | None = None
    endpoint_id: UUID | None = None
    recipient_id: UUID | None = None
    claim_id: UUID | None = None
    begins: datetime | None = None
    ends: datetime | None = None

    def parameters(self) -> list[tuple[str, str]]:
        """As the query of a request."""
        moments = {"from": self.begins, "to": self.ends}
        names = ("status", "channel", "kind", "tenant", "alert_id", "endpoint_id", "recipient_id", "claim_id")
        given: dict[str, Any] = {name: getattr(self, name) for name in names}
        given |= {name: None if moment is None else moment.isoformat() for name, moment in moments.items()}
        return [(name, str(value)) for name, value in given.items() if value is not None]


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """One page of the log, the newest first; `next_cursor` asks for the next one, None at the end."""

    items: tuple[Delivery, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Redelivered:
    """How many are sent again; `more`: the range holds others still, ask again."""

    redelivered: int
    more: bool


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a recipient is reached; of a robot's address and of a telephone number only the end is shown."""

    id: UUID
    recipient_id: UUID
    recipient_name: str
    role: str
    channel: str
    address: str
    enabled: bool
    disabled_reason: str | None
