"""Amend an advance: the client asks for more or for less (SZ-20 (6) to (8))."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from claims.domain.claim.advances import covered, payable
from claims.domain.claim.events import AdvanceAmended
from claims.domain.claim.guards import is_insured, is_open, is_undecided, live_advance_of
from claims.domain.claim.money import paid_of
from claims.domain.claim.state import Advance, Claim
from claims.domain.claim.terms import Decided, Terms
from claims.domain.errors import Rule, RuleViolation, invalid
from claims.domain.money import format_yuan
from claims.domain.policy.events import AmountReleased
from claims.domain.policy.ledger import evolve as evolve_ledger

NOT_BELOW_PAID = Rule("amendment-below-paid", "SZ-20 (6)-(8)", "An advance is not lowered below what was paid of it")
CHANGES_SOMETHING = Rule("amendment-changes-nothing", "product", "An amendment changes what is asked for")


@dataclass(frozen=True, slots=True)
class AmendAdvance:
    """The client asks for another amount, in fen: the whole of the advance, or the cost of a medical one."""

    occurred_at: datetime
    advance_id: UUID
    amount: int
    reason: str


def amend_advance(claim: Claim, command: AmendAdvance, terms: Terms) -> Decided:
    """Decide an amendment: what is payable is reckoned as if the amount had been asked at first.

    The old part keeps its clock. What is raised becomes a tranche with its own clock; what is lowered can tighten one.
    """
    is_open(claim)
    is_undecided(claim)
    is_insured(claim)
    advance = live_advance_of(claim, command.advance_id, command.occurred_at)
    if advance.round != claim.round:
        raise invalid("/amount", "The advance belongs to an earlier round: ask for a new one.")
    if command.amount == advance.asked:
        raise RuleViolation(CHANGES_SOMETHING, f"{format_yuan(command.amount)} is asked already.")
    if sum(share.amount for share in advance.shares) > command.amount:
        raise invalid("/amount", "The allocations are more than the amount: withdraw it and ask for a new one.")
    anew = replace(advance, asked=command.amount)
    if advance.waiting:
        covered(claim, anew, terms)
        return Decided(claim=(_amended(command, anew),))
    return Decided(claim=(_reckoned(claim, advance, command, terms),))


def _reckoned(claim: Claim, advance: Advance, command: AmendAdvance, terms: Terms) -> AdvanceAmended:
    """Give back what the advance holds and reckon it anew with the amount that is asked now."""
    asked = replace(advance, asked=command.amount, amount=None, payable_at=None, deductible=0, tranches=())
    before = replace(claim, advances={**claim.advances, advance.advance_id: asked})
    held = terms.ledger.entry(advance.advance_id)
    released = AmountReleased(claim.claim_id, advance.advance_id, held)
    free = replace(terms, ledger=evolve_ledger(terms.ledger, released)) if held else terms
    owed = payable(before, asked, free)
    paid = paid_of(claim, advance.advance_id)
    if owed.amount < paid:
        detail = f"{format_yuan(paid)} of the advance was paid, and {format_yuan(owed.amount)} would be payable."
        raise RuleViolation(NOT_BELOW_PAID, detail, paid=format_yuan(paid))
    flags = tuple(dict.fromkeys((*advance.flags, *owed.flags)))
    now = replace(asked, amount=owed.amount, deductible=owed.deductible, shares=owed.shares, flags=flags)
    return _amended(command, now)


def _amended(command: AmendAdvance, advance: Advance) -> AdvanceAmended:
    return AdvanceAmended(
        advance_id=command.advance_id,
        asked=command.amount,
        amount=advance.amount,
        deductible=advance.deductible,
        shares=advance.shares,
        flags=advance.flags,
        reason=command.reason,
    )
