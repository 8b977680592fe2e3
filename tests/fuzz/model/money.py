"""Sums of a claim: what was paid, is owed, is promised, and what the limits leave."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from tests.fuzz.model.state import Advance, Claim, Payment, Policy, standing


def live(claim: Claim) -> list[Payment]:
    """Return the payments that did not bounce, as they were made."""
    return sorted((p for p in claim.payments.values() if p.failed_at is None), key=lambda payment: payment.at)


def paid(claim: Claim) -> int:
    """Return all that was paid."""
    return sum(payment.amount for payment in live(claim))


def paid_of(claim: Claim, advance_id: UUID | None) -> int:
    """Return what was paid of an advance, or of the indemnity."""
    return sum(payment.amount for payment in live(claim) if payment.advance_id == advance_id)


def reached_at(payments: Iterable[Payment], amount: int) -> datetime | None:
    """Return when payments came to an amount."""
    so_far = 0
    for payment in payments:
        so_far += payment.amount
        if so_far >= amount:
            return payment.at
    return None


def worth(claim: Claim) -> int | None:
    """Return the indemnity, as agreed or decided; None while it is open."""
    if claim.withdrawn_at is not None:
        return 0
    if claim.agreed is not None:
        return claim.agreed[1]
    return None if claim.decision is None else claim.decision.amount


def balance(claim: Claim) -> int:
    """Return what is still owed of the indemnity: advances are deducted, what came back is not."""
    indemnity = worth(claim)
    return 0 if indemnity is None else max(0, indemnity - paid(claim) + recovered(claim))


def recovered(claim: Claim) -> int:
    """Return what came back from the insured."""
    return sum(amount for _, amount in claim.recoveries)


def recoverable(claim: Claim) -> int:
    """Return what is to come back."""
    indemnity = worth(claim)
    return 0 if indemnity is None else max(0, paid(claim) - indemnity - recovered(claim))


def whole_at(claim: Claim) -> datetime | None:
    """Return since when the whole indemnity is paid, and has not come back."""
    indemnity = worth(claim)
    if indemnity is None or claim.decision is None or balance(claim):
        return None
    moves = [*((p.at, p.amount) for p in live(claim)), *((at, -amount) for at, amount in claim.recoveries)]
    total, reached = 0, []
    for at, amount in sorted(moves):
        total += amount
        reached.append((at, total >= indemnity))
    return max(claim.decision.at, standing(reached) or claim.decision.at)


def outstanding(claim: Claim, advance: Advance) -> int:
    """Return what is still owed of an advance."""
    if advance.amount is None or advance.ended:
        return 0
    return max(0, advance.amount - paid_of(claim, advance.advance_id))


def status(claim: Claim) -> str:
    """Return how far the claim has come; before the decision all is "open"."""
    if claim.closed_at is not None:
        return "closed"
    if claim.withdrawn_at is not None:
        return "withdrawn"
    if claim.agreed is not None:
        return "settled" if balance(claim) else "paid"
    return "open" if claim.decision is None else claim.decision.outcome


def finished(claim: Claim) -> bool:
    """Say whether nothing more is promised."""
    return status(claim) in {"paid", "rejected", "withdrawn", "closed"}


def promise(claim: Claim, advance: Advance) -> int:
    """Return what an advance holds of the limits: from the decision on, and once it ended, what was paid of it."""
    if worth(claim) is not None or advance.ended:
        return paid_of(claim, advance.advance_id)
    return advance.amount or 0


def indemnity_held(claim: Claim) -> int:
    """Return what the indemnity holds beyond the advances: what was paid of it, and what is owed."""
    return paid_of(claim, None) + balance(claim)


def held(claim: Claim) -> int:
    """Return what a claim holds of the limits."""
    return sum(promise(claim, each) for each in claim.advances.values()) + indemnity_held(claim)


def promised_of(claim: Claim, kind: str) -> int:
    """Return what all advances of a kind come to; of one that ended, what was paid of it."""
    advances = (each for each in claim.advances.values() if each.kind == kind)
    return sum(paid_of(claim, each.advance_id) if each.ended else each.amount or 0 for each in advances)


def shared_room(policy: Policy, claim: Claim) -> int:
    """Return what accident and aggregate leave for a claim."""
    limits = policy.limits_of(claim)
    rooms = [limits.per_accident - held(claim)]
    if limits.aggregate is not None:
        rooms.append(limits.aggregate - sum(held(each) for each in policy.claims.values()))
    return max(0, min(rooms))


def room_of_kind(policy: Policy, claim: Claim, kind: str) -> int | None:
    """Return what the limit of a kind of advance leaves; None for a kind without one."""
    limits = policy.limits_of(claim)
    limit = {"rescue": limits.rescue, "medical": limits.medical}.get(kind)
    return None if limit is None else max(0, limit - promised_of(claim, kind))


def got(claim: Claim, victim: UUID, paying: UUID | None = None) -> int:
    """Return what a victim was paid, or is promised by an advance; of the one that is being paid, what was paid."""
    total = sum(p.amount for p in live(claim) if p.advance_id is None and p.victim == victim)
    for advance in claim.advances.values():
        if advance.amount is None:
            continue
        mine = [p for p in live(claim) if p.advance_id == advance.advance_id]
        to_victim = sum(p.amount for p in mine if p.victim == victim)
        meant = sum(share for whom, share in advance.shares if whom == victim)
        settled = advance.advance_id == paying or advance.ended or worth(claim) is not None
        total += to_victim if settled else max(to_victim, meant)
    return total


def then(claim: Claim, at: datetime) -> Claim:
    """Return the claim without the decisions and endings of later moments."""
    past = claim.another()
    if past.decision is not None and past.decision.at > at:
        past.decision = None
    if past.agreed is not None and past.agreed[0] > at:
        past.agreed = None
    past.withdrawn_at = _by(past.withdrawn_at, at)
    past.closed_at = _by(past.closed_at, at)
    past.advances = {
        each.advance_id: replace(each, refused_at=_by(each.refused_at, at), withdrawn_at=_by(each.withdrawn_at, at))
        for each in claim.advances.values()
    }
    return past


def _by(happened: datetime | None, at: datetime) -> datetime | None:
    return happened if happened is not None and happened <= at else None
