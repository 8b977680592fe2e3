"""What becomes of advances as facts arrive: payable, payable since earlier, bearing the deductible of another."""

from datetime import datetime

from claims.domain.claim.advances import NOTHING_TO_ADVANCE, condition_met_at, fitting, payable, unborne_deductible
from claims.domain.claim.events import AdvanceBecamePayable, AdvanceRefused
from claims.domain.claim.money import outstanding, paid_of
from claims.domain.claim.state import Advance, Claim
from claims.domain.claim.terms import Terms
from claims.domain.errors import RuleViolation


def since_earlier(claim: Claim, advance: Advance, terms: Terms) -> AdvanceBecamePayable | None:
    """Return the fact that a condition was met before the moment known so far; a later moment changes nothing."""
    if advance.amount is None or advance.payable_at is None or advance.ended:
        return None
    met = condition_met_at(claim, advance, terms)
    if met is None or met >= advance.payable_at:
        return None
    return _again(advance, met, advance.amount, advance.deductible)


def bearing_the_deductible(
    claim: Claim, advance: Advance, terms: Terms
) -> AdvanceBecamePayable | AdvanceRefused | None:
    """Return what follows for a medical advance when nobody bears a part of the deductible any more (SZ-20 (8)).

    It bears as much of it as its unpaid part allows, never less than what was paid of it; None if it bears nothing.
    """
    free = unborne_deductible(claim)
    if advance.kind != "medical" or advance.amount is None or advance.payable_at is None:
        return None
    if not free or not outstanding(claim, advance):
        return None
    paid, cost = paid_of(claim, advance.advance_id), advance.asked or 0
    bearable = cost - advance.deductible - paid
    if not paid and bearable <= free:
        reason = "The cost does not exceed the deductible, which this advance has to bear now."
        return AdvanceRefused(advance.advance_id, reason, NOTHING_TO_ADVANCE.code.replace("-", "_"))
    deductible = advance.deductible + min(free, bearable)
    return _again(advance, advance.payable_at, min(advance.amount, cost - deductible), deductible)


def becoming_payable(claim: Claim, advance: Advance, terms: Terms) -> AdvanceBecamePayable | AdvanceRefused | None:
    """Return what becomes of an advance that waits; None while its condition is not met.

    A request that could not be met was refused as a command; one that waited is refused as a fact.
    """
    met = condition_met_at(claim, advance, terms) if advance.waiting else None
    if met is None:
        return None
    try:
        owed = payable(claim, advance, terms)
    except RuleViolation as violation:
        return AdvanceRefused(advance.advance_id, violation.detail, violation.rule.code.replace("-", "_"))
    return AdvanceBecamePayable(
        advance_id=advance.advance_id,
        amount=owed.amount,
        payable_at=met,
        deductible=owed.deductible,
        shares=owed.shares,
        flags=owed.flags,
    )


def _again(advance: Advance, payable_at: datetime, amount: int, deductible: int) -> AdvanceBecamePayable:
    flags = dict.fromkeys(advance.flags)
    if deductible > advance.deductible:
        flags["deductible_moved"] = None
        if amount == (advance.asked or 0) - deductible:
            flags.pop("limit_capped", None)
    return AdvanceBecamePayable(
        advance_id=advance.advance_id,
        amount=amount,
        payable_at=payable_at,
        deductible=deductible,
        shares=fitting(advance.shares, amount),
        flags=tuple(flags),
    )
