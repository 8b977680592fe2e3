"""When the things happened that clocks start and end with: rulebooks name them, this module finds them in the claim."""

from collections.abc import Callable
from datetime import datetime

from claims.domain.claim.money import live_payments, outstanding, paid_in_full_at, paid_of
from claims.domain.claim.standing import holding_since
from claims.domain.claim.state import Advance, Claim

Milestone = Callable[[Claim], datetime | None]
AdvanceMilestone = Callable[[Claim, Advance], datetime | None]


def moment(name: str, claim: Claim, advance: Advance | None, since: datetime | None = None) -> datetime | None:
    """Return when the milestone was reached, None if it was not; KeyError for a name that nobody defined.

    `since`: of something that can happen more than once, the first time from that moment on.
    """
    if name == "progress_notified":
        return min((at for at in claim.progress_at if since is None or at >= since), default=None)
    if advance is not None and name in _OF_ADVANCES:
        return _OF_ADVANCES[name](claim, advance)
    return _OF_CLAIMS[name](claim)


def names() -> frozenset[str]:
    """Return every milestone that is defined."""
    return frozenset(_OF_CLAIMS) | frozenset(_OF_ADVANCES) | {"progress_notified"}


def _found_incomplete(claim: Claim) -> datetime | None:
    arrivals = (arrival.at for arrival in claim.arrivals if not arrival.complete)
    intakes = (intake.at for intake in claim.intakes if intake.missing)
    return min((*arrivals, *intakes), default=None)


def _accepted(claim: Claim) -> datetime | None:
    """受理: requested, eligible, and the last required document arrived."""
    covered = holding_since((intake.at, intake.coverage == "covered") for intake in claim.intakes)
    if claim.requested_at is None or covered is None or claim.documents_complete_at is None:
        return None
    return max(claim.requested_at, covered, claim.documents_complete_at)


def _decided(claim: Claim) -> datetime | None:
    return claim.decision.at if claim.decision else None


def _told(claim: Claim) -> datetime | None:
    """A notice of rejection tells the decision too."""
    told = (claim.decision.told_at if claim.decision else None, claim.rejection_notified_at)
    return min((at for at in told if at is not None), default=None)


def _rejected(claim: Claim) -> datetime | None:
    return claim.decision.at if claim.decision and claim.decision.outcome == "rejected" else None


def _indemnity_paid(claim: Claim) -> datetime | None:
    """The whole is paid: with the payment that made it whole, or with the agreement where that came later."""
    whole_at = paid_in_full_at(claim)
    return None if claim.settlement is None or whole_at is None else max(claim.settlement.at, whole_at)


def _advance_paid(claim: Claim, advance: Advance) -> datetime | None:
    """An advance is paid when nothing of it is outstanding: a part leaves the rest open."""
    if advance.amount is None or paid_of(claim, advance.advance_id) < advance.amount or outstanding(claim, advance):
        return None
    return max(payment.paid_at for payment in live_payments(claim, advance.advance_id))


_OF_CLAIMS: dict[str, Milestone] = {
    "broker_received_report": lambda claim: claim.broker_received_at,
    "insurer_received_report": lambda claim: claim.insurer_received_at,
    "intake_notified": lambda claim: min((intake.at for intake in claim.intakes), default=None),
    "documents_found_incomplete": _found_incomplete,
    "missing_documents_requested": lambda claim: min(
        (request.reached_client_at for request in claim.document_requests), default=None
    ),
    "claim_accepted": _accepted,
    "claim_decided": _decided,
    "client_told": _told,
    "claim_rejected": _rejected,
    "rejection_notified": lambda claim: claim.rejection_notified_at,
    "settlement_agreed": lambda claim: claim.settlement.at if claim.settlement else None,
    "documents_complete": lambda claim: claim.documents_complete_at,
    "indemnity_paid": _indemnity_paid,
    "claim_withdrawn": lambda claim: claim.withdrawn_at,
}

_OF_ADVANCES: dict[str, AdvanceMilestone] = {
    "advance_payable": lambda claim, advance: advance.payable_at,
    "advance_paid": _advance_paid,
    "advance_refused": lambda claim, advance: advance.refused_at,
    "advance_withdrawn": lambda claim, advance: advance.withdrawn_at,
}
