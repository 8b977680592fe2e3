"""What is owed of an advance and since when (SZ-20 (6) to (8), Insurance Law art. 25), and what follows by itself."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from tests.fuzz.model.money import (
    balance,
    finished,
    got,
    outstanding,
    paid_of,
    promised_of,
    room_of_kind,
    shared_room,
)
from tests.fuzz.model.state import Advance, Claim, Refused, Scene, Tranche, standing

EXPLAINED = {"client_asked_less", "limit_nearly_used", "other"}


def insured(scene: Scene, kind: str) -> None:
    """Refuse a kind of advance that the policy has no limit for."""
    limits = scene.limits
    if {"rescue": limits.rescue, "medical": limits.medical}.get(kind, limits.per_accident) <= 0:
        raise Refused("advance-not-covered")


def owed_since(scene: Scene, advance: Advance) -> datetime | None:
    """Return the latest of request, cover and condition: a death and the loss, or the third surgery."""
    claim = scene.claim
    met = _condition(claim, advance)
    told = ((each.at, each.coverage != "not_covered") for each in claim.told)
    insured_at = standing([(claim.accident_at, True), *told])
    return None if met is None or insured_at is None else max(met, insured_at)


def _condition(claim: Claim, advance: Advance) -> datetime | None:
    """Return since when the world is as the advance needs it, the request included."""
    if advance.kind == "death_indemnity":
        died = standing((each.at, each.deaths >= 1) for each in claim.counts)
        known = min((at for at, _ in claim.losses), default=None)
        return None if died is None or known is None else max(died, known, advance.at)
    if advance.kind == "medical":
        third = standing((each.at, each.surgeries >= 3) for each in claim.counts)
        return None if third is None else max(third, advance.at)
    return advance.at


def unborne(scene: Scene) -> int:
    """Return what of the deductible nobody bears."""
    advances = scene.claim.advances.values()
    borne = sum(each.deductible for each in advances if not each.ended or paid_of(scene.claim, each.advance_id))
    return max(0, scene.policy.deductible - borne)


def reckoned(scene: Scene, advance: Advance) -> Advance:
    """Return the advance with what is payable of it, or refuse it."""
    claim, limits = scene.claim, scene.limits
    wanted, deductible = _wanted(scene, advance)
    shares = []
    for victim, share in fitting(advance.shares, wanted):
        shares.append((victim, min(share, max(0, limits.per_person - got(claim, victim)))))
    if shares and not any(share for _, share in shares):
        raise Refused("limit-used-up")
    allocated = sum(share for _, share in fitting(advance.shares, wanted))
    capped = wanted - allocated + sum(share for _, share in shares)
    rooms = [shared_room(scene.policy, claim) + balance(claim)]
    own = room_of_kind(scene.policy, claim, advance.kind)
    if own is not None:
        rooms.append(own)
    if claim.decision is not None:
        rooms.append(balance(claim))
    if min(rooms) <= 0:
        raise Refused("limit-used-up")
    amount = min(capped, *rooms)
    kept = tuple(each for each in shares if each[1])
    return replace(advance, amount=amount, deductible=deductible, shares=fitting(kept, amount))


def _wanted(scene: Scene, advance: Advance) -> tuple[int, int]:
    """Return what is owed before the limits, and the deductible that was taken off."""
    claim, asked = scene.claim, advance.asked or 0
    if advance.kind == "rescue":
        least = -(-scene.limits.rescue * 60 // 100) - promised_of(claim, "rescue")
        if advance.asked is None and least <= 0:
            raise Refused("invalid")
        if advance.asked is not None and asked < least and advance.reason_code not in EXPLAINED:
            raise Refused("rescue-below-minimum")
        return (least if advance.asked is None else asked), 0
    if advance.kind == "death_indemnity":
        ordered = ((at, order, amount) for order, (at, amount) in enumerate(claim.losses))
        loss = max(ordered, default=(None, 0, 0))[2]
        owed = -(-loss // 2) - promised_of(claim, "death_indemnity")
        if owed <= 0:
            raise Refused("nothing-to-advance")
        return (owed if advance.asked is None else min(asked, owed)), 0
    if advance.kind == "medical":
        free = unborne(scene)
        if asked <= free:
            raise Refused("nothing-to-advance")
        return asked - free, free
    return asked, 0


def fitting(shares: tuple[tuple[UUID, int], ...], amount: int) -> tuple[tuple[UUID, int], ...]:
    """Return shares that come to no more than an amount; the last are cut first."""
    kept = []
    for victim, share in shares:
        part = min(share, amount)
        amount -= part
        if part:
            kept.append((victim, part))
    return tuple(kept)


def amended(advance: Advance, at: datetime) -> tuple[Tranche, ...]:
    """Return the tranches after the amount changed: more is one more, less is cut off from the last."""
    if advance.amount is None:
        return ()
    more = advance.amount - sum(each.amount for each in advance.tranches)
    if more > 0:
        return (*advance.tranches, Tranche(more, at, max(at, advance.payable_at or at)))
    return cut(advance.tranches, -more, at)


def cut(tranches: tuple[Tranche, ...], less: int, at: datetime) -> tuple[Tranche, ...]:
    """Return tranches that are together less by an amount; one of which nothing is left lapses."""
    kept: list[Tranche] = []
    for each in reversed(tranches):
        off = min(less, each.amount)
        less -= off
        lapsed_at = at if off and off == each.amount else each.lapsed_at
        kept.insert(0, replace(each, amount=each.amount - off, lapsed_at=lapsed_at))
    return tuple(kept)


def follow(scene: Scene) -> None:
    """Let every advance become what it is by now, one after another."""
    if finished(scene.claim):
        return
    for step in (_lost, _less, _earlier, _bearing, _becoming):
        for advance_id in list(scene.claim.advances):
            advance = scene.claim.advances[advance_id]
            if not advance.ended:
                scene.claim.advances[advance_id] = step(scene, advance)


def _lost(scene: Scene, advance: Advance) -> Advance:
    """What is not paid is not owed without its condition; of what nothing was paid, it waits once more."""
    if not outstanding(scene.claim, advance) or _condition(scene.claim, advance) is not None:
        return advance
    paid = paid_of(scene.claim, advance.advance_id)
    down = _down(advance, paid, scene.at)
    return down if paid else replace(down, amount=None, payable_at=None, deductible=0, shares=advance.shares)


def _less(scene: Scene, advance: Advance) -> Advance:
    """Half of a loss that was determined lower: the youngest gives way first, and only what is not paid."""
    claim = scene.claim
    if advance.kind != "death_indemnity" or advance.amount is None:
        return advance
    of_deaths = [each for each in claim.advances.values() if each.kind == "death_indemnity"]
    ordered = ((at, order, amount) for order, (at, amount) in enumerate(claim.losses))
    half = -(-max(ordered, default=(None, 0, 0))[2] // 2)
    too_much = promised_of(claim, "death_indemnity") - half
    for other in reversed(of_deaths):
        off = max(0, min(too_much, outstanding(claim, other)))
        if other.advance_id == advance.advance_id:
            if off and off == advance.amount:
                return replace(advance, refused_at=max(scene.at, advance.at))
            return _down(advance, advance.amount - off, scene.at)
        too_much -= off
    return advance


def _down(advance: Advance, amount: int, at: datetime) -> Advance:
    tranches = cut(advance.tranches, (advance.amount or 0) - amount, at)
    return replace(advance, amount=amount, shares=fitting(advance.shares, amount), tranches=tranches)


def _earlier(scene: Scene, advance: Advance) -> Advance:
    """A condition that was met before the moment known so far moves the start; a later one never does."""
    since = owed_since(scene, advance)
    if advance.amount is None or advance.payable_at is None or since is None or since >= advance.payable_at:
        return advance
    tranches = tuple(
        replace(each, payable_at=min(each.payable_at, max(each.asked_at, since))) for each in advance.tranches
    )
    return replace(advance, payable_at=since, tranches=tranches)


def _bearing(scene: Scene, advance: Advance) -> Advance:
    """What nobody bears of the deductible is borne by what is not paid yet."""
    free, left = unborne(scene), outstanding(scene.claim, advance)
    if advance.kind != "medical" or advance.amount is None or not free or not left:
        return advance
    paid, cost = paid_of(scene.claim, advance.advance_id), advance.asked or 0
    bearable = cost - advance.deductible - paid
    if not paid and bearable <= free:
        return replace(advance, refused_at=max(scene.at, advance.at))
    deductible = advance.deductible + min(free, bearable)
    amount = min(advance.amount, cost - deductible)
    tranches = cut(advance.tranches, advance.amount - amount, scene.at)
    shares = fitting(advance.shares, amount)
    return replace(advance, amount=amount, deductible=deductible, shares=shares, tranches=tranches)


def _becoming(scene: Scene, advance: Advance) -> Advance:
    """One whose condition is met becomes payable, or is refused where nothing is left for it."""
    since = owed_since(scene, advance)
    if advance.amount is not None or since is None:
        return advance
    try:
        owed = reckoned(scene, advance)
    except Refused:
        return replace(advance, refused_at=max(scene.at, advance.at))
    return replace(owed, payable_at=since, tranches=(*advance.tranches, Tranche(owed.amount or 0, advance.at, since)))
