"""The regulation, the calculator and the calendar as pages: all of it in words, and what cannot be read is refused."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest
from tests.support.story import calendar, rulebooks
from tests.unit.board.boards import HTMX, Fakes
from tests.unit.board.markup import Markup
from tests.unit.board.rows import NOW, clock

from claims.application.calendars import Move, Preview, Reached, before_all
from claims.dashboard.calendar_view import written
from claims.dashboard.rulebooks import _is_applied, chapters
from claims.dashboard.texts import LANGUAGES, Words, catalogue
from claims.domain.calendar_notice import calendar_year
from claims.domain.milestones import Scope
from claims.domain.rulebook import ACCIDENT_GRADES, ADVANCE_KINDS, Every, Tier, Unit

BOOKS = sorted(rulebooks())


@pytest.mark.parametrize("reference", BOOKS)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_obligation_of_every_text_is_said_in_words(reference: str, language: str) -> None:
    book, words = rulebooks()[reference], Words("zh" if language == "zh" else "en")
    shown = [each for chapter in chapters(book, words) for each in chapter.obligations]
    assert sorted(each.id for each in shown) == sorted(each.id for each in book.obligations)
    text = (await Fakes().get("broker", f"/rulebooks/{reference}", language)).text
    markup = Markup(text)
    assert not markup.faults
    for each in shown:
        assert each.id in markup.ids
        assert each.title in markup.text
        assert all(limit in markup.text for limit in each.limits)
        codes = [name for _, who in each.told for name in who]
        assert not any("_" in name for name in (*codes, *each.starts, *each.met_by, *each.ends)), each.id


@pytest.mark.parametrize(
    ("beginning", "codes"),
    [
        ("rulebooks.units", [each.value for each in Unit]),
        ("rulebooks.tier", [each.value for each in Tier]),
        ("rulebooks.periodic", [each.value for each in Every]),
        ("rulebooks.scopes", list(get_args(Scope))),
        ("rulebooks.responsible", ["insurer", "broker", "insurer_or_broker"]),
        ("grades", list(ACCIDENT_GRADES)),
        ("common.advance", list(ADVANCE_KINDS)),
        ("roles", sorted({role for book in rulebooks().values() for role in book.roles})),
    ],
)
def test_every_code_of_the_regulation_has_words(beginning: str, codes: list[str]) -> None:
    known = catalogue()
    assert [each for each in codes if f"{beginning}.{each}" not in known] == []


async def test_a_text_is_found_by_its_id_and_in_its_newest_version() -> None:
    board = Fakes()
    newest = max((each for each in rulebooks().values() if each.id == "shenzhen-2018"), key=lambda each: each.version)
    assert newest.reference in (await board.get("admin", "/rulebooks/shenzhen-2018")).text
    for name in ("beijing-1900", "shenzhen-2018@99", "%3Cb%3E", "a%2Fb"):
        assert (await board.get("admin", f"/rulebooks/{name}")).status_code == 404


def test_a_version_that_is_not_applied_yet_takes_nothing_from_the_one_that_is() -> None:
    now = rulebooks()["shenzhen-2018@2"]
    to_come = replace(now, version=3, applied_from=date(2027, 1, 1))
    over = replace(now, version=1, applied_to=date(2026, 1, 31))
    books = [over, now, to_come]
    for day, applied in ((date(2026, 12, 31), now), (date(2027, 1, 1), to_come)):
        assert [each for each in books if _is_applied(each, day, books)] == [applied]
    assert not _is_applied(over, date(2026, 3, 9), [over])


async def test_the_calculator_shows_when_and_why() -> None:
    board = Fakes()
    query = "?rule=SZ-20.6&region=440300&started_at=2026-03-02T10:00&amount=600000"
    for headers in ({}, HTMX):
        text = (await board.get("broker", f"/due-dates{query}", **headers)).text
        assert 'class="steps"' in text
        assert "#SZ-20.6" in text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("rule=SZ-99&region=440300", "not applied there and then"),
        ("rule=SZ-20.6&region=110000", "not applied there and then"),
        ("rule=SZ-20.6&region=44030", "six digits"),
        ("rule=SZ-20.6&region=４４０３００", "six digits"),
        ("rule=SZ-20.6&region=440300&started_at=yesterday", "valid moment"),
        ("rule=SZ-20.6&region=440300&started_at=9999-12-31T23:59", "valid moment"),
        ("rule=SZ-20.6&region=440300&started_at=0001-01-01T00:00", "valid moment"),
        ("rule=SZ-20.6&region=440300&started_at=2026-03-02T10:00&amount=-1", "Give an amount"),
        ("rule=SZ-20.6&region=440300&started_at=2026-03-02T10:00&amount=1e9", "Give an amount"),
        ("rule=%3Cb%3E&region=440300", "not applied there and then"),
    ],
)
async def test_what_cannot_be_counted_is_refused_by_its_field(query: str, said: str) -> None:
    board = Fakes()
    for headers in ({}, HTMX):
        answer = await board.get("broker", f"/due-dates?{query}", **headers)
        assert (answer.status_code, said in answer.text) == (422, True)
        assert "<b>&" not in answer.text
        assert not Markup(answer.text).faults


async def test_every_rule_that_is_offered_can_be_counted() -> None:
    board = Fakes()
    async with board.browser("broker") as client:
        for book in rulebooks().values():
            for each in book.obligations:
                if each.brackets or each.periodic:
                    query: dict[str, Any] = {"rule": each.id, "region": book.region, "amount": "1000"}
                    query["started_at"] = f"{max(book.applied_from, date(2026, 3, 2))}T10:00"
                    if book.applied_to is None:
                        answer = await client.get("/board/due-dates", params=query, headers=HTMX)
                        assert answer.status_code == 200, each.id


async def test_a_year_shows_its_days_and_only_an_administrator_plans() -> None:
    board = Fakes()
    for role, plans in (("admin", True), ("operations", False), ("regulator", False)):
        text = (await board.get(role, "/calendar/2026")).text
        assert ("<textarea" in text) is plans
    for year in ("1899", "2100", "26", "2026x", "٢٠٢٦"):
        assert (await board.get("admin", f"/calendar/{year}")).status_code == 404


async def _preview(board: Fakes, days: str, *, year: int = 2026, headers: Mapping[str, str] = {}) -> Any:
    async with board.browser("admin") as client:
        fields = {"csrf_token": board.proof(client), "days": days}
        return await client.post(f"/board/calendar/{year}/preview", data=fields, headers=dict(headers))


@pytest.mark.parametrize(
    ("year", "days", "said"),
    [
        (2026, "2026-10-01 maybe", "2026-10-01 maybe"),
        (2026, "<b> off", "&lt;b&gt; off"),
        (2026, "2026-10-01 off\n2026-10-01 work", "2026-10-01"),
        (2026, "2028-05-01 off", "2028-05-01"),
        (2035, "2035-10-01 off", "no year can be left out"),
        (2026, "2026-10-01 off\n" * 201, "2026-10-01 off"),
    ],
)
async def test_a_change_that_cannot_be_read_is_refused_where_it_was_written(year: int, days: str, said: str) -> None:
    for headers in ({}, HTMX):
        answer = await _preview(Fakes(), days, year=year, headers=headers)
        assert (answer.status_code, said in answer.text) == (422, True)
        assert 'id="moves"' in answer.text
        assert not Markup(answer.text).faults


async def test_a_preview_stores_nothing() -> None:
    board = Fakes()
    same = await _preview(board, written(calendar_year(calendar(), 2026).days))
    assert (same.status_code, "nothing would move" in same.text) == (200, True)
    moved = await _preview(board, "2026-10-01 off", headers=HTMX)
    assert (moved.status_code, "No clock would move" in moved.text) == (200, True)
    assert len(board.stored_calendars.versions) == 1


class GivenPreview:
    """Calendars whose preview is given."""

    def __init__(self, *moves: Move, more: bool) -> None:
        self._preview = Preview(1, changes=True, moves=moves, reached=Reached(1, before_all()) if more else None)

    async def preview(self, *asked: Any) -> Preview:
        return self._preview


@pytest.mark.parametrize("language", LANGUAGES)
async def test_clocks_that_a_change_would_move_are_shown_those_that_it_makes_late_first(language: str) -> None:
    moves = (
        Move(clock("late no more"), NOW, None, provisional=False, newly_late=False, late_no_more=True),
        Move(clock("moved", rule="SZ-99"), NOW, None, provisional=True, newly_late=False, late_no_more=False),
        Move(clock("late"), NOW, date(2026, 3, 9), provisional=False, newly_late=True, late_no_more=False),
    )
    for more in (True, False):
        board = Fakes(calendar_handlers=GivenPreview(*moves, more=more))
        answer = await _preview(board, "2026-10-01 off", headers={"accept-language": language})
        markup = Markup(answer.text)
        assert (answer.status_code, markup.faults) == (200, [])
        led = [each.rpartition("/")[2] for each in markup.links if "/clocks/" in each]
        assert led == [str(clock(name).clock_id) for name in ("late", "late no more", "moved")]
        assert ("the interface gives" in markup.text or "请使用接口" in markup.text) is more


async def test_a_search_says_what_was_sought_and_keeps_it_in_its_field() -> None:
    board = Fakes()
    text = (await board.get("broker", "/search?q=%3Cb%3E%22")).text
    assert 'value="&lt;b&gt;&#34;"' in text
    assert "“&lt;b&gt;&#34;”: 1 claim" in text
    assert board.tables.asked == [("search", '<b>"')]
    await board.get("broker", f"/search?q={'x' * 5000}")
    assert board.tables.asked[-1] == ("search", "x" * 100)
