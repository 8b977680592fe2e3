"""Tell the client how the claim stands (SZ-20 (3))."""

from dataclasses import dataclass
from datetime import datetime

from claims.domain.claim.events import ProgressNotified
from claims.domain.claim.guards import is_undecided, was_open
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import Decided, Terms


@dataclass(frozen=True, slots=True)
class NotifyProgress:
    """The client was told that the decision takes longer, and why."""

    occurred_at: datetime
    text: str


def notify_progress(claim: Claim, command: NotifyProgress, terms: Terms) -> Decided:
    """Decide a progress notice: before the end of the ten working days it extends them, once and for all.

    One that was given before the decision may be recorded after it.
    """
    was_open(claim, command.occurred_at)
    if claim.decision is None or command.occurred_at > claim.decision.at:
        is_undecided(claim)
    return Decided(claim=(ProgressNotified(command.text),))
