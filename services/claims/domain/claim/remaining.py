"""What is left of each limit for one claim: of its policy's ledger, and of what each victim received; in fen."""

from collections.abc import Mapping
from uuid import UUID

from claims.domain.claim.money import received
from claims.domain.claim.state import Claim
from claims.domain.policy.events import Limits
from claims.domain.policy.ledger import Ledger, Remaining


def limits_of(claim: Claim, ledger: Ledger) -> Limits:
    """Return the limits that apply to the claim's accident; those that it stated itself where the ledger has none."""
    return ledger.limits_at(claim.known_accident.occurred_at) or claim.known_policy.limits


def remaining(claim: Claim, ledger: Ledger) -> Remaining:
    """Return what the claim may still be promised of each limit."""
    return ledger.remaining(claim.claim_id, limits_of(claim, ledger))


def left_by_victim(claim: Claim, ledger: Ledger) -> Mapping[UUID, int]:
    """Return what each victim may still be promised of the limit per person."""
    per_person = limits_of(claim, ledger).per_person
    return {victim_id: max(0, per_person - received(claim, victim_id)) for victim_id in claim.victims}
