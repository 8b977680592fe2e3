"""Pay an advance or the indemnity, and take back a payment that bounced."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from claims.domain.claim.advances import LIMIT_USED_UP, left_of_kind, promised
from claims.domain.claim.events import AdvancePaid, IndemnityPaid, Payee, PaymentFailed
from claims.domain.claim.evolve import evolve
from claims.domain.claim.guards import is_open, live_advance_of, paid_person
from claims.domain.claim.money import balance, outstanding, received
from claims.domain.claim.promises import follow
from claims.domain.claim.state import Advance, Claim
from claims.domain.claim.terms import Decided, Terms, limits_of, remaining
from claims.domain.claim.then import as_of
from claims.domain.errors import Rule, RuleViolation, UnknownPart, invalid
from claims.domain.money import format_yuan
from claims.domain.policy.events import AmountReleased, AmountReserved

VICTIM_FIRST = Rule(
    "victim-not-compensated", "Insurance Law art. 65", "The insured is paid after the victim was compensated"
)
WITHIN_ADVANCE = Rule("payment-above-advance", "SZ-20 (6)-(8)", "Of an advance no more is paid than is outstanding")
ADVANCE_IS_PAYABLE = Rule("advance-not-payable", "SZ-20 (7), (8)", "An advance is paid once its condition is met")
WITHIN_INDEMNITY = Rule("payment-above-decided", "SZ-20 (9)", "No more is paid than was decided and agreed")
SETTLED_FIRST = Rule("not-settled", "SZ-20 (9)", "The indemnity is paid after the settlement agreement")
WITHIN_PERSON = Rule("limit-per-person", "Insurance Law art. 23", "No victim is paid more than the limit per person")
FAILS_ONCE = Rule("payment-already-failed", "product", "A payment fails once")


@dataclass(frozen=True, slots=True)
class PayAdvance:
    """Money of an advance, in fen, left at `occurred_at`; without a payee a rescue advance goes to the insured."""

    occurred_at: datetime
    payment_id: UUID
    advance_id: UUID
    amount: int
    payee: Payee | None
    bank_reference: str
    victim_compensation_proof: str | None


def pay_advance(claim: Claim, command: PayAdvance, terms: Terms) -> Decided:
    """Decide a payment of an advance, whole or in part.

    One that was made before the claim was decided, or the advance or the claim ended, may be recorded after it, as far
    as the limits still have room: what is then paid beyond the indemnity is to come back.
    """
    then = as_of(claim, command.occurred_at)
    is_open(then)
    advance = live_advance_of(then, command.advance_id, command.occurred_at)
    payee = _payee(command, advance)
    paid_person(claim, payee, "/payee", for_a_death=advance.kind == "death_indemnity")
    if advance.amount is None:
        raise RuleViolation(ADVANCE_IS_PAYABLE, "The advance waits for its condition: nothing of it is payable yet.")
    left = outstanding(then, advance)
    if command.amount > left:
        detail = f"{format_yuan(left)} of the advance is outstanding."
        raise RuleViolation(WITHIN_ADVANCE, detail, outstanding=format_yuan(left))
    if then.decision is not None:
        _within_indemnity(then, command.amount)
    if advance.kind != "rescue":
        _victim_first(payee, command.victim_compensation_proof)
    _within_person(claim, payee, command.amount, terms, claim.advances[command.advance_id])
    paid = AdvancePaid(
        payment_id=command.payment_id,
        advance_id=command.advance_id,
        amount=command.amount,
        payee=payee,
        bank_reference=command.bank_reference,
        victim_compensation_proof=command.victim_compensation_proof,
    )
    _within_limits(claim, evolve(claim, paid, command.occurred_at), advance.kind, terms)
    return Decided(claim=(paid,))


@dataclass(frozen=True, slots=True)
class PayIndemnity:
    """Money of the indemnity beyond the advances, in fen, left at `occurred_at`."""

    occurred_at: datetime
    payment_id: UUID
    amount: int
    payee: Payee
    bank_reference: str
    victim_compensation_proof: str | None


def pay_indemnity(claim: Claim, command: PayIndemnity, terms: Terms) -> Decided:
    """Decide a payment of the indemnity, whole or in part."""
    is_open(claim)
    paid_person(claim, command.payee, "/payee")
    if claim.settlement is None:
        raise RuleViolation(SETTLED_FIRST, "No settlement agreement is recorded: record it before the payment.")
    if command.occurred_at < claim.settlement.at:
        raise invalid("/occurred_at", "The indemnity cannot have been paid before the agreement on it.")
    _within_indemnity(claim, command.amount)
    _victim_first(command.payee, command.victim_compensation_proof)
    _within_person(claim, command.payee, command.amount, terms, None)
    paid = IndemnityPaid(
        payment_id=command.payment_id,
        amount=command.amount,
        payee=command.payee,
        bank_reference=command.bank_reference,
        victim_compensation_proof=command.victim_compensation_proof,
    )
    return Decided(claim=(paid,))


@dataclass(frozen=True, slots=True)
class FailPayment:
    """A payment bounced."""

    occurred_at: datetime
    payment_id: UUID
    reason: str


def fail_payment(claim: Claim, command: FailPayment, terms: Terms) -> Decided:
    """Decide a bounce: the payment counts as never made and its clock runs again from its original start.

    Also on a claim that is closed, which owes the money again and is open with that, or withdrawn.
    """
    payment = claim.payments.get(command.payment_id)
    if payment is None:
        raise UnknownPart("payment", command.payment_id)
    if payment.failed_at is not None:
        raise RuleViolation(FAILS_ONCE, "The payment is already recorded as failed.")
    if command.occurred_at < payment.paid_at:
        raise invalid("/occurred_at", "A payment cannot fail before it was made.")
    return Decided(claim=(PaymentFailed(command.payment_id, command.reason),))


def _payee(command: PayAdvance, advance: Advance) -> Payee:
    if command.payee is not None:
        return command.payee
    if advance.kind != "rescue":
        raise invalid("/payee", "State who is paid: only a rescue advance goes to the insured by itself.")
    return Payee("insured", None)


def _within_limits(claim: Claim, after: Claim, kind: str, terms: Terms) -> None:
    """Most of what is paid was promised before; what was given back meanwhile is taken again, if it is still there."""
    changes = follow(after, terms.ledger)
    taken = sum(c.amount for c in changes if isinstance(c, AmountReserved))
    given = sum(c.amount for c in changes if isinstance(c, AmountReleased))
    rooms = [(*remaining(claim, terms.ledger).tightest("indemnity"), taken - given)]
    own = left_of_kind(claim, kind, terms)
    if own is not None:
        rooms.append((kind, own, promised(after, kind) - promised(claim, kind)))
    for limit, left, more in rooms:
        if more > left:
            detail = f"The limit {limit} leaves {format_yuan(left)}: what was promised of it here was given back."
            raise RuleViolation(LIMIT_USED_UP, detail, limit=limit, remaining=format_yuan(left))


def _within_indemnity(claim: Claim, amount: int) -> None:
    left = balance(claim)
    if amount > left:
        detail = f"{format_yuan(left)} is left to be paid of the indemnity, advances deducted."
        raise RuleViolation(WITHIN_INDEMNITY, detail, balance=format_yuan(left))


def _victim_first(payee: Payee, proof: str | None) -> None:
    if payee.party == "insured" and not (proof or "").strip():
        detail = "Give victim_compensation_proof: the insured is paid only after the victim was compensated."
        raise RuleViolation(VICTIM_FIRST, detail)


def _within_person(claim: Claim, payee: Payee, amount: int, terms: Terms, advance: Advance | None) -> None:
    if payee.victim_id is None:
        return
    held = received(claim, payee.victim_id, paying=advance)
    limit = limits_of(claim, terms.ledger).per_person
    if held + amount > limit:
        left = format_yuan(max(0, limit - held))
        raise RuleViolation(WITHIN_PERSON, f"The limit per person leaves {left} for this victim.", remaining=left)
