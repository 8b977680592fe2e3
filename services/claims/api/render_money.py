"""The money of a claim as JSON: advances, payments, totals, and what is left of each limit."""

from collections.abc import Callable
from typing import TypeAlias

from claims.api.answers.claim import (
    AdvanceAnswer,
    DirectPaymentAnswer,
    PayeeAnswer,
    PaymentAnswer,
    RemainingAnswer,
    TotalsAnswer,
    TrancheAnswer,
)
from claims.api.render import id_or_none, moment, moment_or_none, yuan_or_none
from claims.domain.claim.events import Payee
from claims.domain.claim.money import advance_status, advanced, paid, received, recoverable, tranche_paid_at
from claims.domain.claim.state import Advance, Claim, DirectPayment, Payment
from claims.domain.money import format_yuan
from claims.domain.policy.ledger import Ledger

Shown: TypeAlias = Callable[[str], str]
"""What a reader sees of a text that may be personal."""


def payee_answer(payee: Payee) -> PayeeAnswer:
    """Return who is paid."""
    return {"party": payee.party, "victim_id": id_or_none(payee.victim_id)}


def payment_answer(payment: Payment, shown: Shown) -> PaymentAnswer:
    """Return a payment, failed ones too."""
    return {
        "id": str(payment.payment_id),
        "amount": format_yuan(payment.amount),
        "payee": payee_answer(payment.payee),
        "bank_reference": shown(payment.bank_reference),
        "paid_at": moment(payment.paid_at),
        "failed_at": moment_or_none(payment.failed_at),
    }


def advance_answer(claim: Claim, advance: Advance, shown: Shown) -> AdvanceAnswer:
    """Return an advance with its payments."""
    payments = (each for each in claim.payments.values() if each.advance_id == advance.advance_id)
    return {
        "id": str(advance.advance_id),
        "kind": advance.kind,
        "status": str(advance_status(claim, advance)),
        "amount": yuan_or_none(advance.amount),
        "requested_amount": yuan_or_none(advance.asked),
        "requested_at": moment(advance.requested_at),
        "requested_by": shown(advance.requested_by),
        "reason_code": advance.reason_code,
        "flags": list(advance.flags),
        "tranches": _tranches(claim, advance),
        "allocations": [
            {"victim_id": str(each.victim_id), "amount": format_yuan(each.amount)} for each in advance.shares
        ],
        "payments": [payment_answer(each, shown) for each in payments],
    }


def totals(claim: Claim, ledger: Ledger) -> TotalsAnswer:
    """Return what was paid, what is to come back, and what is left of the limits."""
    return {
        "advanced": format_yuan(advanced(claim)),
        "paid": format_yuan(paid(claim)),
        "recoverable": format_yuan(recoverable(claim)),
        "remaining": _remaining(claim, ledger),
    }


def direct_payment_answer(request: DirectPayment) -> DirectPaymentAnswer:
    """Return a request for direct payment and what became of it."""
    return {
        "id": str(request.request_id),
        "requested_by": request.requested_by,
        "victim_id": str(request.victim_id),
        "amount": format_yuan(request.amount),
        "requested_at": moment(request.requested_at),
        "outcome": request.outcome,
        "decided_at": moment_or_none(request.decided_at),
    }


def _tranches(claim: Claim, advance: Advance) -> list[TrancheAnswer]:
    return [
        {
            "number": each.number,
            "amount": format_yuan(each.amount),
            "payable_at": moment(each.payable_at),
            "paid_at": moment_or_none(tranche_paid_at(claim, advance, each)),
        }
        for each in advance.tranches
    ]


def _remaining(claim: Claim, ledger: Ledger) -> RemainingAnswer:
    limits = ledger.limits_at(claim.known_accident.occurred_at) or claim.known_policy.limits
    left = ledger.remaining(claim.claim_id, limits)
    return {
        "per_accident": format_yuan(left.per_accident),
        "per_person": format_yuan(limits.per_person),
        "rescue": format_yuan(left.rescue),
        "medical": format_yuan(left.medical),
        "aggregate": yuan_or_none(left.aggregate),
        "per_victim": {
            str(victim_id): format_yuan(max(0, limits.per_person - received(claim, victim_id)))
            for victim_id in claim.victims
        },
    }
