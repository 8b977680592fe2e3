"""What of a claim the key figures are computed from, out of its folded state; amounts in fen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Literal, TypeAlias
from uuid import UUID

from claims.domain.claim.money import indemnity, live_payments, paid_in_full_at
from claims.domain.claim.state import Advance, Claim, Payment

ItemKind: TypeAlias = Literal["payment", "advance", "victim"]
INDEMNITY = "indemnity"


@dataclass(frozen=True, slots=True)
class Item:
    """A payment, an advance that became payable, or a victim of the settlement agreement."""

    kind: ItemKind
    item_id: UUID
    round: int
    what: str
    """Of a payment and an advance: the advance's kind, or indemnity."""
    amount: int
    started_at: datetime
    ended_at: datetime | None = None
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Measures:
    """A round of a claim in the eyes of the key figures."""

    round: int
    began_at: datetime
    """When the claim was reported, or reopened."""
    deaths: int
    decided_at: datetime | None
    outcome: str | None
    decided: int | None
    indemnity: int | None
    paid_at: datetime | None
    """When everything was paid; None also where nothing was owed."""


def measures(claim: Claim) -> Measures:
    """Return what is measured of a claim's present round; LookupError for a claim that was not reported."""
    if claim.reported_at is None:
        raise LookupError("a claim that was not reported has nothing to measure")
    decision, worth = claim.decision, indemnity(claim)
    return Measures(
        round=claim.round,
        began_at=claim.reopened_at or claim.reported_at,
        deaths=claim.current_casualties.deaths,
        decided_at=None if decision is None else decision.at,
        outcome=None if decision is None else decision.outcome,
        decided=None if decision is None else decision.amount,
        indemnity=worth,
        paid_at=paid_in_full_at(claim) if worth else None,
    )


def items(rounds: Sequence[Claim]) -> tuple[Item, ...]:
    """Return the items of a claim, given as it stood at the end of each round, the present one last.

    Payments and advances outlive their round, agreements do not.
    """
    claim = rounds[-1]
    return (*_payments(claim), *_advances(claim), *(each for known in rounds for each in _victims(known)))


def _payments(claim: Claim) -> Iterator[Item]:
    """Bounced payments are none."""
    for payment in claim.payments.values():
        if payment.failed_at is None:
            what = INDEMNITY if payment.advance_id is None else claim.advances[payment.advance_id].kind
            yield Item("payment", payment.payment_id, 1, what, payment.amount, payment.paid_at)


def _advances(claim: Claim) -> Iterator[Item]:
    """One that still waits for its condition cannot be begun, and is not measured."""
    for advance in claim.advances.values():
        if advance.amount is not None and advance.payable_at is not None:
            begun = min((p.paid_at for p in live_payments(claim, advance.advance_id)), default=None)
            yield Item(
                "advance",
                advance.advance_id,
                advance.round,
                advance.kind,
                advance.amount,
                advance.payable_at,
                begun,
                _dropped_at(claim, advance),
            )


def _dropped_at(claim: Claim, advance: Advance) -> datetime | None:
    rejected = claim.decision.at if claim.decision is not None and claim.decision.outcome == "rejected" else None
    ends = (advance.refused_at, advance.withdrawn_at, claim.withdrawn_at, rejected)
    return min((at for at in ends if at is not None), default=None)


def _victims(claim: Claim) -> Iterator[Item]:
    """Whatever a victim got, advances included, counts towards what the agreement gives it."""
    if claim.settlement is None:
        return
    agreed: dict[UUID, int] = {}
    for each in claim.settlement.payees:
        if each.payee.victim_id is not None:
            agreed[each.payee.victim_id] = agreed.get(each.payee.victim_id, 0) + each.amount
    for victim_id, amount in agreed.items():
        got = [p for p in claim.payments.values() if p.payee.victim_id == victim_id and p.failed_at is None]
        yield Item("victim", victim_id, claim.round, "", amount, claim.settlement.at, _reached_at(got, amount))


def _reached_at(payments: list[Payment], amount: int) -> datetime | None:
    """Return when the payments together reached an amount."""
    ordered = sorted(payments, key=lambda payment: payment.paid_at)
    sums = accumulate(payment.amount for payment in ordered)
    return next((p.paid_at for p, so_far in zip(ordered, sums, strict=True) if so_far >= amount), None)
