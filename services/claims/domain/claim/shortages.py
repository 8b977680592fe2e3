"""What turned out to be missing, shortage by shortage: each wants one request that reaches the client (SZ-20 (2))."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from claims.domain.claim.state import Claim, Intake


@dataclass(frozen=True, slots=True)
class Shortage:
    """Documents found missing that no earlier request had named; the first of a round goes without a number."""

    number: int
    found_at: datetime
    requested_at: datetime | None = None
    complete_at: datetime | None = None
    disproved_at: datetime | None = None
    """Late facts show that it was none: it is over as it began."""

    @property
    def scope(self) -> str:
        """Return what names it among the clocks of its rule and round."""
        return "" if self.number == 1 else str(self.number)


def shortages(claim: Claim, rule: str) -> Iterator[Shortage]:
    """Yield the shortages of the round that a rule is about, in order.

    A later one begins after the one before was asked for or made good. Only a notice can begin it, by naming what was
    never asked for. Documents that arrive do not: what is not among them was asked for before, and is awaited.
    """
    found = tuple(_found(claim))
    yield from found
    for clock in claim.clocks.values():
        if (clock.rule, clock.round) == (rule, claim.round) and int(clock.scope or 1) > len(found):
            yield Shortage(int(clock.scope or 1), clock.started_at, disproved_at=clock.started_at)


def _found(claim: Claim) -> Iterator[Shortage]:
    told = sorted((i for i in claim.intakes if i.missing and i.round == claim.round), key=lambda intake: intake.at)
    arrivals = (a.at for a in claim.arrivals if not a.complete and a.round == claim.round)
    found_at = min((*arrivals, *(intake.at for intake in told)), default=None)
    number = 1
    since = found_at if any(intake.at == found_at and _is_new(claim, intake) for intake in told) else None
    while found_at is not None:
        reached = (each.reached_client_at for each in claim.document_requests if each.round == claim.round)
        requested_at = min((at for at in reached if since is None or at >= since), default=None)
        complete_at = claim.documents_complete_at
        if number > 1 and complete_at is not None and complete_at < found_at:
            complete_at = None
        yield Shortage(number, found_at, requested_at, complete_at)
        over = min((at for at in (requested_at, complete_at) if at is not None), default=None)
        if over is None:
            return
        later = (i.at for i in told if i.at > max(over, found_at) and _is_new(claim, i))
        found_at = since = next(later, None)
        number += 1


def _is_new(claim: Claim, intake: Intake) -> bool:
    """Say whether the notice names something that no request had named which the client had in hand by then."""
    asked = {
        item.code for each in claim.document_requests if each.reached_client_at <= intake.at for item in each.items
    }
    return any(item.code not in asked for item in intake.missing)
