"""Settle a small claim the fast way: decision, agreement and payment in one step (SZ-20 (5))."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from claims.domain.claim.commands.decision import Decide, decide_claim
from claims.domain.claim.commands.pay import PayIndemnity, pay_indemnity
from claims.domain.claim.commands.settle import AgreeSettlement, agree_settlement
from claims.domain.claim.events import Payee
from claims.domain.claim.evolve import fold
from claims.domain.claim.guards import is_insured, is_open, is_undecided
from claims.domain.claim.money import balance
from claims.domain.claim.small import small_since
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import Decided, Terms, parameters
from claims.domain.errors import Rule, RuleViolation, invalid
from claims.domain.money import format_yuan

SMALL = Rule("not-a-small-claim", "SZ-20 (5)", "A claim up to the threshold, with nobody dead, goes the fast way")
COMPLETE = Rule("documents-not-complete", "SZ-20 (5)", "A small claim is settled once its documents are complete")

CONFIRMED_BY_RECEIPT = "fast-track settlement"
"""The client's confirmation (SZ-14 (2)): it takes the money of a claim that is settled in one step."""


@dataclass(frozen=True, slots=True)
class SettleFast:
    """The whole indemnity, in fen, was decided, agreed and paid at `occurred_at`."""

    occurred_at: datetime
    payment_id: UUID
    amount: int
    payee: Payee
    bank_reference: str
    victim_compensation_proof: str | None


def settle_fast(claim: Claim, command: SettleFast, terms: Terms) -> Decided:
    """Decide all three steps, each by its own rule; a claim that is not small goes the ordinary way."""
    is_open(claim)
    is_undecided(claim)
    is_insured(claim)
    _is_small(claim, command, terms)
    decided = decide_claim(
        claim, Decide(command.occurred_at, "approved", command.amount, None, command.occurred_at), terms
    )
    after = fold(claim, ((fact, command.occurred_at) for fact in decided.claim))
    worth = after.decision.amount if after.decision else 0
    agreement = AgreeSettlement(command.occurred_at, worth, 0, CONFIRMED_BY_RECEIPT, ())
    agreed = agree_settlement(after, agreement, terms)
    after = fold(after, ((fact, command.occurred_at) for fact in agreed.claim))
    left = balance(after)
    if not left:
        raise invalid("/amount", "The advances reach this amount already: nothing is left to pay in one step.")
    payment = PayIndemnity(
        command.occurred_at,
        command.payment_id,
        left,
        command.payee,
        command.bank_reference,
        command.victim_compensation_proof,
    )
    paid = pay_indemnity(after, payment, terms)
    return Decided(claim=(*decided.claim, *agreed.claim, *paid.claim))


def _is_small(claim: Claim, command: SettleFast, terms: Terms) -> None:
    figures = parameters(claim, terms)
    if claim.documents_complete_at is None:
        raise RuleViolation(COMPLETE, "The documents are not complete yet.")
    most = format_yuan(figures.small_claim_threshold)
    stated = claim.stated_sums or ((command.occurred_at, command.amount),)
    small = small_since(replace(claim, stated_sums=stated), figures) is not None
    if not small or command.amount > figures.small_claim_threshold:
        raise RuleViolation(SMALL, f"A small claim is worth at most {most}, and nobody is dead.", threshold=most)
