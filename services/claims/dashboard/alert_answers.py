"""The answers of notifications as they come over the wire, read strictly into what the pages see."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from claims.dashboard.told import Acknowledgement, Delivery, Told

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """One page of a list."""

    items: tuple[T, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Made(Generic[T]):
    """What a call made."""

    items: tuple[T, ...]


@dataclass(frozen=True, slots=True)
class EndpointAnswer:
    """An endpoint of the directory."""

    id: UUID
    recipient_id: UUID
    channel: str
    address: str
    enabled: bool
    disabled_reason: str | None


@dataclass(frozen=True, slots=True)
class RecipientAnswer:
    """A recipient of the directory."""

    id: UUID
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class ProblemAnswer:
    """A refusal (RFC 9457)."""

    title: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ClockSaid:
    """What an alert's event says of its clock."""

    id: str
    rule: str


@dataclass(frozen=True, slots=True)
class ClaimSaid:
    """What it says of its claim."""

    id: str
    number: str | None = None


@dataclass(frozen=True, slots=True)
class DataSaid:
    """What it is about."""

    clock: ClockSaid | None = None
    claim: ClaimSaid | None = None


@dataclass(frozen=True, slots=True)
class EventSaid:
    """The event itself, as far as the board reads it."""

    time: datetime
    data: DataSaid = field(default_factory=DataSaid)


@dataclass(frozen=True, slots=True)
class AlertAnswer:
    """An alert as notifications answers it."""

    id: UUID
    kind: str
    severity: str
    tenant: str | None
    region: str | None
    received_at: datetime
    unheard: bool
    event: EventSaid
    deliveries: tuple[Delivery, ...]
    acknowledgements: tuple[Acknowledgement, ...]

    def told(self) -> Told:
        """As the pages see it."""
        clock, claim = self.event.data.clock, self.event.data.claim
        return Told(
            id=self.id, kind=self.kind, severity=self.severity, time=self.event.time, received_at=self.received_at,
            tenant=self.tenant, region=self.region, rule=None if clock is None else clock.rule,
            clock_id=None if clock is None else clock.id, claim_id=None if claim is None else claim.id,
            claim_number=None if claim is None else claim.number, unheard=self.unheard,
            deliveries=self.deliveries, acknowledgements=self.acknowledgements,
        )  # fmt: skip
