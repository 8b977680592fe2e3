"""The routes that read: claims, clocks, timelines, the feed, rulebooks."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from starlette.responses import Response

from claims.api.answers.claim import ClaimAnswer
from claims.api.answers.clock import ExplainedClockAnswer
from claims.api.answers.lists import ClaimsPage, ClocksPage, EventsPage, FeedPage
from claims.api.answers.rulebook import RulebookAnswer, RulebooksPage
from claims.api.bodies.fields import Fields
from claims.api.filters import ClaimQuery, ClockQuery, FeedQuery, MomentQuery, Nothing, Paging
from claims.api.problems import invalid
from claims.api.render import json_response
from claims.api.render_claim import claim_answer, summary_answer
from claims.api.render_clock import clock_rows, explanation_answer, has_rivals
from claims.api.render_events import event_answer
from claims.api.render_rulebook import rulebook_answer, rulebook_summary
from claims.api.routes import BASE, READERS, Call, Handler, Route
from claims.application.calls import NotFound
from claims.application.clock_status import binding_ids
from claims.application.history import Moment
from claims.application.pages import BadCursor, ClockRow
from claims.domain.errors import FieldError


async def _claims(call: Call) -> Response:
    query = call.query(ClaimQuery)
    page = await call.services.queries.claims(call.caller.scope, query.wanted(), query.cursor, query.limit)
    answer: ClaimsPage = {"items": [summary_answer(row) for row in page.items], "next_cursor": page.next_cursor}
    return json_response(answer)


async def _claim(call: Call) -> Response:
    """As it stands, or at a moment of the past: then without ETag, since no command can be decided on that."""
    query = call.query(MomentQuery)
    scope, claim_id = call.caller.scope, call.path_id("claim_id")
    if query.as_of is not None or query.known_at is not None:
        past = await call.services.past.claim(scope, claim_id, Moment(query.as_of, query.known_at))
        return json_response(claim_answer(past, call.services.rulebooks, call.caller))
    standing = await call.services.queries.claim(scope, claim_id)
    answer = claim_answer(standing, call.services.rulebooks, call.caller)
    return json_response(answer, headers={"ETag": f'"{standing.claim.version}"'})


async def _timeline(call: Call) -> Response:
    query = call.query(Paging)
    claim_id = call.path_id("claim_id")
    page = await call.services.queries.timeline(call.caller.scope, claim_id, query.cursor, query.limit)
    answer: EventsPage = {"items": [event_answer(each) for each in page.items], "next_cursor": page.next_cursor}
    return json_response(answer)


async def _feed(call: Call) -> Response:
    query = call.query(FeedQuery)
    try:
        page = await call.services.queries.feed(call.caller.scope, query.after, query.limit)
    except BadCursor:
        raise invalid([FieldError("/after", "The feed did not give this cursor: begin without one.")]) from None
    after = page.next_cursor or query.after or ""
    answer: FeedPage = {"items": [event_answer(each) for each in page.items], "next_cursor": after}
    return json_response(answer)


async def _claim_clocks(call: Call) -> Response:
    query = call.query(ClockQuery)
    claim_id = call.path_id("claim_id")
    known = await call.services.queries.claim_clocks(call.caller.scope, claim_id)
    wanted = replace(query.wanted(), claim_id=claim_id)
    page = await call.services.queries.clocks(call.caller.scope, wanted, query.cursor, query.limit)
    binding = binding_ids(known, call.services.rulebooks)
    answer: ClocksPage = {
        "items": clock_rows(page.items, call.services.rulebooks, binding),
        "next_cursor": page.next_cursor,
    }
    return json_response(answer)


async def _clocks(call: Call) -> Response:
    query = call.query(ClockQuery)
    page = await call.services.queries.clocks(call.caller.scope, query.wanted(), query.cursor, query.limit)
    answer: ClocksPage = {
        "items": clock_rows(page.items, call.services.rulebooks, await _binding(call, page.items)),
        "next_cursor": page.next_cursor,
    }
    return json_response(answer)


async def _clock(call: Call) -> Response:
    call.query(Nothing)
    row = await call.services.queries.clock(call.caller.scope, call.path_id("clock_id"))
    (clock,) = clock_rows([row], call.services.rulebooks, await _binding(call, (row,)))
    steps = await call.services.explanations.of_clock(call.caller.scope, row)
    answer: ExplainedClockAnswer = {**clock, "explanation": explanation_answer(steps)}
    return json_response(answer, headers={"ETag": f'"{row.tag}"'})


async def _binding(call: Call, rows: tuple[ClockRow, ...]) -> frozenset[UUID]:
    """A list may hold one clock of a pair and not the other: where there can be a pair, ask for all of its subject."""
    rulebooks = call.services.rulebooks
    running = [row for row in rows if row.ended_at is None]
    paired = {row.subject for row in running if has_rivals(row, rulebooks)}
    binding = {row.clock_id for row in running if row.subject not in paired}
    for subject in paired:
        binding |= binding_ids(await call.services.queries.subject_clocks(call.caller.scope, subject), rulebooks)
    return frozenset(binding)


async def _rulebooks(call: Call) -> Response:
    query = call.query(Paging)
    references = sorted(call.services.rulebooks)
    if query.cursor is not None and query.cursor not in references:
        raise BadCursor(query.cursor)
    following = [each for each in references if query.cursor is None or each > query.cursor]
    part = following[: query.limit]
    answer: RulebooksPage = {
        "items": [rulebook_summary(call.services.rulebooks[each]) for each in part],
        "next_cursor": part[-1] if len(following) > len(part) else None,
    }
    return json_response(answer)


async def _rulebook(call: Call) -> Response:
    """By its reference (shenzhen-2018@2), or by its id alone: then the newest version."""
    call.query(Nothing)
    name = call.request.path_params["rulebook_id"]
    books = [each for each in call.services.rulebooks.values() if name in {each.id, each.reference}]
    if not books:
        raise NotFound("rulebook", name)
    answer: RulebookAnswer = rulebook_answer(max(books, key=lambda each: each.version))
    return json_response(answer)


def _read(  # noqa: PLR0913, PLR0917 - a line of a table
    path: str, name: str, summary: str, handle: Handler, answer: Any, query: type[Fields] = Nothing
) -> Route:
    return Route("GET", f"{BASE}{path}", name, summary, READERS, handle, answer, tag="reads", query=query)


def read_routes() -> tuple[Route, ...]:
    """Return the routes of all reads."""
    return (
        _read("/claims", "list_claims", "The claims that the caller may see.", _claims, ClaimsPage, ClaimQuery),
        _read(
            "/claims/{claim_id}",
            "get_claim",
            "A claim as it stands, stood, or was known.",
            _claim,
            ClaimAnswer,
            MomentQuery,
        ),
        _read(
            "/claims/{claim_id}/events",
            "claim_events",
            "The timeline of a claim: every event, in the order of its stream.",
            _timeline,
            EventsPage,
            Paging,
        ),
        _read(
            "/claims/{claim_id}/clocks", "claim_clocks", "The clocks of a claim.", _claim_clocks, ClocksPage, ClockQuery
        ),
        _read("/clocks", "list_clocks", "The clocks that the caller may see.", _clocks, ClocksPage, ClockQuery),
        _read(
            "/clocks/{clock_id}", "get_clock", "A clock, and why it is due when it is.", _clock, ExplainedClockAnswer
        ),
        _read(
            "/events",
            "feed",
            "The feed: all events that the caller may see, in order, without gaps.",
            _feed,
            FeedPage,
            FeedQuery,
        ),
        _read("/rulebooks", "list_rulebooks", "The rulebooks, every version.", _rulebooks, RulebooksPage, Paging),
        _read("/rulebooks/{rulebook_id}", "get_rulebook", "The regulation as data.", _rulebook, RulebookAnswer),
    )
