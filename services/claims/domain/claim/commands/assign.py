"""Say who works on a claim: a fact of the insurer's own house, which moves no clock."""

from dataclasses import dataclass
from datetime import datetime

from claims.domain.claim.events import ClaimAssigned
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import Decided, Terms


@dataclass(frozen=True, slots=True)
class AssignClaim:
    """The claim is with a member of staff, named by code, since `occurred_at`; None: with nobody."""

    occurred_at: datetime
    adjuster: str | None


def assign_claim(claim: Claim, command: AssignClaim, terms: Terms) -> Decided:
    """Decide an assignment, in any status: somebody reopens a closed claim too, and reports its outcome.

    Of several the one that happened last holds, whichever is recorded last; who was named before and is named again is
    a fact like any other.
    """
    return Decided(claim=(ClaimAssigned(command.adjuster),))
