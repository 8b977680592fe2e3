"""Whether a claim is a small one: up to the rulebook's threshold, and nobody dead (SZ-20 (5))."""

from datetime import datetime

from claims.domain.claim.standing import holding_since
from claims.domain.claim.state import Claim
from claims.domain.rulebook import Parameters


def small_since(claim: Claim, figures: Parameters) -> datetime | None:
    """Return since when the claim is small and its documents are complete; None if it is not.

    What the claim is worth goes by the last sum that was claimed or determined.
    """
    known = (_worth_little_since(claim, figures), _nobody_dead_since(claim), claim.requested_at)
    moments = [at for at in (*known, claim.documents_complete_at) if at is not None]
    return max(moments) if len(moments) == len(known) + 1 else None


def outgrown_at(claim: Claim, figures: Parameters) -> datetime | None:
    """Return since when the claim is too large, or somebody dead, for the fast way."""
    grown = holding_since((at, amount > figures.small_claim_threshold) for at, amount in claim.stated_sums)
    dead = holding_since((count.at, count.casualties.deaths > 0) for count in claim.casualties)
    return min((at for at in (grown, dead) if at is not None), default=None)


def _worth_little_since(claim: Claim, figures: Parameters) -> datetime | None:
    return holding_since((at, amount <= figures.small_claim_threshold) for at, amount in claim.stated_sums)


def _nobody_dead_since(claim: Claim) -> datetime | None:
    return holding_since((count.at, not count.casualties.deaths) for count in claim.casualties)
