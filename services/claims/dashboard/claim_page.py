"""The page of a claim, as it stands or stood: its story, money, clocks, what to do next, and a sheet for paper."""

import asyncio
from datetime import datetime
from uuid import UUID

from starlette.responses import Response

from claims.application.calls import Standing
from claims.application.history import Moment
from claims.dashboard.alerts import Action, may
from claims.dashboard.claim_clocks import Sight
from claims.dashboard.claim_story import story
from claims.dashboard.claim_view import Found, claim_view, shown_clocks
from claims.dashboard.claim_words import Telling
from claims.dashboard.navigation import EVERYBODY
from claims.dashboard.pages import Page, Visit
from claims.dashboard.refusals import BadAddressError
from claims.domain.moments import to_shanghai

_OF_A_STORY = 200
"""Events on one page; what comes behind them has pages of its own."""


async def _claim(visit: Visit) -> Response:
    """Show a claim as it stands, or as it stood at a moment of business time."""
    claim_id, as_of = visit.path_id("claim_id"), _as_of(visit)
    standing, timeline = await asyncio.gather(
        _standing(visit, claim_id, as_of),
        visit.services.queries.timeline(visit.scope, claim_id, None, _OF_A_STORY),
    )
    claim, reference = standing.claim, visit.services.reference
    shown = shown_clocks(claim, visit.role)
    steps = await visit.services.explanations.of_claim(claim, shown.values(), visit.now)
    at = visit.now if as_of is None else standing.judged_at
    telling = Telling(visit.words, reference.rulebooks, claim)
    view = claim_view(
        Found(standing, timeline.items, timeline.next_cursor, steps, as_of),
        telling,
        Sight(reference.calendar, reference.rulebooks, at),
        visit.role,
    )
    on_paper = visit.given("print") is not None
    return visit.render(
        "claim/sheet.html" if on_paper else "claim/claim.html",
        part=None if on_paper else "claim",
        view=view,
        as_of=as_of,
        choices=[(to_shanghai(each).isoformat(), each) for each in view.moments if each <= visit.now],
        reads_alerts=may(visit.visitor.caller, Action.READ),
        sighted=visit.scope.persons_of == standing.tenant,
        coded=telling.coded,
        payee=telling.payee,
        role=telling.role,
    )


async def _standing(visit: Visit, claim_id: UUID, as_of: datetime | None) -> Standing:
    if as_of is None:
        return await visit.services.queries.claim(visit.scope, claim_id)
    return await visit.services.past.claim(visit.scope, claim_id, Moment(as_of=as_of))


async def _story(visit: Visit) -> Response:
    """Show what of a long story does not stand on the page of its claim."""
    claim_id = visit.path_id("claim_id")
    standing = await visit.services.queries.claim(visit.scope, claim_id)
    page = await visit.services.queries.timeline(visit.scope, claim_id, visit.given("cursor"), _OF_A_STORY)
    telling = Telling(visit.words, visit.services.reference.rulebooks, standing.claim)
    return visit.render(
        "claim/story.html",
        claim=standing.claim,
        entries=story(page.items, shown_clocks(standing.claim, visit.role), telling),
        next_cursor=page.next_cursor,
    )


def _as_of(visit: Visit) -> datetime | None:
    """Return the moment that is asked for; what lies ahead is the present."""
    given = visit.given("as_of")
    if given is None:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise BadAddressError("as_of") from None
    if moment.utcoffset() is None:
        raise BadAddressError("as_of")
    return None if moment >= visit.now else moment


def claim_pages() -> tuple[Page, ...]:
    """Return the page of a claim, and the rest of its story."""
    return (
        Page("GET", "/claims/{claim_id}", "claim", EVERYBODY, _claim),
        Page("GET", "/claims/{claim_id}/story", "claim_story", EVERYBODY, _story),
    )
