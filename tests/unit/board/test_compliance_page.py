"""The page of compliance over fakes: who sees what, in both languages, whole and in part, and the report as a file."""

import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from tests.support.figures import GivenFigures
from tests.unit.board.boards import _RENDERERS, HTMX, Fakes

from claims.application.reporting import Reporting
from claims.beside import Beside
from claims.bootstrap.board import _report_tables
from claims.dashboard.app import create_board
from claims.dashboard.texts import LANGUAGES
from claims.domain.reporting.compliance import ClockCount, Tally
from claims.reference.kpi_source import packaged_kpis


def count(tenant: str, rule: str, tier: str, **tally: int) -> ClockCount:
    return ClockCount(tenant, "440300", rule, tier, "insurer", date(2026, 3, 1), Tally(**tally))


COUNTS = (
    count("picc-sz", "SZ-20.6", "service", met=8, overdue=2, withdrawn=1),
    count("cpic-sz", "SZ-20.3", "statutory", met=3, met_late=1, not_yet_due=4, cancelled=1, provisional=1),
    count("picc-sz", "SZ-20.1", "target", met=1, overdue=1),
)


class Fake:
    """A board with these counts; `figures.asked` holds what was asked for."""

    def __init__(self, counts: tuple[ClockCount, ...] = COUNTS) -> None:
        self.figures = GivenFigures(clock_counts=counts)
        self.fakes = Fakes()
        services = replace(
            self.fakes.services,
            reports=Reporting(self.figures, packaged_kpis()),
            report_tables=_report_tables(self.fakes.services.reference),
        )
        self.fakes.app = Beside(create_board(services, _RENDERERS[False], ()), PlainTextResponse("the interface", 418))

    async def text(self, role: str, path: str, language: str = "en", **headers: str) -> str:
        answer = await self.fakes.get(role, path, language, **headers)
        assert answer.status_code == 200, answer.text
        return answer.text


def charts(page: str) -> dict[str, Any]:
    """What the page gives its charts, by name."""
    blocks = re.findall(r'<script type="application/json" id="data-(\w+)">(.*?)</script>', page)
    return {name: json.loads(text) for name, text in blocks}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ["operations", "insurer", "admin", "regulator"])
async def test_the_page_and_its_scores_are_there_for_who_may_see_them(role: str, language: str) -> None:
    fake = Fake()
    page = await fake.text(role, "/compliance", language)
    assert "78.57%" in page
    assert "11 / 14" in page
    assert set(charts(page)) == {"trend", "load", "breached", "rule", "insurer", "region"}
    scores = await fake.text(role, "/compliance/scores", language)
    assert set(charts(scores)) == {"scores"}


async def test_a_broker_is_not_let_in() -> None:
    assert (await Fake().fakes.get("broker", "/compliance")).status_code == 403
    assert (await Fake().fakes.get("broker", "/compliance/report.csv")).status_code == 403


@pytest.mark.parametrize(("role", "sees"), [("operations", True), ("admin", True), ("regulator", False)])
async def test_targets_and_provisional_dates_stay_inside(role: str, *, sees: bool) -> None:
    page = await Fake().text(role, "/compliance")
    assert ("SZ-20.1" in page) is sees
    assert ("tier=target" in page) is sees
    assert ("Internal targets" in page) is sees
    assert ("1 provisional" in page) is sees


@pytest.mark.parametrize(
    ("role", "ranks"), [("operations", False), ("insurer", False), ("admin", True), ("regulator", True)]
)
async def test_only_who_sees_several_insurers_is_shown_a_ranking(role: str, *, ranks: bool) -> None:
    scores = await Fake().text(role, "/compliance/scores")
    assert ("Ranking of insurers" in scores) is ranks


async def test_one_question_serves_the_period_and_the_trend_and_two_where_they_lie_apart() -> None:
    fake = Fake()
    await fake.text("operations", "/compliance?period=2026-Q1&insurer=picc-sz&region=440300&rule=SZ-20.6")
    (asked,) = fake.figures.asked
    assert (asked.period.first, asked.period.last) == (date(2025, 4, 1), date(2026, 3, 31))
    assert (asked.insurer, asked.region, asked.rule) == ("picc-sz", "440300", "SZ-20.6")
    fake.figures.asked.clear()
    await fake.text("operations", "/compliance?period=2023")
    assert [each.period.first.year for each in fake.figures.asked] == [2023, 2025]


async def test_a_score_is_of_all_rules_whatever_the_page_is_narrowed_to() -> None:
    fake = Fake()
    await fake.text("operations", "/compliance/scores?period=2026-03&rule=SZ-20.6&region=440300")
    (asked,) = fake.figures.asked
    assert (asked.rule, asked.region) == (None, "440300")


async def test_a_part_for_a_live_page_is_the_same_without_its_frame() -> None:
    fake = Fake()
    part = await fake.text("operations", "/compliance", **HTMX)
    assert part.lstrip().startswith('<div id="compliance"')
    assert charts(part) == charts(await fake.text("operations", "/compliance"))


@pytest.mark.parametrize("path", ["/compliance", "/compliance/scores"])
async def test_a_period_in_which_nothing_was_due_says_what_to_do(path: str) -> None:
    page = await Fake(()).text("operations", path)
    assert "Choose another period" in page


async def test_a_period_that_is_none_is_told_so() -> None:
    for period in ("2026-13", "all", "next"):
        assert (await Fake().fakes.get("operations", f"/compliance?period={period}")).status_code == 400


async def test_a_period_that_is_not_offered_stands_in_the_filter_when_the_address_names_it() -> None:
    assert '<option value="2019-Q3" selected>' in await Fake().text("operations", "/compliance?period=2019-Q3")


@pytest.mark.parametrize(
    ("period", "name"),
    [("2026-03", "anze-monthly-2026-03"), ("2026-Q1", "anze-quarterly-2026-Q1"), ("2026", "anze-annual-2026")],
)
async def test_the_report_is_a_file_of_its_period(period: str, name: str) -> None:
    fake = Fake()
    for form, begins in (("csv", b"\xef\xbb\xbfsection,"), ("xlsx", b"PK")):
        answer = await fake.fakes.get("operations", f"/compliance/report.{form}?period={period}")
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}.{form}"'
        assert answer.content.startswith(begins)


async def test_the_file_of_a_regulator_holds_no_target() -> None:
    sections = {}
    for role in ("operations", "regulator"):
        text = (await Fake().fakes.get(role, "/compliance/report.csv?period=2026-03")).text
        sections[role] = [line for line in text.splitlines() if line.startswith("compliance,") and ",total," in line]
    assert (len(sections["operations"]), len(sections["regulator"])) == (2, 1)


async def test_a_file_of_another_form_is_not_there() -> None:
    assert (await Fake().fakes.get("operations", "/compliance/report.pdf")).status_code == 404
