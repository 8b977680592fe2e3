"""What people come to the board for, each in at most three clicks from Today."""

import csv
import io
import re
import zipfile
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.async_api import expect
from tests.acceptance.board.visits import ADMIN, OPERATIONS, REGULATOR, Enter, Person
from tests.support.filled import Filled
from tests.support.machine import Json

from anze.demo.speakers import Speakers

_MOST_CLICKS = 3
_LAST_MONTH = "2026-02"
_A_MOMENT = timedelta(microseconds=1)
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _running(clocks: list[Json]) -> list[Json]:
    """What is still to come, in the order in which it comes."""
    ahead = [each for each in clocks if each["status"] in {"open", "at_risk"} and each["tier"] != "information"]
    return sorted(ahead, key=lambda each: _at(each["due_at"]))


async def test_the_next_five_clocks_due_stand_on_today(enter: Enter, speakers: Speakers) -> None:
    visit = await enter(OPERATIONS)
    await visit.open("/")
    rows = visit.page.locator("table.clocks tbody tr:not(.is-late)")
    shown = [str(await rows.nth(place).get_attribute("id")).removeprefix("clock-") for place in range(5)]
    running = _running(speakers.api(OPERATIONS.caller).list("/v1/clocks"))
    due = {each["id"]: each["due_at"] for each in running}
    assert [due[each] for each in shown] == [each["due_at"] for each in running[:5]]
    assert visit.clicks == 0


async def test_why_a_date_is_what_it_is_stands_with_its_claim_day_by_day(enter: Enter, speakers: Speakers) -> None:
    visit = await enter(OPERATIONS)
    await visit.open("/")
    row = visit.page.locator("table.clocks tbody tr:not(.is-late)").first
    clock_id = str(await row.get_attribute("id")).removeprefix("clock-")
    await visit.click(row.locator("a.row-link"))
    why = visit.page.locator(f"#why-{clock_id}")
    if await why.get_attribute("open") is None:  # what is of no claim has a page of its own, where it stands open
        await visit.click(why.locator("summary"))
    steps = speakers.api(OPERATIONS.caller).get(f"/v1/clocks/{clock_id}")["explanation"]
    shown = why.locator(".step")
    await expect(shown).to_have_count(len(steps))
    for place, step in enumerate(steps):
        await expect(shown.nth(place)).to_contain_text(step["text"]["zh"])
        await expect(shown.nth(place)).to_contain_text(step["article"])
    await expect(shown.last).to_be_visible()
    assert visit.clicks <= _MOST_CLICKS


async def test_which_advance_is_to_be_paid_and_how_much(enter: Enter, speakers: Speakers, board: Filled) -> None:
    claim_id = board.outcome.claim_with_payable_advance_id
    claim = speakers.admin.get(f"/v1/claims/{claim_id}")
    advance = next(each for each in claim["advances"] if each["id"] == board.outcome.payable_advance_id)
    owed = sum(Decimal(each["amount"]) for each in advance["tranches"] if each["paid_at"] is None)
    visit = await enter(ADMIN)
    await visit.open("/")
    await visit.click(visit.page.locator(f"table.clocks a.row-link[href^='/board/claims/{claim_id}']").first)
    first = visit.page.locator("#next .todo > li").first
    await expect(first).to_contain_text(visit.words("common.advance.rescue"))
    await expect(first).to_contain_text(f"¥{owed:,.2f}")
    assert visit.clicks <= _MOST_CLICKS


async def test_a_regulator_sees_that_what_looked_late_was_in_time(
    enter: Enter, speakers: Speakers, board: Filled
) -> None:
    claim_id = board.outcome.claim_with_withdrawn_breach_id
    clocks = speakers.admin.list(f"/v1/claims/{claim_id}/clocks")
    (clock,) = [each for each in clocks if each["withdrawn_at"]]
    paid = _event(speakers, claim_id, clock["fulfilled_at"])
    visit = await enter(REGULATOR)
    await visit.open("/")
    await visit.click(visit.page.locator("nav.pages").get_by_text(visit.words("common.pages.breaches")))
    await visit.click(visit.page.get_by_role("link", name=visit.words("breaches.kinds.withdrawn")))
    await visit.click(visit.page.locator(f"#breach-{clock['id']} a.row-link"))
    proof = visit.page.locator(f"#proof-{clock['id']}")
    for moment in (clock["fulfilled_at"], paid["recorded_at"], clock["withdrawn_at"]):
        await expect(proof).to_contain_text(f"{_at(moment):%Y-%m-%d %H:%M}")
    await expect(proof).not_to_contain_text(visit.words("claim.proof.never"))
    await expect(proof.get_by_text(visit.words("claim.proof.withdrawn"))).to_be_visible()
    assert _at(clock["fulfilled_at"]) < _at(clock["due_at"]) < _at(paid["recorded_at"])
    assert visit.clicks <= _MOST_CLICKS


def _event(speakers: Speakers, claim_id: str, occurred_at: str) -> Json:
    events = speakers.admin.list(f"/v1/claims/{claim_id}/events")
    return next(each for each in events if _at(each["occurred_at"]) == _at(occurred_at) and "paid" in each["name"])


async def test_a_delivery_that_was_given_up_arrives_when_it_is_sent_again(enter: Enter, speakers: Speakers) -> None:
    dead = speakers.notifications.get("/v1/deliveries?status=dead&limit=1")["items"][0]
    staff = Person("operations", tenant=dead["about"]["tenant"])
    visit = await enter(staff)
    await visit.open("/")
    await visit.click(visit.page.locator("nav.pages").get_by_text(visit.words("common.pages.deliveries")))
    await visit.choose(visit.words("common.columns.status"), "dead")
    await expect(visit.page.locator("#log .badge.good")).to_have_count(0)
    await visit.click(visit.page.locator("#log form button").first)
    await expect(visit.page.locator("#delivery .facts .badge.good")).to_be_visible()
    delivery_id = visit.page.url.partition("?")[0].rpartition("/")[2]
    told = speakers.api(staff.caller, of_notifications=True).get(f"/v1/deliveries/{delivery_id}")
    assert told["status"] == "delivered"
    assert visit.clicks <= _MOST_CLICKS


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_last_months_breaches_are_saved_as_a_file(enter: Enter, speakers: Speakers, form: str) -> None:
    visit = await enter(ADMIN)
    await visit.open("/")
    await visit.click(visit.page.locator("nav.pages").get_by_text(visit.words("common.pages.breaches")))
    await visit.choose(visit.words("breaches.period"), _LAST_MONTH)
    await expect(visit.page).to_have_url(re.compile(f"period={_LAST_MONTH}"))
    async with visit.page.expect_download() as coming:
        await visit.click(visit.page.get_by_role("link", name=form.upper()))
    download = await coming.value
    assert download.suggested_filename == f"breaches-standing-{_LAST_MONTH}.{form}"
    content = Path(await download.path()).read_bytes()
    breached = _of_last_month(speakers.admin.list("/v1/clocks"))
    assert breached
    assert _clocks_in(content) == {each["id"] for each in breached}
    if form == "csv":
        lines = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
        assert sorted((each["clock_id"], each["rule"], each["due_at"]) for each in lines) == sorted(
            (each["id"], each["rule"], each["due_at"]) for each in breached
        )
    assert visit.clicks <= _MOST_CLICKS


def _clocks_in(content: bytes) -> set[str]:
    """The ids of clocks in a file; a workbook is packed."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"".join(book.read(name) for name in book.namelist() if name.endswith(".xml"))
    return set(_ID.findall(content.decode("utf-8-sig")))


def _of_last_month(clocks: list[Json]) -> list[Json]:
    """What was late by the end of a day of that month, which is the first moment of the next, and still counts."""
    breached = [
        each for each in clocks if each["breached_at"] and not each["withdrawn_at"] and each["tier"] != "target"
    ]
    return [each for each in breached if f"{_at(each['breached_at']) - _A_MOMENT:%Y-%m}" == _LAST_MONTH]
