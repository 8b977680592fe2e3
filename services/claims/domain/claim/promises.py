"""What a claim holds of its policy's limits, derived from the claim; the ledger follows it, event by event."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from claims.domain.claim.money import balance, indemnity, paid_of
from claims.domain.claim.state import Claim
from claims.domain.policy.events import AmountReleased, AmountReserved, PolicyEvent, Share
from claims.domain.policy.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Promise:
    """What one advance, or the indemnity, must hold, in fen."""

    purpose: str
    amount: int
    shares: tuple[Share, ...] = ()


def indemnity_entry(claim: Claim) -> UUID:
    """Return the id of the ledger entry for what the indemnity adds to the advances."""
    return uuid5(claim.claim_id, "indemnity")


def follow(claim: Claim, ledger: Ledger) -> tuple[PolicyEvent, ...]:
    """Return the events that bring the ledger to what the claim must hold: what it gives back, then what it takes."""
    released: list[PolicyEvent] = []
    reserved: list[PolicyEvent] = []
    for entry_id, promise in _promises(claim).items():
        change = promise.amount - ledger.entry(entry_id)
        if change < 0:
            released.append(AmountReleased(claim.claim_id, entry_id, -change))
        elif change > 0:
            reserved.append(AmountReserved(claim.claim_id, entry_id, promise.purpose, change, promise.shares))
    return (*released, *reserved)


def _promises(claim: Claim) -> dict[UUID, Promise]:
    """Until the decision an advance holds its amount; then what was paid of it, and the indemnity holds the rest.

    In a new round what was paid of the indemnity before stays held.
    """
    decided = indemnity(claim) is not None
    promises: dict[UUID, Promise] = {}
    for advance in claim.advances.values():
        got = paid_of(claim, advance.advance_id)
        amount = got if decided or advance.ended else (advance.amount or 0)
        promises[advance.advance_id] = Promise(advance.kind, amount, advance.shares)
    if decided:
        promises[indemnity_entry(claim)] = Promise("indemnity", paid_of(claim, None) + balance(claim))
    elif claim.round > 1:
        promises[indemnity_entry(claim)] = Promise("indemnity", paid_of(claim, None))
    return promises
