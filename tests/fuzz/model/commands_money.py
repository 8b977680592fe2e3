"""Advances, payments and what comes back: when they are refused, and what they change."""

from dataclasses import replace
from uuid import UUID

from tests.fuzz.model.advances import amended, insured, owed_since, reckoned
from tests.fuzz.model.money import (
    balance,
    got,
    held,
    outstanding,
    paid_of,
    promised_of,
    recoverable,
    room_of_kind,
    shared_room,
    status,
    then,
)
from tests.fuzz.model.state import Advance, Claim, Payment, Refused, Scene

_PERSONS = {"victim", "heirs", "beneficiary"}


def is_open(claim: Claim) -> None:
    """Refuse an ended claim."""
    if status(claim) in {"closed", "withdrawn"}:
        raise Refused("claim-not-open")


def was_open(scene: Scene) -> None:
    """Refuse what happened after the claim had ended; what happened before may be recorded late."""
    is_open(then(scene.claim, scene.at))


def is_undecided(claim: Claim) -> None:
    """Refuse a decided claim."""
    if claim.decision is not None:
        raise Refused("claim-already-decided")


def is_insured(claim: Claim) -> None:
    """Refuse an accident that the last intake notice called not covered."""
    told = sorted(claim.told, key=lambda each: each.at)
    if told and told[-1].coverage == "not_covered":
        raise Refused("not-an-insured-accident")


def knows(claim: Claim, victim: UUID | None) -> None:
    """Refuse a victim that nobody registered."""
    if victim is not None and victim not in claim.victims:
        raise Refused("unknown")


def _live(scene: Scene, claim: Claim, advance_id: UUID) -> Advance:
    advance = claim.advances.get(advance_id)
    if advance is None:
        raise Refused("unknown")
    if scene.at < advance.at:
        raise Refused("invalid")
    if advance.ended:
        raise Refused("advance-ended")
    return advance


def request_advance(
    scene: Scene,
    advance_id: UUID,
    kind: str,
    asked: int | None,
    shares: tuple[tuple[UUID, int], ...],
    reason_code: str | None,
) -> None:
    """The client asks for an advance."""
    claim = scene.claim
    is_open(claim)
    is_undecided(claim)
    is_insured(claim)
    if asked is None and kind in {"medical", "determinable_part"}:
        raise Refused("invalid")
    for victim, _ in shares:
        knows(claim, victim)
    if asked is not None and sum(share for _, share in shares) > asked:
        raise Refused("invalid")
    advance = Advance(advance_id, kind, scene.at, asked, shares, reason_code, claim.round)
    claim.advances[advance_id] = advance
    insured(scene, kind)
    if owed_since(scene, advance) is not None:
        reckoned(scene, advance)


def amend_advance(scene: Scene, advance_id: UUID, asked: int) -> None:
    """The client asks for another amount: what is payable is reckoned as if it had been asked at first."""
    claim = scene.claim
    is_open(claim)
    is_undecided(claim)
    is_insured(claim)
    advance = _live(scene, claim, advance_id)
    if advance.round != claim.round:
        raise Refused("invalid")
    if asked == advance.asked:
        raise Refused("amendment-changes-nothing")
    if sum(share for _, share in advance.shares) > asked:
        raise Refused("invalid")
    if advance.amount is None:
        insured(scene, advance.kind)
        claim.advances[advance_id] = replace(advance, asked=asked)
        return
    bare = replace(advance, asked=asked, amount=None, deductible=0)
    claim.advances[advance_id] = bare
    owed = reckoned(scene, bare)
    if (owed.amount or 0) < paid_of(claim, advance_id):
        raise Refused("amendment-below-paid")
    claim.advances[advance_id] = replace(owed, tranches=amended(owed, scene.at))


def end_advance(scene: Scene, advance_id: UUID, how: str) -> None:
    """The insurer refuses an advance, or the client withdraws it; what was paid whole is neither."""
    claim = scene.claim
    advance = _live(scene, claim, advance_id)
    is_open(claim)
    if advance.amount is not None and not outstanding(claim, advance):
        raise Refused("advance-already-paid")
    if how == "refused":
        claim.advances[advance_id] = replace(advance, refused_at=scene.at)
    else:
        claim.advances[advance_id] = replace(advance, withdrawn_at=scene.at)


def pay_advance(
    scene: Scene,
    payment_id: UUID,
    advance_id: UUID,
    amount: int,
    payee: tuple[str, UUID | None] | None,
    proof: bool,
) -> None:
    """Money of an advance leaves: judged by the claim as it stood, and by the limits as they are."""
    claim = scene.claim
    past = then(claim, scene.at)
    is_open(past)
    advance = _live(scene, past, advance_id)
    if payee is None and advance.kind != "rescue":
        raise Refused("invalid")
    party, victim = payee or ("insured", None)
    _names_the_victim(claim, party, victim, death=advance.kind == "death_indemnity")
    if advance.amount is None:
        raise Refused("advance-not-payable")
    if amount > outstanding(past, advance):
        raise Refused("payment-above-advance")
    if past.decision is not None and amount > balance(past):
        raise Refused("payment-above-decided")
    if advance.kind != "rescue":
        _victim_first(party, proof)
    _within_person(scene, victim, amount, advance_id)
    room, own = shared_room(scene.policy, claim), room_of_kind(scene.policy, claim, advance.kind)
    was, before = held(claim), promised_of(claim, advance.kind)
    claim.payments[payment_id] = Payment(advance_id, amount, victim, scene.at)
    if held(claim) - was > room or (own is not None and promised_of(claim, advance.kind) - before > own):
        raise Refused("limit-used-up")


def pay(scene: Scene, payment_id: UUID, amount: int, payee: tuple[str, UUID | None], proof: bool) -> None:
    """Money of the indemnity leaves."""
    claim = scene.claim
    is_open(claim)
    party, victim = payee
    _names_the_victim(claim, party, victim, death=False)
    if claim.agreed is None:
        raise Refused("not-settled")
    if scene.at < claim.agreed[0]:
        raise Refused("invalid")
    if amount > balance(claim):
        raise Refused("payment-above-decided")
    _victim_first(party, proof)
    _within_person(scene, victim, amount, None)
    claim.payments[payment_id] = Payment(None, amount, victim, scene.at)


def bounce(scene: Scene, payment_id: UUID) -> None:
    """A payment comes back: it was never made, and a closed claim that owes it is open."""
    claim = scene.claim
    payment = claim.payments.get(payment_id)
    if payment is None:
        raise Refused("unknown")
    if payment.failed_at is not None:
        raise Refused("payment-already-failed")
    if scene.at < payment.at:
        raise Refused("invalid")
    claim.payments[payment_id] = replace(payment, failed_at=scene.at)
    if balance(claim):
        claim.closed_at = None


def recover(scene: Scene, amount: int) -> None:
    """Money comes back from the insured."""
    if amount > recoverable(scene.claim):
        raise Refused("recovery-above-due")
    scene.claim.recoveries.append((scene.at, amount))


def _names_the_victim(claim: Claim, party: str, victim: UUID | None, *, death: bool) -> None:
    if victim is None and (death or party in _PERSONS):
        raise Refused("invalid")
    knows(claim, victim)


def _victim_first(party: str, proof: bool) -> None:
    if party == "insured" and not proof:
        raise Refused("victim-not-compensated")


def _within_person(scene: Scene, victim: UUID | None, amount: int, paying: UUID | None) -> None:
    if victim is not None and got(scene.claim, victim, paying) + amount > scene.limits.per_person:
        raise Refused("limit-per-person")
