"""Events as the application reads them: typed, with what they were decided by and who recorded them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Basis:
    """What an event was decided by: a replay gives what was decided then, whatever changed since."""

    rulebooks: tuple[str, ...]
    """Ids of the rulebooks with their versions, as the reference data names them."""
    calendar: int
    """Version of the working-day calendar."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A domain event out of the log, in its newest form."""

    name: str
    """The stored name, such as claim_reported."""
    event: object
    basis: Basis
    tenant: str
    stream_id: UUID
    version: int
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    correlation_id: str
    causation_id: UUID | None
    """The command that caused it."""
    digest: bytes
