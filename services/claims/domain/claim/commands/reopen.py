"""Reopen a claim: the same number, a new round."""

from dataclasses import dataclass
from datetime import datetime

from claims.domain.claim.events import AdvanceWithdrawn, ClaimReopened
from claims.domain.claim.money import finished, outstanding, status
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import Decided, Terms
from claims.domain.errors import Rule, RuleViolation, invalid

FINISHED_FIRST = Rule("claim-still-open", "product", "A claim is reopened once it is finished")


@dataclass(frozen=True, slots=True)
class ReopenClaim:
    """The claim is taken up again at `occurred_at`."""

    occurred_at: datetime
    reason: str


def reopen_claim(claim: Claim, command: ReopenClaim, terms: Terms) -> Decided:
    """Decide a reopening: new clocks run, old breaches and totals stay.

    What was asked for in advance and not paid ends with its round.
    """
    if not finished(claim):
        raise RuleViolation(FINISHED_FIRST, f"The claim is {status(claim)}: it goes on as it is.", status=status(claim))
    ends = (claim.closed_at, claim.withdrawn_at, claim.decision.at if claim.decision else None)
    if command.occurred_at < max(at for at in ends if at is not None):
        raise invalid("/occurred_at", "A claim cannot be reopened before it ended.")
    open_ones = (a for a in claim.advances.values() if not a.ended and (a.waiting or outstanding(claim, a)))
    ended = tuple(AdvanceWithdrawn(advance.advance_id, command.reason) for advance in open_ones)
    return Decided(claim=(*ended, ClaimReopened(command.reason)))
