"""The insurer receives a report that a broker held (SZ-14 (1))."""

from dataclasses import dataclass
from datetime import datetime

from claims.domain.claim.events import InsurerReceived
from claims.domain.claim.guards import is_open
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import Decided, Terms
from claims.domain.errors import Rule, RuleViolation, invalid
from claims.domain.moments import to_shanghai

RECEIVED_ONCE = Rule("already-received", "SZ-14 (1)", "A report reaches the insurer once")


@dataclass(frozen=True, slots=True)
class ReceiveReport:
    """The report reached the insurer at `occurred_at`."""

    occurred_at: datetime


def receive_report(claim: Claim, command: ReceiveReport, terms: Terms) -> Decided:
    """Decide the receipt: the insurer's own clocks start here."""
    is_open(claim)
    if claim.insurer_received_at is not None:
        since = to_shanghai(claim.insurer_received_at).isoformat()
        raise RuleViolation(RECEIVED_ONCE, f"The insurer has had the report since {since}.")
    if claim.broker_received_at and command.occurred_at < claim.broker_received_at:
        raise invalid("/occurred_at", "The insurer cannot have received the report before the broker did.")
    return Decided(claim=(InsurerReceived(),))
