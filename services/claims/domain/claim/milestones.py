"""When the things happened that clocks start and end with: rulebooks name them, this module finds them in the claim."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from claims.domain.claim.documents import awaited
from claims.domain.claim.money import paid_in_full_at, tranche_paid_at
from claims.domain.claim.shortages import Shortage
from claims.domain.claim.small import outgrown_at, small_since
from claims.domain.claim.standing import holding_since
from claims.domain.claim.state import Advance, Claim, DirectPayment, Tranche
from claims.domain.rulebook import Parameters
from claims.domain.schedule import Span


@dataclass(frozen=True, slots=True)
class AdvancePart:
    """A tranche of an advance."""

    advance: Advance
    tranche: Tranche

    @property
    def scope(self) -> str:
        """Return what names it among the claim's parts: the first tranche goes by the advance's own id."""
        number = self.tranche.number
        return str(self.advance.advance_id) if number == 1 else f"{self.advance.advance_id}/{number}"


Part: TypeAlias = AdvancePart | DirectPayment | Shortage | None
Milestone: TypeAlias = Callable[[Claim], datetime | None]


def moment(name: str, claim: Claim, part: Part, figures: Parameters, since: datetime | None = None) -> datetime | None:
    """Return when the milestone was reached, None if it was not; KeyError for a name that nobody defined.

    `since`: of something that can happen more than once, the first time from that moment on.
    """
    if name in _RECURRING:
        return min((at for at in _RECURRING[name](claim) if since is None or at >= since), default=None)
    if isinstance(part, AdvancePart) and name in _OF_ADVANCES:
        return _OF_ADVANCES[name](claim, part)
    if isinstance(part, DirectPayment) and name in _OF_DIRECT_PAYMENTS:
        return _OF_DIRECT_PAYMENTS[name](claim, part)
    if isinstance(part, Shortage) and name in _OF_SHORTAGES:
        return _OF_SHORTAGES[name](part)
    if name in _BY_FIGURES:
        return _BY_FIGURES[name](claim, figures)
    return _OF_CLAIMS[name](claim)


def names() -> frozenset[str]:
    """Return every milestone that is defined."""
    tables = (_OF_CLAIMS, _OF_ADVANCES, _OF_DIRECT_PAYMENTS, _RECURRING, _BY_FIGURES)
    return frozenset(name for table in tables for name in table)


def pauses(names_: Iterable[str], claim: Claim) -> tuple[Span, ...]:
    """Return when the time of a clock is not counted, by the names that rulebooks use."""
    return tuple(span for name in names_ for span in PAUSES[name](claim))


def accepted_at(claim: Claim) -> datetime | None:
    """受理: requested, eligible, and the last required document arrived."""
    covered = holding_since((intake.at, intake.coverage == "covered") for intake in claim.intakes)
    if claim.requested_at is None or covered is None or claim.documents_complete_at is None:
        return None
    return max(claim.requested_at, covered, claim.documents_complete_at)


def _first_round(at: datetime | None, claim: Claim) -> datetime | None:
    """What happens to an accident once does not happen again when the claim is reopened."""
    return at if claim.round == 1 else None


def _intake(claim: Claim) -> datetime | None:
    return min((intake.at for intake in claim.intakes if intake.round == claim.round), default=None)


def _found_incomplete(claim: Claim) -> datetime | None:
    arrivals = (a.at for a in claim.arrivals if not a.complete and a.round == claim.round)
    intakes = (intake.at for intake in claim.intakes if intake.missing and intake.round == claim.round)
    return min((*arrivals, *intakes), default=None)


def _requested_documents(claim: Claim) -> datetime | None:
    requests = (each.reached_client_at for each in claim.document_requests if each.round == claim.round)
    return min(requests, default=None)


def _once_only_broken(claim: Claim) -> datetime | None:
    """A breach of a duplicate stays on the duplicate: it is one breach."""
    own = (each for each in claim.document_requests if each.elsewhere is None and each.round == claim.round)
    return min((each.at for each in own if each.once_only_broken), default=None)


def _claim_and_documents(claim: Claim) -> datetime | None:
    """The claim was made and its first documents are there, complete or not."""
    first = min((arrival.at for arrival in claim.arrivals), default=None)
    return None if first is None or claim.requested_at is None else max(first, claim.requested_at)


def _decided(claim: Claim) -> datetime | None:
    return claim.decision.at if claim.decision else None


def _approved(claim: Claim) -> datetime | None:
    """What the insured is liable for is determined by the decision; an agreement follows it."""
    return claim.decision.at if claim.decision and claim.decision.outcome == "approved" else None


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


def _determinable_part_paid(claim: Claim) -> datetime | None:
    """Every open advance of what can be determined already is paid whole; one that waits is not."""
    live = [a for a in claim.advances.values() if a.kind == "determinable_part" and not a.ended]
    mine = [a for a in live if a.round == claim.round]
    if any(a.waiting for a in mine):
        return None
    paid = [_advance_paid(claim, AdvancePart(a, t)) for a in mine for t in a.tranches if t.amount]
    known = [at for at in paid if at is not None]
    return max(known) if known and len(known) == len(paid) else None


def _advance_paid(claim: Claim, part: AdvancePart) -> datetime | None:
    """A tranche is paid when what was paid of the advance reaches its end: a part leaves the rest open."""
    return tranche_paid_at(claim, part.advance, part.tranche)


def _victim_paid(claim: Claim, request: DirectPayment) -> datetime | None:
    return next((at for at, left in _left_of(claim, request) if not left), None)


def victim_outstanding(claim: Claim, request: DirectPayment) -> int:
    """Return what of a request for direct payment the victim has not got yet, in fen."""
    return min((left for _, left in _left_of(claim, request)), default=request.amount)


def _left_of(claim: Claim, request: DirectPayment) -> Iterator[tuple[datetime, int]]:
    """Yield what is left of a request after each payment: of several for one victim the first is paid first.

    What the victim got before it was asked for is no part of it.
    """
    asked = sorted(
        (
            each
            for each in claim.direct_payments.values()
            if each.victim_id == request.victim_id and each.outcome != "refused" and each.round == request.round
        ),
        key=lambda each: (each.requested_at, str(each.request_id)),
    )
    got = sorted(
        (p for p in claim.payments.values() if p.payee.victim_id == request.victim_id and p.failed_at is None),
        key=lambda payment: payment.paid_at,
    )
    open_ = {each.request_id: each.amount for each in asked}
    for payment in got:
        left = payment.amount
        for each in asked:
            if each.requested_at <= payment.paid_at:
                part = min(left, open_[each.request_id])
                open_[each.request_id], left = open_[each.request_id] - part, left - part
        yield payment.paid_at, open_.get(request.request_id, request.amount)


_OF_CLAIMS: dict[str, Milestone] = {
    "broker_received_report": lambda claim: _first_round(claim.broker_received_at, claim),
    "insurer_received_report": lambda claim: _first_round(claim.insurer_received_at, claim),
    "intake_notified": _intake,
    "documents_found_incomplete": _found_incomplete,
    "missing_documents_requested": _requested_documents,
    "once_only_broken": _once_only_broken,
    "claim_and_documents_received": _claim_and_documents,
    "claim_accepted": accepted_at,
    "claim_decided": _decided,
    "liability_determined": _approved,
    "client_told": _told,
    "claim_rejected": _rejected,
    "rejection_notified": lambda claim: claim.rejection_notified_at,
    "settlement_agreed": lambda claim: claim.settlement.at if claim.settlement else None,
    "documents_complete": lambda claim: claim.documents_complete_at,
    "determinable_part_paid": _determinable_part_paid,
    "indemnity_paid": _indemnity_paid,
    "claim_finished": lambda claim: _rejected(claim) or _indemnity_paid(claim),
    "claim_withdrawn": lambda claim: claim.withdrawn_at,
}

_BY_FIGURES: dict[str, Callable[[Claim, Parameters], datetime | None]] = {
    "small_claim_complete": small_since,
    "small_claim_outgrown": outgrown_at,
}

_RECURRING: dict[str, Callable[[Claim], Iterable[datetime]]] = {
    "progress_notified": lambda claim: claim.progress_at,
    "authorities_notified": lambda claim: (
        *(each.at for each in claim.authority_notices),
        *claim.authorities_told_elsewhere,
    ),
    "site_surveyed": lambda claim: (*(each.at for each in claim.surveys), *claim.surveyed_elsewhere),
    "outcome_reported": lambda claim: (notice.at for notice in claim.outcome_reports),
}

_OF_ADVANCES: dict[str, Callable[[Claim, AdvancePart], datetime | None]] = {
    "advance_payable": lambda claim, part: part.tranche.payable_at,
    "advance_paid": _advance_paid,
    "advance_refused": lambda claim, part: part.advance.refused_at,
    "advance_withdrawn": lambda claim, part: part.advance.withdrawn_at,
}

_OF_DIRECT_PAYMENTS: dict[str, Callable[[Claim, DirectPayment], datetime | None]] = {
    "direct_payment_requested": lambda claim, request: request.requested_at,
    "direct_payment_accepted": lambda claim, request: request.decided_at if request.outcome == "accepted" else None,
    "direct_payment_refused": lambda claim, request: request.decided_at if request.outcome == "refused" else None,
    "victim_paid": _victim_paid,
}

_OF_SHORTAGES: dict[str, Callable[[Shortage], datetime | None]] = {
    "documents_found_incomplete": lambda shortage: shortage.found_at,
    "missing_documents_requested": lambda shortage: shortage.requested_at,
    "documents_complete": lambda shortage: shortage.complete_at,
}

PAUSES: dict[str, Callable[[Claim], Iterable[Span]]] = {"documents_awaited": awaited}
"""What lasts, by name: what the client was asked for and has not sent."""
