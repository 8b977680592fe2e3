"""Ask that the victim be paid directly, and decide it (SZ-20 (10); Insurance Law art. 65)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from claims.domain.claim.events import DirectPaymentDecided, DirectPaymentRequested
from claims.domain.claim.guards import is_open, victim_exists
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import Decided, Terms
from claims.domain.errors import Rule, RuleViolation, UnknownPart, invalid

DECIDED_ONCE = Rule("direct-payment-already-decided", "SZ-20 (10)", "A request for direct payment is decided once")
OUTCOMES = frozenset({"accepted", "refused"})
ASKING = frozenset({"insured", "victim"})


@dataclass(frozen=True, slots=True)
class RequestDirectPayment:
    """The insured, or the victim itself, asks that the victim be paid directly; in fen."""

    occurred_at: datetime
    request_id: UUID
    requested_by: str
    victim_id: UUID
    amount: int


def request_direct_payment(claim: Claim, command: RequestDirectPayment, terms: Terms) -> Decided:
    """Decide a request; its clock runs once the insured's liability is determined, a victim's own at once."""
    is_open(claim)
    victim_exists(claim, command.victim_id)
    if command.requested_by not in ASKING:
        raise invalid("/requested_by", f"One of {', '.join(sorted(ASKING))}.")
    asked = DirectPaymentRequested(command.request_id, command.requested_by, command.victim_id, command.amount)
    return Decided(claim=(asked,))


@dataclass(frozen=True, slots=True)
class DecideDirectPayment:
    """The insurer accepts a request for direct payment, or refuses it with reasons."""

    occurred_at: datetime
    request_id: UUID
    outcome: str
    reason: str | None


def decide_direct_payment(claim: Claim, command: DecideDirectPayment, terms: Terms) -> Decided:
    """Decide on a request, once."""
    is_open(claim)
    request = claim.direct_payments.get(command.request_id)
    if request is None:
        raise UnknownPart("direct_payment", command.request_id)
    if request.decided_at is not None:
        raise RuleViolation(DECIDED_ONCE, f"The request was {request.outcome}.", outcome=request.outcome or "")
    if command.outcome not in OUTCOMES:
        raise invalid("/outcome", f"One of {', '.join(sorted(OUTCOMES))}.")
    if command.outcome == "refused" and not command.reason:
        raise invalid("/reason", "A refusal gives its reasons.")
    if command.occurred_at < request.requested_at:
        raise invalid("/occurred_at", "A request cannot be decided before it was made.")
    return Decided(claim=(DirectPaymentDecided(command.request_id, command.outcome, command.reason),))
