"""The page of a clock: for what is of no claim, such as periodic reports, complaints and hazards, the only one."""

from starlette.responses import Response

from claims.application.calls import ClockLevel
from claims.application.clock_status import obligation_of
from claims.dashboard.alerts import Action, may
from claims.dashboard.claim_clocks import Sight, card
from claims.dashboard.claim_words import Telling
from claims.dashboard.navigation import EVERYBODY
from claims.dashboard.pages import Page, Visit
from claims.domain.claim.state import Claim


async def _clock(visit: Visit) -> Response:
    """Show one clock: its bar, why it is due when it is, what meets it, and who was told."""
    row = await visit.services.queries.clock(visit.scope, visit.path_id("clock_id"))
    steps = await visit.services.explanations.of_clock(visit.scope, row)
    reference = visit.services.reference
    obligation = obligation_of(row, reference.rulebooks)
    shown = card(
        row,
        ClockLevel(row.level, row.withdrawn_at, row.breached_at),
        steps,
        Telling(visit.words, reference.rulebooks, Claim(row.subject)),
        Sight(reference.calendar, reference.rulebooks, visit.now),
        binding=False,
    )
    return visit.render(
        "claim/clock.html",
        part="clock",
        row=row,
        card=shown,
        meets=() if obligation is None else tuple(visit.words(f"milestones.{each}") for each in obligation.met_by),
        extends=()
        if obligation is None
        else tuple(visit.words(f"milestones.{each}") for each in obligation.extended_by),
        reads_alerts=may(visit.visitor.caller, Action.READ),
    )


def clock_pages() -> tuple[Page, ...]:
    """Return the page of a clock."""
    return (Page("GET", "/clocks/{clock_id}", "clock", EVERYBODY, _clock),)
