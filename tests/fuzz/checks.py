"""What must be the same on both sides: sums, advances and clocks of a claim; and the limits that nothing exceeds."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tests.fuzz.model import clocks, money
from tests.fuzz.model.days import NEVER, SHANGHAI
from tests.fuzz.model.state import Claim, Clock, Limits, Policy
from tests.fuzz.product import Row

from claims.domain.claim import money as product_money
from claims.domain.claim.state import Claim as ProductClaim
from claims.domain.claim.terms import remaining
from claims.domain.policy.ledger import Ledger

_BEFORE_THE_DECISION = {"reported", "documents_pending", "under_assessment"}


def same_claim(policy: Policy, mine: Claim, theirs: ProductClaim, ledger: Ledger) -> None:
    """Compare everything but the clocks, and the rooms that the limits leave."""
    left = remaining(theirs, ledger)
    limits = policy.limits_of(mine)
    aggregate = limits.aggregate
    everybody = sum(money.held(each) for each in policy.claims.values())
    of_product = {
        "version of the ledger": all(entry.amount >= 0 for entry in ledger.entries.values()),
        "held": ledger.held(theirs.claim_id),
        "left of the accident": left.per_accident,
        "left of rescue": left.rescue,
        "left of medical": left.medical,
        "left of the aggregate": left.aggregate,
        "status": _status(theirs),
        "paid": product_money.paid(theirs),
        "advanced": product_money.advanced(theirs),
        "indemnity": product_money.indemnity(theirs),
        "balance": product_money.balance(theirs),
        "recoverable": product_money.recoverable(theirs),
        "round": theirs.round,
        "requested": theirs.requested_at,
        "complete": theirs.documents_complete_at,
        "advances": {each.advance_id: _advance_of_product(each) for each in theirs.advances.values()},
    }
    of_model = {
        "version of the ledger": True,
        "held": money.held(mine),
        "left of the accident": max(0, limits.per_accident - money.held(mine)),
        "left of rescue": max(0, limits.rescue - _held_for(mine, "rescue")),
        "left of medical": max(0, limits.medical - _held_for(mine, "medical")),
        "left of the aggregate": None if aggregate is None else max(0, aggregate - everybody),
        "status": money.status(mine),
        "paid": money.paid(mine),
        "advanced": money.paid(mine) - money.paid_of(mine, None),
        "indemnity": money.worth(mine),
        "balance": money.balance(mine),
        "recoverable": money.recoverable(mine),
        "round": mine.round,
        "requested": mine.requested_at,
        "complete": mine.complete_at,
        "advances": {each.advance_id: _advance_of_model(each) for each in mine.advances.values()},
    }
    assert of_product == of_model, _difference(of_product, of_model)


def _held_for(claim: Claim, kind: str) -> int:
    return sum(money.promise(claim, each) for each in claim.advances.values() if each.kind == kind)


def _status(claim: ProductClaim) -> str:
    status = str(product_money.status(claim))
    return "open" if status in _BEFORE_THE_DECISION else status


def _advance_of_product(advance: Any) -> tuple[Any, ...]:
    tranches = tuple((each.amount, each.payable_at, each.lapsed_at) for each in advance.tranches)
    shares = tuple((share.victim_id, share.amount) for share in advance.shares) if advance.amount else ()
    return (advance.asked, advance.amount, advance.deductible, advance.payable_at, advance.ended, shares, tranches)


def _advance_of_model(advance: Any) -> tuple[Any, ...]:
    tranches = tuple((each.amount, each.payable_at, each.lapsed_at) for each in advance.tranches)
    shares = advance.shares if advance.amount else ()
    return (advance.asked, advance.amount, advance.deductible, advance.payable_at, advance.ended, shares, tranches)


def same_clocks(mine: Claim, rows: Sequence[Row]) -> None:
    """Compare every clock of a claim with its row: none is lost, none is there twice, none stands otherwise."""
    of_product = {(row["rule"], row["round"], row["scope"]): _clock_of_row(row) for row in rows}
    assert len(of_product) == len(rows), "a clock is there twice"
    of_model = {key: _clock_of_model(clock) for key, clock in mine.clocks.items()}
    if of_product != of_model:
        raise AssertionError(_difference(of_product, of_model))


def _clock_of_row(row: Row) -> tuple[Any, ...]:
    limit = (row["limit_amount"], row["limit_unit"])
    marks = tuple(_moment(mark) for mark in row["marks"])
    flags = ("emergency" in row["flags"], "paused" in row["flags"])
    due = (row["due_at"], row["due_date"], row["provisional"], row["generation"], marks, flags)
    end = (row["ended_at"], row["ended_as"], row["status"])
    watched = (row["level"], row["breached_at"], row["withdrawn_at"])
    return (row["started_at"], limit, due, end, watched, row["tier"])


def _clock_of_model(clock: Clock) -> tuple[Any, ...]:
    flags = (clock.emergency, clock.paused)
    due = (clock.due, clock.last_day, clock.provisional, clock.generation, clock.marks, flags)
    end = (clock.ended_at, clock.ended_as, clocks.status(clock))
    watched = (clock.level, clock.breached_at, clock.withdrawn_at)
    return (clock.started_at, clock.limit, due, end, watched, clock.tier)


def _moment(at: datetime) -> datetime:
    return NEVER if at.year == NEVER.year else at.astimezone(UTC)


def limits_hold(policy: Policy, most: Limits, claims: Sequence[ProductClaim]) -> None:
    """No sum of what was paid or is promised exceeds a limit that ever was in force."""
    for claim in claims:
        live = [payment for payment in claim.payments.values() if payment.failed_at is None]
        paid = [payment.amount for payment in live]
        assert sum(paid) <= most.per_accident, f"{paid} of {claim.claim_id}: beyond the limit per accident of {most}"
        for kind, limit in (("rescue", most.rescue), ("medical", most.medical)):
            mine = {each.advance_id for each in claim.advances.values() if each.kind == kind}
            assert sum(payment.amount for payment in live if payment.advance_id in mine) <= limit, kind
        for victim in claim.victims:
            assert sum(payment.amount for payment in live if payment.payee.victim_id == victim) <= most.per_person, (
                victim
            )
    if most.aggregate is not None:
        held = [money.held(claim) for claim in policy.claims.values()]
        assert sum(held) <= most.aggregate, f"{held}: beyond the aggregate of {most}"


def _difference(product: dict[Any, Any], model: dict[Any, Any]) -> str:
    keys = [key for key in (product.keys() | model.keys()) if product.get(key) != model.get(key)]
    both = ((key, _told(product.get(key)), _told(model.get(key))) for key in sorted(keys, key=str))
    lines = [f"{key}:\n  product {theirs}\n  model   {mine}" for key, theirs, mine in both]
    return "the product and the model differ\n" + "\n".join(lines)


def _told(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(_told(each) for each in value)})"
    if isinstance(value, datetime):
        return "never" if value == NEVER else value.astimezone(SHANGHAI).isoformat(" ").removesuffix("+08:00")
    return str(value)
