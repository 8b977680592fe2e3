"""A claim as it stood at a moment before it was decided or ended: what a fact recorded late is judged by."""

from dataclasses import replace
from datetime import datetime

from claims.domain.claim.state import Claim


def as_of(claim: Claim, at: datetime) -> Claim:
    """Return the claim without the decisions and endings that came after the moment; its money stays as it is known."""
    decided = claim.decision is not None and claim.decision.at <= at
    settled = claim.settlement is not None and claim.settlement.at <= at
    advances = {
        advance_id: replace(advance, refused_at=_by(advance.refused_at, at), withdrawn_at=_by(advance.withdrawn_at, at))
        for advance_id, advance in claim.advances.items()
    }
    return replace(
        claim,
        decision=claim.decision if decided else None,
        settlement=claim.settlement if settled else None,
        withdrawn_at=_by(claim.withdrawn_at, at),
        closed_at=_by(claim.closed_at, at),
        advances=advances,
    )


def _by(happened: datetime | None, at: datetime) -> datetime | None:
    return happened if happened is not None and happened <= at else None
