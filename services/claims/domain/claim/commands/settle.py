"""Agree on the indemnity (SZ-14 (2), SZ-20 (9))."""

from dataclasses import dataclass
from datetime import datetime

from claims.domain.claim.events import AgreedPayee, SettlementAgreed
from claims.domain.claim.guards import is_open, paid_person
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import Decided, Terms, limits_of
from claims.domain.errors import Rule, RuleViolation, invalid
from claims.domain.money import format_yuan

APPROVED_FIRST = Rule("not-approved", "SZ-20 (9)", "An agreement follows an approval")
AGREED_ONCE = Rule("already-settled", "SZ-20 (9)", "A claim is settled once in each round")
WITHIN_DECISION = Rule("settlement-above-decided", "SZ-20 (9)", "No more is agreed than was decided")
WITHIN_PERSON = Rule(
    "limit-per-person", "Insurance Law art. 23", "No victim is promised more than the limit per person"
)
CONFIRMED = Rule(
    "no-client-confirmation", "SZ-14 (2)", "The client confirms in writing what is paid and what it bears itself"
)


@dataclass(frozen=True, slots=True)
class AgreeSettlement:
    """The agreement, in fen: the whole indemnity, advances included, and what the client bears itself."""

    occurred_at: datetime
    amount: int
    self_borne: int
    client_confirmation: str
    payees: tuple[AgreedPayee, ...]


def agree_settlement(claim: Claim, command: AgreeSettlement, terms: Terms) -> Decided:
    """Decide an agreement: within what was decided, confirmed by the client, within the limit for each victim."""
    is_open(claim)
    if claim.decision is None or claim.decision.outcome != "approved":
        raise RuleViolation(APPROVED_FIRST, "The claim is not approved: record the decision first.")
    if claim.settlement is not None:
        raise RuleViolation(AGREED_ONCE, "The agreement is already recorded.")
    if not command.client_confirmation.strip():
        raise RuleViolation(CONFIRMED, "Give client_confirmation, the reference of the client's written confirmation.")
    if command.occurred_at < claim.decision.at:
        raise invalid("/occurred_at", "The agreement cannot precede the decision.")
    if command.amount > claim.decision.amount:
        most = format_yuan(claim.decision.amount)
        raise RuleViolation(WITHIN_DECISION, f"{most} was decided.", decided=most)
    _payees(claim, command, terms)
    agreed = SettlementAgreed(command.amount, command.self_borne, command.client_confirmation, command.payees)
    return Decided(claim=(agreed,))


def _payees(claim: Claim, command: AgreeSettlement, terms: Terms) -> None:
    if sum(payee.amount for payee in command.payees) > command.amount:
        raise invalid("/payees", "The payees get more than the amount of the agreement.")
    limit = limits_of(claim, terms.ledger).per_person
    for position, agreed in enumerate(command.payees):
        victim_id = agreed.payee.victim_id
        paid_person(claim, agreed.payee, f"/payees/{position}")
        if victim_id is None:
            continue
        together = sum(other.amount for other in command.payees if other.payee.victim_id == victim_id)
        if together > limit:
            most = format_yuan(limit)
            raise RuleViolation(WITHIN_PERSON, f"The limit per person is {most}.", limit=most)
