"""How facts about loss, advances and payments change a claim."""

from dataclasses import replace
from datetime import datetime

from claims.domain.claim import events as e
from claims.domain.claim.applying import apply
from claims.domain.claim.money import balance
from claims.domain.claim.state import Advance, Claim, DirectPayment, Payment
from claims.domain.claim.tranches import amended_tranches, begun_tranches, payable_tranches


@apply.register
def _(event: e.LossDetermined, claim: Claim, at: datetime) -> Claim:
    first = at if claim.loss_determined_at is None else min(at, claim.loss_determined_at)
    known = replace(claim, loss_determined_at=first, stated_sums=(*claim.stated_sums, (at, event.amount)))
    if claim.loss_last_determined_at is not None and at < claim.loss_last_determined_at:
        return known
    return replace(known, determined_loss=event.amount, loss_last_determined_at=at)


@apply.register
def _(event: e.AdvanceRequested, claim: Claim, at: datetime) -> Claim:
    advance = Advance(
        event.advance_id,
        event.kind,
        at,
        event.requested_by,
        event.amount,
        event.shares,
        event.reason_code,
        round=claim.round,
    )
    return _with_advance(claim, advance)


@apply.register
def _(event: e.AdvanceBecamePayable, claim: Claim, at: datetime) -> Claim:
    """It is said again when moment, deductible or amount move; after it waited again it is a tranche of its own."""
    known = claim.advances[event.advance_id]
    advance = replace(
        known,
        amount=event.amount,
        payable_at=event.payable_at,
        deductible=event.deductible,
        shares=event.shares,
        flags=event.flags,
    )
    if known.amount is None:
        return _with_advance(claim, replace(advance, tranches=begun_tranches(advance, event.payable_at)))
    return _with_advance(claim, replace(advance, tranches=payable_tranches(advance, event.payable_at, at)))


@apply.register
def _(event: e.AdvanceWaitsAgain, claim: Claim, at: datetime) -> Claim:
    """Nothing of it is owed any more: its tranches lapse, and it waits as if it had never been payable."""
    known = claim.advances[event.advance_id]
    lapsed = amended_tranches(replace(known, amount=0), at)
    return _with_advance(claim, replace(known, amount=None, payable_at=None, deductible=0, flags=(), tranches=lapsed))


@apply.register
def _(event: e.AdvanceAmended, claim: Claim, at: datetime) -> Claim:
    amended = replace(
        claim.advances[event.advance_id],
        asked=event.asked,
        amount=event.amount,
        deductible=event.deductible,
        shares=event.shares,
        flags=event.flags,
    )
    return _with_advance(claim, replace(amended, tranches=amended_tranches(amended, at)))


@apply.register
def _(event: e.AdvanceRefused, claim: Claim, at: datetime) -> Claim:
    """A fact of an earlier moment, recorded late, may refuse what was asked for after it: since it was asked for."""
    advance = claim.advances[event.advance_id]
    refused = replace(advance, refused_at=max(at, advance.requested_at))
    if event.reason_code is not None:
        refused = replace(refused, flags=(*refused.flags, event.reason_code))
    return _with_advance(claim, refused)


@apply.register
def _(event: e.AdvanceWithdrawn, claim: Claim, at: datetime) -> Claim:
    return _with_advance(claim, replace(claim.advances[event.advance_id], withdrawn_at=at))


@apply.register
def _(event: e.DirectPaymentRequested, claim: Claim, at: datetime) -> Claim:
    request = DirectPayment(event.request_id, event.requested_by, event.victim_id, event.amount, at, round=claim.round)
    return replace(claim, direct_payments={**claim.direct_payments, event.request_id: request})


@apply.register
def _(event: e.DirectPaymentDecided, claim: Claim, at: datetime) -> Claim:
    decided = replace(claim.direct_payments[event.request_id], outcome=event.outcome, decided_at=at)
    return replace(claim, direct_payments={**claim.direct_payments, event.request_id: decided})


@apply.register
def _(event: e.AdvancePaid, claim: Claim, at: datetime) -> Claim:
    payment = Payment(event.payment_id, event.advance_id, event.amount, event.payee, event.bank_reference, at)
    return _with_payment(claim, payment)


@apply.register
def _(event: e.IndemnityPaid, claim: Claim, at: datetime) -> Claim:
    return _with_payment(claim, Payment(event.payment_id, None, event.amount, event.payee, event.bank_reference, at))


@apply.register
def _(event: e.PaymentFailed, claim: Claim, at: datetime) -> Claim:
    """A closed claim that owes money again is no longer closed."""
    failed = _with_payment(claim, replace(claim.payments[event.payment_id], failed_at=at))
    return replace(failed, closed_at=None) if balance(failed) else failed


def _with_advance(claim: Claim, advance: Advance) -> Claim:
    return replace(claim, advances={**claim.advances, advance.advance_id: advance})


def _with_payment(claim: Claim, payment: Payment) -> Claim:
    return replace(claim, payments={**claim.payments, payment.payment_id: payment})
