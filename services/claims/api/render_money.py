"""The money of a claim as JSON: advances, payments, totals, and what is left of each limit."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from claims.api.answers.claim import (
    AdvanceAnswer,
    DirectPaymentAnswer,
    EligibleAdvanceAnswer,
    PayeeAnswer,
    PaymentAnswer,
    RemainingAnswer,
    TotalsAnswer,
    TrancheAnswer,
)
from claims.api.render import id_or_none, moment, moment_or_none, yuan_or_none
from claims.domain.claim.eligibility import eligible
from claims.domain.claim.events import Payee
from claims.domain.claim.money import advance_status, advanced, paid, recoverable, tranche_paid_at
from claims.domain.claim.remaining import left_by_victim, limits_of, remaining
from claims.domain.claim.state import Advance, Claim, DirectPayment, Payment
from claims.domain.money import format_yuan
from claims.domain.policy.ledger import Ledger
from claims.domain.rulebook import Rulebook

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


def eligible_answers(claim: Claim, ledger: Ledger, rulebooks: Mapping[str, Rulebook]) -> list[EligibleAdvanceAnswer]:
    """Return the advances that could be asked for and that nobody has."""
    return [
        {"kind": each.kind, "amount": yuan_or_none(each.amount), "rule": each.rule, "citation": each.citation}
        for each in eligible(claim, ledger, rulebooks)
    ]


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
    left = remaining(claim, ledger)
    return {
        "per_accident": format_yuan(left.per_accident),
        "per_person": format_yuan(limits_of(claim, ledger).per_person),
        "rescue": format_yuan(left.rescue),
        "medical": format_yuan(left.medical),
        "aggregate": yuan_or_none(left.aggregate),
        "per_victim": {str(each): format_yuan(amount) for each, amount in left_by_victim(claim, ledger).items()},
    }
