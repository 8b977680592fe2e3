"""Record that rescue support was given (SZ-26): a fact that no clock runs for."""

from dataclasses import dataclass
from datetime import datetime

from claims.domain.claim.events import RescueSupportRecorded
from claims.domain.claim.guards import was_open
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import Decided, Terms


@dataclass(frozen=True, slots=True)
class RecordRescueSupport:
    """Somebody whom the broker or the insurer sent helped with the rescue at `occurred_at`."""

    occurred_at: datetime
    provider: str
    description: str


def record_rescue_support(claim: Claim, command: RecordRescueSupport, terms: Terms) -> Decided:
    """Decide a rescue support (SZ-26): it can have been given at any moment since the accident."""
    was_open(claim, command.occurred_at)
    return Decided(claim=(RescueSupportRecorded(command.provider, command.description),))
