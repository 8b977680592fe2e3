"""Every page of the board, as it is looked at: in both languages and themes, on a phone, a desk and a wall."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from tests.acceptance.board.visits import (
    ADMIN,
    BROKER,
    INSURER,
    OPERATIONS,
    REGULATOR,
    WIDTHS,
    Enter,
    Person,
    Visit,
)
from tests.support.browser import run_axe, shoot
from tests.support.filled import Filled

from anze.demo.speakers import Speakers

Where = Callable[[Filled, Speakers], str]


@dataclass(frozen=True, slots=True)
class Look:
    """A page as somebody sees it."""

    name: str
    person: Person | None
    where: str | Where
    status: int = 200


def _claim(kind: str, query: str = "") -> Where:
    return lambda board, _: f"/claims/{getattr(board.outcome, kind)}{query}"


def _as_it_stood(board: Filled, speakers: Speakers) -> str:
    claim = board.outcome.story_claim_id
    events = speakers.admin.list(f"/v1/claims/{claim}/events")
    return f"/claims/{claim}?as_of={events[len(events) // 2]['occurred_at'].replace('+', '%2B')}"


def _clock_without_claim(board: Filled, speakers: Speakers) -> str:
    overdue = (each for each in speakers.admin.list("/v1/clocks") if each["status"] == "overdue")
    return f"/clocks/{next(each['id'] for each in overdue if each['claim_id'] is None)}"


def _delivery(status: str) -> Where:
    def found(_: Filled, speakers: Speakers) -> str:
        return f"/deliveries/{speakers.notifications.get(f'/v1/deliveries?status={status}&limit=1')['items'][0]['id']}"

    return found


def _rulebook(_: Filled, speakers: Speakers) -> str:
    books = speakers.admin.get("/v1/rulebooks")["items"]
    return f"/rulebooks/{next(each['reference'] for each in books if each['region'] == '440300')}?rule=SZ-20.6"


_COUNTED = "/due-dates?rule=SZ-20.6&region=440300&started_at=2026-02-13T10:00&amount=600000"
_LOOKS = (
    Look("today", OPERATIONS, "/"),
    Look("today-of-a-regulator", REGULATOR, "/?due=overdue"),
    Look("today-of-a-broker", BROKER, "/?due=next_five"),
    Look("today-eligible", ADMIN, "/?show=eligible"),
    Look("today-provisional", OPERATIONS, "/?show=provisional"),
    Look("today-empty", OPERATIONS, "/?rule=nothing"),
    Look("search", OPERATIONS, "/search?q=建筑"),
    Look("search-empty", OPERATIONS, "/search?q=zzz"),
    Look("claim-to-be-paid", OPERATIONS, _claim("claim_with_payable_advance_id")),
    Look("claim-in-time-after-all", REGULATOR, _claim("claim_with_withdrawn_breach_id")),
    Look("claim-at-its-end", OPERATIONS, _claim("story_claim_id")),
    Look("claim-as-it-stood", INSURER, _as_it_stood),
    Look("claim-sheet", OPERATIONS, _claim("story_claim_id", "?print=1")),
    Look("clock-of-no-claim", ADMIN, _clock_without_claim),
    Look("breaches", OPERATIONS, "/breaches"),
    Look("breaches-withdrawn", REGULATOR, "/breaches?kind=withdrawn&period=all"),
    Look("breaches-corrected", ADMIN, "/breaches?kind=corrected&period=all"),
    Look("compliance", REGULATOR, "/compliance"),
    Look("compliance-of-one-insurer", OPERATIONS, "/compliance"),
    Look("deliveries", OPERATIONS, "/deliveries?kind=clock.breached"),
    Look("delivery-given-up", ADMIN, _delivery("dead")),
    Look("delivery-that-arrived", ADMIN, _delivery("delivered")),
    Look("rulebooks", BROKER, "/rulebooks"),
    Look("rulebook", OPERATIONS, _rulebook),
    Look("calendar", OPERATIONS, "/calendar"),
    Look("calendar-to-be-announced", ADMIN, "/calendar/2027"),
    Look("due-dates", BROKER, "/due-dates"),
    Look("due-dates-counted", OPERATIONS, _COUNTED),
    Look("sign-in", None, "/sign-in?next=%2Fboard%2Fbreaches"),
    Look("sign-out", OPERATIONS, "/sign-out"),
    Look("signed-out", None, "/sign-out"),
    Look("error-not-there", OPERATIONS, "/claims/018f0000-0000-7000-8000-000000000000", 404),
    Look("error-not-for-you", BROKER, "/breaches", 403),
    Look("error-bad-address", OPERATIONS, "/breaches?period=soon", 400),
)


@pytest.mark.parametrize("look", _LOOKS, ids=lambda look: look.name)
async def test_a_page_is_whole_in_both_languages_and_themes_at_every_width(
    look: Look, board: Filled, speakers: Speakers, enter: Enter
) -> None:
    path = look.where if isinstance(look.where, str) else look.where(board, speakers)
    for language, theme, other in (("zh", "light", "dark"), ("en", "dark", "light")):
        visit = await enter(look.person, language=language, theme=theme)
        await visit.open(path, look.status)
        assert await visit.missing() == set()
        assert await run_axe(visit.page) == []
        for width in WIDTHS:
            await _seen_at(visit, width, theme if width == WIDTHS[1] else other)
            await shoot(visit.page, f"{look.name}-{language}-{width}")
        if look.status != 200:
            visit.browsing.watched.expected(f"with a status of {look.status}")


async def _seen_at(visit: Visit, width: int, theme: str) -> None:
    page = visit.page
    await page.set_viewport_size({"width": width, "height": 900})
    await page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    beyond = await page.evaluate(_BEYOND)
    assert beyond == [], f"at {width} pixels this reaches beyond the window"


_BEYOND = """() => {
  const cut = [...document.querySelectorAll("main .table-wrap:has(> table.cards)")]
    .filter(each => innerWidth < 640 && each.scrollWidth > each.clientWidth);
  if (cut.length) return cut.map(each => each.ariaLabel + " is cut off");
  const root = document.documentElement, edge = root.clientWidth;
  if (root.scrollWidth <= edge) return [];
  return [...document.body.querySelectorAll("*")]
    .filter(each => each.getBoundingClientRect().right > edge + 0.5)
    .map(each => each.tagName + "." + each.className).slice(0, 8).concat(root.scrollWidth);
}"""
