"""Periodic reports over HTTP: which form, which period, who; and what an empty one looks like."""

from collections.abc import Callable
from dataclasses import replace

import httpx2
import pytest
from tests.support.figures import GivenFigures
from tests.unit.api.conftest import Api, claims_of, signed

from claims.api.app import ApiServices
from claims.application.reporting import ClaimCount, Reporting
from claims.reference.kpi_source import packaged_kpis

MONTH = "/v1/reports/monthly?period=2026-03"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("text/*", "text/csv"),
        ("text/csv;q=0.5, application/json;q=0.1", "text/csv"),
        (f"{XLSX}, */*;q=0.1", XLSX),
        ("application/json;q=0, */*", "text/csv"),
        ("application/pdf, text/csv;q=0.2", "text/csv"),
    ],
)
async def test_the_caller_says_in_which_form(api: Api, accept: str, expected: str) -> None:
    answer = await api.get(MONTH, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == expected


@pytest.mark.parametrize("accept", ["application/pdf", "text/html", "text/csv;q=0", "*/*;q=0"])
async def test_another_form_is_406_and_says_which_there_are(api: Api, accept: str) -> None:
    answer = await api.get(MONTH, headers={"Accept": accept})
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"
    assert "text/csv" in answer.json()["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "monthly?period=",
        "monthly?period=2026",
        "monthly?period=2026-13",
        "monthly?period=2026-3",
        "quarterly?period=2026-Q5",
        "quarterly?period=2026-03",
        "annual?period=2026-01",
        "annual?period=0999",
        "annual?period=2026&region=44",
        "annual?period=2026&typo=1",
    ],
)
async def test_a_period_that_is_none_is_422_and_names_the_field(api: Api, path: str) -> None:
    answer = await api.get(f"/v1/reports/{path}")
    assert answer.status_code == 422
    assert answer.json()["errors"]


async def test_a_month_without_anything_has_zeros_and_no_rates(api: Api) -> None:
    report = (await api.get(MONTH)).json()
    assert report["claims"] == {"reported": 0, "by_status": {}, "approved": 0, "rejected": 0, "paid_in_full": 0}
    assert report["money"]["paid"] == "0.00"
    assert report["definitions"] == "kpis@1"
    assert {each["value"] for each in report["kpis"]} == {None}
    assert report["compliance"]["total"]["breaches"]["percent"] is None
    assert (report["service_scores"], report["breaches"], report["breach_count"]) == ([], [], 0)


async def test_a_duplicate_that_was_merged_is_shown_and_not_reported_twice(
    services: ApiServices, make_client: Callable[[ApiServices], httpx2.AsyncClient]
) -> None:
    places = [("reported", 2), ("merged", 1), ("paid", 1)]
    counts = [ClaimCount("picc-sz", "440300", status, count) for status, count in places]
    figures = Reporting(GivenFigures(claim_counts=counts), packaged_kpis())
    async with make_client(replace(services, reports=figures)) as client:
        answer = await client.get(MONTH, headers={"Authorization": f"Bearer {signed(claims_of('insurer'))}"})
    report = answer.json()
    for claims in (report["claims"], report["by_insurer"][0]["claims"], report["by_region"][0]["claims"]):
        assert claims["reported"] == 3
        assert claims["by_status"] == {"merged": 1, "paid": 1, "reported": 2}


async def test_compliance_takes_any_kind_of_period(api: Api) -> None:
    for period, last in (("2026-03", "2026-03-31"), ("2026-Q2", "2026-06-30"), ("2025", "2025-12-31")):
        assert (await api.get(f"/v1/compliance?period={period}")).json()["period"]["last"] == last
    refused = await api.get("/v1/compliance?period=march")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/period")


async def test_without_a_period_it_is_the_one_that_business_time_is_in(api: Api) -> None:
    for kind, name in (("monthly", "2026-04"), ("quarterly", "2026-Q2"), ("annual", "2026")):
        assert (await api.get(f"/v1/reports/{kind}")).json()["period"]["name"] == name
