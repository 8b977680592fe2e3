"""The board without a mouse, and on paper."""

import re

from playwright.async_api import expect
from tests.acceptance.board.visits import OPERATIONS, Enter
from tests.support.filled import Filled

_MOST_TABS = 60
_VISIBLE = """found => found.filter(each => each.checkVisibility({visibilityProperty: true}))
  .map(each => each.tagName + "." + each.className)"""


async def test_the_first_key_leads_past_the_navigation(enter: Enter) -> None:
    visit = await enter(OPERATIONS)
    await visit.open("/")
    await visit.page.keyboard.press("Tab")
    skip = visit.page.get_by_role("link", name=visit.words("common.skip"))
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await visit.page.keyboard.press("Enter")
    await expect(visit.page.locator("main")).to_be_focused()


async def test_a_slash_leads_to_the_search_and_enter_finds(enter: Enter) -> None:
    visit = await enter(OPERATIONS)
    await visit.open("/")
    number = await visit.page.locator("table.clocks a.row-link[href*='/claims/']").first.inner_text()
    await visit.page.keyboard.press("/")
    await expect(visit.page.locator("#find")).to_be_focused()
    await visit.page.keyboard.type(number)
    await visit.page.keyboard.press("Enter")
    await expect(visit.page.locator("#found a.row-link")).to_have_text(number)


async def test_tabs_reach_the_queue_in_its_order(enter: Enter) -> None:
    visit = await enter(OPERATIONS)
    await visit.open("/")
    links = visit.page.locator("table.clocks a.row-link")
    for _ in range(_MOST_TABS):
        await visit.page.keyboard.press("Tab")
        if await links.first.evaluate("link => link === document.activeElement"):
            break
    await expect(links.first).to_be_focused()
    await visit.page.keyboard.press("Tab")
    await expect(links.nth(1)).to_be_focused()
    where = await links.nth(1).get_attribute("href")
    await visit.page.keyboard.press("Enter")
    await expect(visit.page).to_have_url(re.compile(re.escape(str(where))))


async def test_the_menu_closes_by_escape_and_gives_the_place_back(enter: Enter) -> None:
    visit = await enter(OPERATIONS)
    await visit.open("/")
    summary = visit.page.locator("details.menu summary")
    await summary.press("Enter")
    await expect(visit.page.locator(".menu-body")).to_be_visible()
    await visit.page.keyboard.press("Tab")
    await visit.page.keyboard.press("Escape")
    await expect(visit.page.locator(".menu-body")).to_be_hidden()
    await expect(summary).to_be_focused()


async def test_what_can_be_chosen_in_the_menu_is_remembered(enter: Enter) -> None:
    visit = await enter(OPERATIONS)
    await visit.open("/breaches")
    await visit.page.locator("details.menu summary").click()
    await visit.page.get_by_role("link", name=visit.words("common.themes.dark")).click()
    await expect(visit.page.locator("html")).to_have_attribute("data-theme", "dark")
    await visit.page.get_by_role("link", name="English").click()
    await expect(visit.page.locator("html")).to_have_attribute("lang", "en")
    await expect(visit.page).to_have_url(re.compile("/board/breaches"))
    await expect(visit.page.locator("html")).to_have_attribute("data-theme", "dark")


async def test_the_sheet_of_a_claim_is_printed_without_anything_to_press(enter: Enter, board: Filled) -> None:
    visit = await enter(OPERATIONS)
    for query in ("?print=1", ""):
        await visit.open(f"/claims/{board.outcome.story_claim_id}{query}")
        await visit.page.emulate_media(media="print")
        pressed = "header.top, nav, button, select, input, #news, .actions, .skip"
        assert await visit.page.locator(pressed).evaluate_all(_VISIBLE) == []
        await expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
        paper = await visit.page.pdf(format="A4")
        assert paper.startswith(b"%PDF")
        await visit.page.emulate_media(media="screen")
