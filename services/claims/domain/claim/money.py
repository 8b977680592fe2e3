"""What was paid, what is owed and what is to come back on a claim; everything in fen, derived from its facts."""

from datetime import datetime
from itertools import accumulate
from uuid import UUID

from claims.domain.claim.standing import holding_since
from claims.domain.claim.state import Advance, AdvanceStatus, Claim, Payment, Status, Tranche


def live_payments(claim: Claim, advance_id: UUID | None) -> tuple[Payment, ...]:
    """Return the payments of one advance, or of the indemnity (None), that did not fail."""
    return tuple(p for p in claim.payments.values() if p.advance_id == advance_id and p.failed_at is None)


def paid_of(claim: Claim, advance_id: UUID | None) -> int:
    """Return what was paid of one advance, or of the indemnity beyond the advances (None)."""
    return sum(payment.amount for payment in live_payments(claim, advance_id))


def advanced(claim: Claim) -> int:
    """Return what was paid of all advances."""
    return sum(paid_of(claim, advance_id) for advance_id in claim.advances)


def paid(claim: Claim) -> int:
    """Return everything that was paid: advances and indemnity."""
    return advanced(claim) + paid_of(claim, None)


def outstanding(claim: Claim, advance: Advance) -> int:
    """Return what is still to be paid of an advance; 0 while it waits and after it ended."""
    if advance.amount is None or advance.ended:
        return 0
    return max(0, advance.amount - paid_of(claim, advance.advance_id))


def tranche_paid_at(claim: Claim, advance: Advance, tranche: Tranche) -> datetime | None:
    """Return when what was paid of an advance reached the end of a tranche: the first tranches are paid first."""
    if not tranche.amount:
        return None
    end = sum(each.amount for each in advance.tranches if each.number <= tranche.number)
    payments = sorted(live_payments(claim, advance.advance_id), key=lambda payment: payment.paid_at)
    sums = accumulate(payment.amount for payment in payments)
    return next((p.paid_at for p, so_far in zip(payments, sums, strict=True) if so_far >= end), None)


def tranche_outstanding(claim: Claim, advance: Advance, tranche: Tranche) -> int:
    """Return what is still to be paid of a tranche; 0 after its advance ended."""
    if advance.ended:
        return 0
    end = sum(each.amount for each in advance.tranches if each.number <= tranche.number)
    return min(tranche.amount, max(0, end - paid_of(claim, advance.advance_id)))


def indemnity(claim: Claim) -> int | None:
    """Return what the claim is worth once that is decided: as agreed, else as decided; 0 if rejected or withdrawn."""
    if claim.withdrawn_at is not None:
        return 0
    if claim.settlement is not None:
        return claim.settlement.amount
    return None if claim.decision is None else claim.decision.amount


def recovered(claim: Claim) -> int:
    """Return what came back from the insured."""
    return sum(amount for _, amount in claim.recoveries)


def balance(claim: Claim) -> int:
    """Return what is still to be paid of the indemnity; 0 while it is undecided.

    Advances are deducted. What came back from the insured is owed again where the indemnity turns out to cover it.
    """
    worth = indemnity(claim)
    return 0 if worth is None else max(0, worth - paid(claim) + recovered(claim))


def paid_in_full_at(claim: Claim) -> datetime | None:
    """Return since when what was paid and not recovered has reached the indemnity; None before and while undecided.

    An indemnity that advances had reached before is paid in full since its decision.
    """
    worth = indemnity(claim)
    if worth is None or claim.decision is None or balance(claim):
        return None
    paid_out = [(p.paid_at, p.amount) for p in claim.payments.values() if p.failed_at is None]
    moves = sorted([*paid_out, *((at, -amount) for at, amount in claim.recoveries)])
    sums = accumulate(amount for _, amount in moves)
    whole_at = holding_since((at, so_far >= worth) for (at, _), so_far in zip(moves, sums, strict=True))
    return max(claim.decision.at, whole_at or claim.decision.at)


def recoverable(claim: Claim) -> int:
    """Return what was paid beyond the indemnity and has not come back: due from the insured, never from a victim."""
    worth = indemnity(claim)
    return 0 if worth is None else max(0, paid(claim) - worth - recovered(claim))


def advance_status(claim: Claim, advance: Advance) -> AdvanceStatus:
    """Return how far an advance has come."""
    if advance.withdrawn_at is not None:
        return AdvanceStatus.WITHDRAWN
    if advance.refused_at is not None:
        return AdvanceStatus.REFUSED
    if advance.amount is None:
        return AdvanceStatus.REQUESTED
    got = paid_of(claim, advance.advance_id)
    if got >= advance.amount:
        return AdvanceStatus.PAID
    return AdvanceStatus.PART_PAID if got else AdvanceStatus.PAYABLE


def status(claim: Claim) -> Status:
    """Return how far a claim has come."""
    ended = _ended(claim)
    if ended is not None:
        return ended
    if claim.settlement is not None:
        return Status.SETTLED if balance(claim) else Status.PAID
    if claim.decision is not None:
        return Status.APPROVED if claim.decision.outcome == "approved" else Status.REJECTED
    if claim.documents_complete_at is not None:
        return Status.UNDER_ASSESSMENT
    missing = any(not a.complete for a in claim.arrivals) or any(i.missing for i in claim.intakes)
    return Status.DOCUMENTS_PENDING if claim.document_requests or missing else Status.REPORTED


def _ended(claim: Claim) -> Status | None:
    if claim.merged_into is not None:
        return Status.MERGED
    if claim.closed_at is not None:
        return Status.CLOSED
    return None if claim.withdrawn_at is None else Status.WITHDRAWN


def finished(claim: Claim) -> bool:
    """Say whether nothing more will be promised to the claim."""
    return status(claim) in {Status.PAID, Status.REJECTED, Status.WITHDRAWN, Status.CLOSED, Status.MERGED}


def received(claim: Claim, victim_id: UUID, paying: Advance | None = None) -> int:
    """Return what a victim was paid or is promised by live advances: the per-person limit bounds it.

    After the decision an advance promises no more than what was paid of it; neither does the one that is being paid.
    """
    of_indemnity = sum(p.amount for p in live_payments(claim, None) if p.payee.victim_id == victim_id)
    of_advances = (_of_advance(claim, a, victim_id, paying=a is paying) for a in claim.advances.values())
    return of_indemnity + sum(of_advances)


def _of_advance(claim: Claim, advance: Advance, victim_id: UUID, *, paying: bool) -> int:
    if advance.amount is None:
        return 0
    paid_to = sum(p.amount for p in live_payments(claim, advance.advance_id) if p.payee.victim_id == victim_id)
    if paying or advance.ended or indemnity(claim) is not None:
        return paid_to
    return max(paid_to, sum(s.amount for s in advance.shares if s.victim_id == victim_id))
