"""What was paid, what is owed and what is to come back on a claim; everything in fen, derived from its facts."""

from uuid import UUID

from claims.domain.claim.state import Advance, AdvanceStatus, Claim, Payment, Status


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


def indemnity(claim: Claim) -> int | None:
    """Return what the claim is worth once that is decided: as agreed, else as decided; 0 if rejected or withdrawn."""
    if claim.withdrawn_at is not None:
        return 0
    if claim.settlement is not None:
        return claim.settlement.amount
    return None if claim.decision is None else claim.decision.amount


def balance(claim: Claim) -> int:
    """Return what is still to be paid of the indemnity, advances deducted; 0 while it is undecided."""
    return max(0, (indemnity(claim) or 0) - paid(claim))


def recoverable(claim: Claim) -> int:
    """Return what was paid beyond the indemnity and has not come back: due from the insured, never from a victim."""
    worth = indemnity(claim)
    return 0 if worth is None else max(0, paid(claim) - worth - claim.recovered)


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
    if claim.closed_at is not None:
        return Status.CLOSED
    if claim.withdrawn_at is not None:
        return Status.WITHDRAWN
    if claim.settlement is not None:
        return Status.SETTLED if balance(claim) else Status.PAID
    if claim.decision is not None:
        return Status.APPROVED if claim.decision.outcome == "approved" else Status.REJECTED
    if claim.documents_complete_at is not None:
        return Status.UNDER_ASSESSMENT
    missing = any(not a.complete for a in claim.arrivals) or any(i.missing for i in claim.intakes)
    return Status.DOCUMENTS_PENDING if claim.document_requests or missing else Status.REPORTED


def finished(claim: Claim) -> bool:
    """Say whether nothing more will be promised to the claim."""
    return status(claim) in {Status.PAID, Status.REJECTED, Status.WITHDRAWN, Status.CLOSED}


def received(claim: Claim, victim_id: UUID) -> int:
    """Return what a victim was promised by live advances or paid of the indemnity: the per-person limit bounds it."""
    of_indemnity = sum(p.amount for p in live_payments(claim, None) if p.payee.victim_id == victim_id)
    return of_indemnity + sum(_of_advance(claim, advance, victim_id) for advance in claim.advances.values())


def _of_advance(claim: Claim, advance: Advance, victim_id: UUID) -> int:
    if advance.amount is None:
        return 0
    paid_to = sum(p.amount for p in live_payments(claim, advance.advance_id) if p.payee.victim_id == victim_id)
    share = 0 if advance.ended else sum(s.amount for s in advance.shares if s.victim_id == victim_id)
    return max(paid_to, share)
