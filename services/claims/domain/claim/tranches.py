"""The tranches of an advance: what is raised adds one with its own clock, what is lowered is cut off from the last."""

from dataclasses import replace
from datetime import datetime

from claims.domain.claim.state import Advance, Tranche


def amended_tranches(advance: Advance, at: datetime) -> tuple[Tranche, ...]:
    """Return the tranches of an advance whose amount was changed at a moment; none while it waits."""
    if advance.amount is None:
        return ()
    standing = sum(tranche.amount for tranche in advance.tranches)
    if advance.amount > standing:
        return (*advance.tranches, Tranche(len(advance.tranches) + 1, advance.amount - standing, at))
    return _cut(advance.tranches, standing - advance.amount, at)


def _cut(tranches: tuple[Tranche, ...], surplus: int, at: datetime) -> tuple[Tranche, ...]:
    kept: list[Tranche] = []
    for tranche in reversed(tranches):
        less = min(surplus, tranche.amount)
        surplus -= less
        lapses = bool(less) and less == tranche.amount
        kept.append(replace(tranche, amount=tranche.amount - less, lapsed_at=at if lapses else tranche.lapsed_at))
    return tuple(reversed(kept))
