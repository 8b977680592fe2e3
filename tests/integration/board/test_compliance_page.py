"""The page of compliance over the told year: each role's figures are those that the policies let it see."""

import json
import re
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from starlette.responses import PlainTextResponse
from tests.integration.board.conftest import ADMIN, GUANGDONG, OPERATIONS, Boards
from tests.integration.projections.world import REFERENCE
from tests.unit.board.boards import _RENDERERS, Fakes

from claims.application.reporting import Reporting
from claims.application.rows import Scope
from claims.beside import Beside
from claims.bootstrap.board import _report_tables
from claims.dashboard.app import create_board
from claims.reference.kpi_source import packaged_kpis

SCOPES = {"operations": OPERATIONS, "regulator": GUANGDONG, "admin": ADMIN}
_LIMITS = """
select tenant, ended_as = 'met' and ended_at < marks[4] as in_time from clocks
where tier in ('statutory', 'service') and responsible = 'insurer' and not provisional
  and coalesce(due_date, cast(due_at at time zone 'Asia/Shanghai' as date)) between '2026-01-01' and '2026-12-31'
"""


async def look(boards: Boards, role: str, path: str) -> httpx2.Response:
    """Ask for a page whose figures come from the database."""
    fakes = Fakes()
    services = replace(
        fakes.services,
        board=boards.board,
        reports=Reporting(boards.figures, packaged_kpis()),
        report_tables=_report_tables(REFERENCE),
        reference=REFERENCE,
    )
    fakes.app = Beside(create_board(services, _RENDERERS[False], ()), PlainTextResponse("the interface", 418))
    answer = await fakes.get(role, path)
    assert answer.status_code == 200, answer.text
    return answer


def charts(page: str) -> dict[str, Any]:
    blocks = re.findall(r'<script type="application/json" id="data-(\w+)">(.*?)</script>', page)
    return {name: json.loads(text) for name, text in blocks}


def outcome(chart: Any, name: str) -> dict[str, int]:
    (found,) = [each["values"] for each in chart["series"] if each["name"] == name]
    return dict(zip(chart["labels"], found, strict=True))


async def met_in_time(boards: Boards, scope: Scope) -> dict[str, int]:
    """How many limits each insurer met in time, counted here of what the scope sees."""
    found: dict[str, int] = {}
    for row in await boards.seen(scope, _LIMITS):
        if row["in_time"]:
            found[row["tenant"]] = found.get(row["tenant"], 0) + 1
    return found


@pytest.mark.parametrize("role", SCOPES)
async def test_an_insurers_bar_is_what_the_policies_let_the_reader_count(boards: Boards, role: str) -> None:
    expected = await met_in_time(boards, SCOPES[role])
    assert expected
    shown = outcome(charts((await look(boards, role, "/compliance?period=2026")).text)["insurer"], "Met in time")
    assert {tenant: count for tenant, count in shown.items() if count} == expected


async def test_an_insurer_sees_its_own_score_alone_and_the_administrator_those_of_all(boards: Boards) -> None:
    own = charts((await look(boards, "operations", "/compliance/scores?period=2026-11")).text)["scores"]
    assert own["labels"] == ["picc-sz"]
    every = (await look(boards, "admin", "/compliance/scores?period=2026-11")).text
    assert {"picc-sz", "cpic-sz"} <= set(charts(every)["scores"]["labels"])
    assert "Ranking of insurers" in every


async def test_the_heat_map_adds_up_to_the_table_of_days_and_the_file_is_of_the_same_figures(boards: Boards) -> None:
    page = (await look(boards, "operations", "/compliance?period=2026")).text
    sums = [int(found) for found in re.findall(r'</th><td class="number"><b>(\d+)</b>', page)]
    assert sum(sums) == sum(count for _, count in charts(page)["load"]["values"]) > 0
    file = (await look(boards, "operations", "/compliance/report.csv?period=2026")).text
    met = sum(outcome(charts(page)["rule"], "Met in time").values())
    (total,) = [
        line
        for line in file.splitlines()
        if line.startswith("compliance,") and "statutory+service" in line and ",total," in line
    ]
    assert f",{met}," in total
