"""Merge a duplicate into the claim that goes on: two claims, one decision, recorded in one append."""

from dataclasses import dataclass
from datetime import datetime

from claims.domain.claim.events import ClaimMerged, CoverTold, DuplicateMerged, TakenOver
from claims.domain.claim.guards import is_open, is_undecided
from claims.domain.claim.state import Claim, DocumentArrival
from claims.domain.claim.terms import Decided, Terms
from claims.domain.errors import Rule, RuleViolation
from claims.domain.policy.events import AccidentMerged

INTO_ANOTHER = Rule("merge-into-itself", "product", "A claim is merged into another one")
SAME_POLICY = Rule("merge-other-policy", "product", "Only claims on one policy can be about the same accident twice")
CARRIES_NO_MONEY = Rule(
    "merge-moves-money", "product", "A claim on which money was asked for or paid is the one that goes on"
)


@dataclass(frozen=True, slots=True)
class MergeInto:
    """The claim is found to be a duplicate at `occurred_at`; `survivor` is the other one as it stands."""

    occurred_at: datetime
    survivor: Claim
    reason: str


def merge_into(claim: Claim, command: MergeInto, terms: Terms) -> Decided:
    """Decide that the claim ends as a duplicate: its clocks are cancelled with that, and a breach that stands stays.

    It holds nothing of the limits, so that no money is moved, lost or counted twice.
    """
    survivor = command.survivor
    if survivor.claim_id == claim.claim_id:
        raise RuleViolation(INTO_ANOTHER, "The claim is named as its own duplicate: name the one that goes on.")
    if survivor.known_policy.number != claim.known_policy.number:
        detail = f"Claim {survivor.number} is on another policy: withdraw the claim if it was reported by mistake."
        raise RuleViolation(SAME_POLICY, detail, into_claim_id=str(survivor.claim_id))
    is_open(claim)
    is_undecided(claim)
    _carries_no_money(claim, terms)
    return Decided(
        claim=(ClaimMerged(survivor.claim_id, survivor.number, command.reason),),
        policy=(AccidentMerged(claim.claim_id, survivor.claim_id, survivor.number),),
    )


def _carries_no_money(claim: Claim, terms: Terms) -> None:
    """Whoever asked for money or got some has a claim that goes on; the other of the two is merged into it."""
    paid = any(payment.failed_at is None for payment in claim.payments.values())
    asked = any(not advance.ended for advance in claim.advances.values())
    direct = any(r.outcome != "refused" and r.round == claim.round for r in claim.direct_payments.values())
    what = {"was paid on it": paid, "is asked for in advance": asked, "is asked for a victim": direct}
    found = [text for text, holds in what.items() if holds]
    if found or terms.ledger.held(claim.claim_id):
        detail = (
            f"Money {found[0] if found else 'is promised to it'}: merge the other claim into this one, "
            "or end what was asked for first."
        )
        raise RuleViolation(CARRIES_NO_MONEY, detail)


@dataclass(frozen=True, slots=True)
class TakeOver:
    """The claim goes on for `duplicate` as well, as that one stood when it was merged."""

    occurred_at: datetime
    duplicate: Claim


def take_over(claim: Claim, command: TakeOver, terms: Terms) -> Decided:
    """Decide what the claim takes over: the moments that clocks start with, which can only be tightened by it."""
    is_open(claim)
    duplicate = command.duplicate
    if duplicate.reported_at is None:
        raise LookupError("a claim that was not reported is nobody's duplicate")
    merged = DuplicateMerged(
        claim_id=duplicate.claim_id,
        claim_number=duplicate.number,
        reported_at=duplicate.reported_at,
        broker_received_at=duplicate.broker_received_at,
        insurer_received_at=duplicate.insurer_received_at,
        requested_at=duplicate.requested_at,
        requested_by_documents=duplicate.requested_by_documents,
        covers=tuple(CoverTold(intake.at, intake.coverage) for intake in duplicate.intakes),
        documents=tuple(_taken_over(arrival, duplicate) for arrival in duplicate.arrivals),
    )
    return Decided(claim=(merged,))


def _taken_over(arrival: DocumentArrival, duplicate: Claim) -> TakenOver:
    """What was asked for by name need not be asked for again: the arrival that completed it says so."""
    completes = arrival.complete or arrival.at == duplicate.documents_complete_at
    codes, sha256s = tuple(item.code for item in arrival.items), tuple(item.sha256 for item in arrival.items)
    return TakenOver(arrival.at, codes, sha256s, completes)
