"""Today: what is due, what is late, what nobody has asked for yet, and what to do next."""

import asyncio

from starlette.responses import Response

from claims.application.board import BUCKETS, OVERDUE, Bucket
from claims.dashboard.alerts import Action, AlertsAwayError, AlertsRefusedError, may
from claims.dashboard.filters import filter_fields, one_of, queue_filter
from claims.dashboard.navigation import EVERYBODY, READERS
from claims.dashboard.pages import Page, Visit
from claims.dashboard.queue_view import clock_views
from claims.dashboard.rulebooks import rule_titles

_FILTERS = ("insurer", "region", "rule", "tier", "adjuster", "status")
_OVERDUE = "overdue"
"""All four ages of what is late, as one choice of `due`."""
_ON_A_PAGE = 50
_BESIDE = 8
"""Rows of what stands beside the queue; the rest is one click away."""
_LISTS = ("queue", "eligible", "provisional")


async def _today(visit: Visit) -> Response:
    """Show the queue, or in its place all that is eligible or provisional."""
    wanted, board = queue_filter(visit), visit.services.board
    due = one_of(visit, "due", (*(each.value for each in BUCKETS), _OVERDUE))
    shown = one_of(visit, "show", _LISTS) or "queue"
    buckets = OVERDUE if due == _OVERDUE else () if due is None else (Bucket(due),)
    cursor = visit.given("cursor")
    counts, queue, eligible, provisional, choices = await asyncio.gather(
        board.counts(visit.scope, wanted, visit.now),
        board.queue(visit.scope, wanted, buckets, visit.now, cursor if shown == "queue" else None, _ON_A_PAGE),
        board.eligible(visit.scope, wanted, *_part(shown == "eligible", cursor)),
        board.provisional(visit.scope, wanted, *_part(shown == "provisional", cursor)),
        board.choices(visit.scope, visit.now),
    )
    return visit.render(
        "today/today.html",
        part="board",
        shown=shown,
        due=due,
        counts=counts,
        buckets=[(each, counts.buckets[each]) for each in BUCKETS],
        queue=clock_views(visit, queue.items),
        eligible=eligible.items,
        provisional=clock_views(visit, provisional.items),
        next_cursor={
            "queue": queue.next_cursor,
            "eligible": eligible.next_cursor,
            "provisional": provisional.next_cursor,
        }[shown],
        is_first=cursor is None,
        fields=filter_fields(visit, choices, _FILTERS),
        reads_alerts=may(visit.visitor.caller, Action.READ),
    )


def _part(is_shown: bool, cursor: str | None) -> tuple[str | None, int]:
    return (cursor, _ON_A_PAGE) if is_shown else (None, _BESIDE)


async def _unacknowledged(visit: Visit) -> Response:
    """Show breaches that nobody has acknowledged; asked for after the page, so that no other service holds it up."""
    try:
        found = await visit.services.alerts.unacknowledged(visit.visitor.caller, _BESIDE)
    except (AlertsAwayError, AlertsRefusedError):
        return visit.render("parts/away.html")
    titles = rule_titles(visit.services.reference.rulebooks, visit.words)
    return visit.render("today/unacknowledged.html", told=found.items, more=found.more, titles=titles)


async def _search(visit: Visit) -> Response:
    """Find claims by number, policy number or insured enterprise."""
    sought = (visit.given("q") or "")[:100]
    found = await visit.services.board.search(visit.scope, sought)
    return visit.render("today/search.html", part="found", sought=sought, found=found)


def today_pages() -> tuple[Page, ...]:
    """Return Today, what it loads later, and the search."""
    return (
        Page("GET", "/", "today", EVERYBODY, _today),
        Page("GET", "/unacknowledged", "unacknowledged", READERS, _unacknowledged),
        Page("GET", "/search", "search", EVERYBODY, _search),
    )
