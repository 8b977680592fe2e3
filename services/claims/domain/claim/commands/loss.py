"""Determine the loss."""

from dataclasses import dataclass
from datetime import datetime

from claims.domain.claim.events import LossDetermined
from claims.domain.claim.guards import is_open, is_undecided
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import Decided, Terms


@dataclass(frozen=True, slots=True)
class DetermineLoss:
    """The loss is this much, in fen."""

    occurred_at: datetime
    amount: int
    basis: str


def determine_loss(claim: Claim, command: DetermineLoss, terms: Terms) -> Decided:
    """Decide a determination; a later one replaces it, and what it raises an advance by is a new request."""
    is_open(claim)
    is_undecided(claim)
    return Decided(claim=(LossDetermined(command.amount, command.basis),))
