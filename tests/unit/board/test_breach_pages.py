"""The list of breaches, who was told, the acknowledgement, and the file."""

import csv
from dataclasses import replace
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from tests.support.story import ident
from tests.unit.board.boards import HTMX, Fakes
from tests.unit.board.markup import Markup
from tests.unit.board.rows import BREACHED, INFO, acknowledgement, clock, delivery, row, told

from claims.dashboard.alerts import AlertsAwayError
from claims.dashboard.texts import LANGUAGES
from notifications.domain.kinds import KINDS

CLOCK = clock().clock_id


async def _told(board: Fakes, role: str = "operations", language: str = "en") -> str:
    answer = await board.get(role, f"/breaches/told?clocks={CLOCK}+{ident('silent')}", language, **HTMX)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [*KINDS, "clock.of_a_release_to_come"])
async def test_an_alert_of_any_kind_is_told_of_a_breach(kind: str, language: str) -> None:
    board = Fakes()
    board.alerts.alerts = (told(kind),)
    text = await _told(board, language=language)
    assert not Markup(text).faults
    assert ("told-list" in text) is (kind != "clock.at_risk"), "what came before the breach is not about it"
    silent = text[text.index(f'id="told-{ident("silent")}"') :]
    assert "nobody was told yet" in silent or "没有通知记录" in silent


async def test_what_was_told_takes_the_place_of_what_stood_there_and_leaves_open_what_is_open() -> None:
    text = await _told(Fakes())
    assert f'id="told-{CLOCK}" hx-morph-skip hx-swap-oob="innerMorph"' in text
    page = (await Fakes().get("operations", "/breaches")).text
    assert '"morphIgnore":["data-htmx-powered","open"]' in page
    assert f"/board/breaches/told?clocks={BREACHED[0].clock.clock_id}" in page


async def test_only_who_may_acknowledge_is_offered_it_and_nobody_what_is_acknowledged() -> None:
    board = Fakes()
    for role, offered in (("operations", True), ("regulator", True), ("insurer", False), ("admin", False)):
        text = await _told(board, role)
        assert ("<form" in text) is offered
        assert ("not acknowledged" in text) is not offered
    board.alerts.alerts = (told(acknowledgements=(acknowledgement(),)),)
    text = await _told(board)
    assert "<form" not in text
    assert "acknowledged by 操作员&lt;1&gt;" in text


async def test_an_acknowledgement_goes_to_notifications_and_shows_how_it_stands_then() -> None:
    board = Fakes()
    alert = ident("alert clock.breached")
    fields = {"clock": str(CLOCK), "alert": str(alert)}
    whole = await board.post("operations", "/breaches/acknowledgements", **fields)
    assert (whole.status_code, whole.headers["location"]) == (303, "/board/breaches")
    async with board.browser("operations") as client:
        sent = {"csrf_token": board.proof(client), **fields}
        part = await client.post("/board/breaches/acknowledgements", data=sent, headers=HTMX)
    assert f'id="told-{CLOCK}"' in part.text
    assert board.alerts.done == [("acknowledge", "operations", alert)] * 2
    assert (await board.post("operations", "/breaches/acknowledgements", clock="x", alert="y")).status_code == 400


async def test_what_could_not_be_delivered_and_who_has_no_name_is_told() -> None:
    board = Fakes()
    dead = delivery(status="dead", delivered_at=None)
    board.alerts.alerts = (told(deliveries=(dead,)), told("clock.escalated", deliveries=()))
    text = await _told(board)
    assert "could not be delivered" in text
    assert "told 0, reached 0" in text


async def test_a_notifications_service_that_is_away_is_said_in_each_row() -> None:
    board = Fakes()
    board.alerts.fails_with = AlertsAwayError("x")
    text = await _told(board)
    assert text.count("The notifications service does not answer") == 2
    assert "The notifications service does not answer" in (await board.get("operations", "/unacknowledged")).text
    assert (await board.get("operations", "/breaches")).status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_file_holds_every_breach_under_the_same_columns_in_every_language(language: str) -> None:
    board = Fakes()
    board.tables.next_cursor = None
    answer = await board.get("operations", "/breaches/breaches.csv?period=all", language)
    assert answer.headers["content-type"].startswith("text/csv")
    lines = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert lines[0] == [
        "section", "rule", "title_zh", "title_en", "citation", "tier", "responsible", "insurer", "region",
        "subject_kind", "claim_number", "policy_number", "insured_name", "adjuster", "started_at", "due_at", "due_date",
        "breached_at", "ended_at", "ended_as", "withdrawn_at", "level", "flags", "rulebook", "calendar_version",
        "clock_id",
    ]  # fmt: skip
    assert [line[-1] for line in lines[1:]] == [str(each.clock.clock_id) for each in BREACHED]
    assert all(len(line) == len(lines[0]) for line in lines)


async def test_no_text_of_a_file_is_taken_for_a_formula() -> None:
    board = Fakes()
    board.tables.breached = (row("f", replace(INFO, insured_name='=HYPERLINK("http://x")', adjuster="@sum")),)
    text = (await board.get("operations", "/breaches/breaches.csv?period=all")).content.decode()
    assert "'=HYPERLINK" in text
    assert ",'@sum," in text
    book = (await board.get("operations", "/breaches/breaches.xlsx?period=all")).content
    with ZipFile(BytesIO(book)) as files:
        assert b"<f>" not in files.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "breaches-standing-2026-03.csv"),
        ("kind=withdrawn&period=all", "breaches-withdrawn-all.csv"),
        ("period=2026-Q1&tier=service&insurer=picc-sz", "breaches-standing-2026-Q1-picc-sz-service.csv"),
        ("period=2026&adjuster=%22%0A%E7%8E%8B/..", None),
        ("period=2026&adjuster=%22%E7%8E%8B/..", "breaches-standing-2026-___...csv"),
    ],
)
async def test_a_file_is_named_by_what_it_holds(query: str, name: str | None) -> None:
    answer = await Fakes().get("operations", f"/breaches/breaches.csv?{query}")
    assert answer.headers.get("content-disposition") == (None if name is None else f'attachment; filename="{name}"')


async def test_the_list_links_to_files_of_the_same_filters_and_of_no_single_page() -> None:
    text = (await Fakes().get("operations", "/breaches?rule=SZ-20.6&period=2026-02&cursor=next")).text
    assert 'href="/board/breaches/breaches.csv?rule=SZ-20.6&amp;period=2026-02"' in text
    assert (await Fakes().get("operations", "/breaches/breaches.pdf")).status_code == 404


async def test_a_breach_says_what_came_of_it() -> None:
    text = Markup((await Fakes().get("operations", "/breaches")).text).text
    for said in ("still not met", "met late", "ended after the breach", "breach withdrawn", "late by a correction"):
        assert said in text
    assert "escalated to level 2" in text
