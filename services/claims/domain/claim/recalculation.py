"""What a new version of the calendar makes of a claim's running clocks."""

from claims.domain.claim.clocks import ClaimSubject, clock_facts
from claims.domain.claim.evolve import fold
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import Terms
from claims.domain.clock_facts import ClockFact
from claims.domain.clockwork import calendar_facts


def recalculate(claim: Claim, terms: Terms) -> tuple[ClockFact, ...]:
    """Return the facts that bring the claim's running clocks to the calendar of the terms; empty if none moves.

    What a moved clock calls for comes with it: one that is due later can turn out to have been extended in time.
    """
    facts = calendar_facts(ClaimSubject(claim, terms), terms.now, terms.calendar)
    if not facts:
        return ()
    after = fold(claim, ((fact, terms.now) for fact in facts))
    return (*facts, *clock_facts(after, terms))
