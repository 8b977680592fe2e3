"""What becomes of advances as facts arrive: payable, since earlier, lowered, waiting again, bearing a deductible."""

from datetime import datetime

from claims.domain.claim.advances import (
    NOTHING_TO_ADVANCE,
    above_the_share,
    condition_holds,
    condition_met_at,
    fitting,
    payable,
    unborne_deductible,
)
from claims.domain.claim.events import AdvanceBecamePayable, AdvanceRefused, AdvanceWaitsAgain
from claims.domain.claim.money import outstanding, paid_of
from claims.domain.claim.state import Advance, Claim
from claims.domain.claim.terms import Terms
from claims.domain.errors import RuleViolation


def waiting_again(claim: Claim, advance: Advance, terms: Terms) -> AdvanceBecamePayable | AdvanceWaitsAgain | None:
    """Return what follows for what is not paid of an advance whose condition no longer holds: it is not owed.

    One that was paid in part stands at that; what else is wanted later is a new request.
    """
    if advance.payable_at is None or not outstanding(claim, advance) or condition_holds(claim, advance, terms):
        return None
    paid = paid_of(claim, advance.advance_id)
    if not paid:
        return AdvanceWaitsAgain(advance.advance_id)
    return _lowered(advance, advance.payable_at, paid, "condition_lost")


def within_the_share(claim: Claim, advance: Advance, terms: Terms) -> AdvanceBecamePayable | AdvanceRefused | None:
    """Return what follows for a death advance when the loss is determined lower (SZ-20 (7)).

    What is not paid yet is lowered, of the advance asked for last first; what was paid is settled at the end.
    """
    if advance.kind != "death_indemnity" or advance.amount is None or advance.payable_at is None:
        return None
    known = list(claim.advances.values())
    after = known[[each.advance_id for each in known].index(advance.advance_id) + 1 :]
    borne = sum(outstanding(claim, each) for each in after if each.kind == advance.kind)
    less = min(outstanding(claim, advance), max(0, above_the_share(claim, terms) - borne))
    if not less:
        return None
    if less == advance.amount:
        reason = "The share of the loss, determined lower since, is already promised."
        return AdvanceRefused(advance.advance_id, reason, NOTHING_TO_ADVANCE.code.replace("-", "_"))
    return _lowered(advance, advance.payable_at, advance.amount - less, "loss_lowered")


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


def _lowered(advance: Advance, payable_at: datetime, amount: int, why: str) -> AdvanceBecamePayable:
    """What had capped it before caps it no more."""
    kept = (flag for flag in advance.flags if flag not in {"limit_capped", "client_asked_less"})
    return AdvanceBecamePayable(
        advance_id=advance.advance_id,
        amount=amount,
        payable_at=payable_at,
        deductible=advance.deductible,
        shares=fitting(advance.shares, amount),
        flags=tuple(dict.fromkeys((*kept, why))),
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
