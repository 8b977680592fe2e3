"""The tranches of an advance: what is raised adds one with its own clock, what is lowered is cut off from the last."""

from dataclasses import replace
from datetime import datetime

from claims.domain.claim.state import Advance, Tranche


def amended_tranches(advance: Advance, at: datetime) -> tuple[Tranche, ...]:
    """Return the tranches of an advance whose amount was changed at a moment; while it waits, those that lapsed."""
    if advance.amount is None:
        return advance.tranches
    standing = sum(tranche.amount for tranche in advance.tranches)
    if advance.amount > standing:
        number, payable_at = len(advance.tranches) + 1, max(at, advance.payable_at or at)
        return (*advance.tranches, Tranche(number, advance.amount - standing, payable_at, asked_at=at))
    return _cut(advance.tranches, standing - advance.amount, at)


def begun_tranches(advance: Advance, payable_at: datetime) -> tuple[Tranche, ...]:
    """Return the tranches of an advance that waited and became payable: one more than those that lapsed before."""
    number = len(advance.tranches) + 1
    return (*advance.tranches, Tranche(number, advance.amount or 0, payable_at, asked_at=advance.requested_at))


def payable_tranches(advance: Advance, payable_at: datetime, at: datetime) -> tuple[Tranche, ...]:
    """Return the tranches of an advance of which it is said again that it is payable.

    A condition that was met earlier moves each of them as far as it had been asked for; a lower amount cuts the last.
    """
    moved = tuple(
        replace(each, payable_at=min(each.payable_at, max(each.asked_at or each.payable_at, payable_at)))
        for each in advance.tranches
    )
    return amended_tranches(replace(advance, tranches=moved), at)


def _cut(tranches: tuple[Tranche, ...], surplus: int, at: datetime) -> tuple[Tranche, ...]:
    kept: list[Tranche] = []
    for tranche in reversed(tranches):
        less = min(surplus, tranche.amount)
        surplus -= less
        lapses = bool(less) and less == tranche.amount
        kept.append(replace(tranche, amount=tranche.amount - less, lapsed_at=at if lapses else tranche.lapsed_at))
    return tuple(reversed(kept))
