"""Claims of the past, explained clocks, and the due-date calculator, over HTTP."""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.support.story import at
from tests.unit.api.conftest import Api
from tests.unit.api.examples import a_report

from claims.application.history import Moment

ASKED: dict[str, Any] = {
    "rule": "SZ-20.6",
    "region": "440300",
    "started_at": "2026-02-13T10:00:00+08:00",
    "amount": "1000000.00",
}


async def reported(api: Api) -> str:
    return str((await api.post("/v1/claims", a_report())).json()["id"])


async def test_a_claim_of_the_past_has_no_etag(api: Api) -> None:
    claim_id = await reported(api)
    assert (await api.get(f"/v1/claims/{claim_id}")).headers["etag"]
    for query in ("as_of", "known_at"):
        answer = await api.get(f"/v1/claims/{claim_id}", params={query: "2026-03-02T10:30:00+08:00"})
        assert answer.status_code == 200
        assert answer.json()["id"] == claim_id
        assert "etag" not in answer.headers


async def test_both_moments_are_passed_on(api: Api) -> None:
    claim_id = await reported(api)
    moments = {"as_of": "2026-03-02T10:30:00+08:00", "known_at": "2026-03-03T00:00:00Z"}
    assert (await api.get(f"/v1/claims/{claim_id}", params=moments)).status_code == 200
    assert api.past.asked == [Moment(at("2026-03-02 10:30"), at("2026-03-03 08:00"))]


async def test_before_the_claim_existed_it_is_not_found(api: Api) -> None:
    claim_id = await reported(api)
    answer = await api.get(f"/v1/claims/{claim_id}", params={"as_of": "2026-01-01T00:00:00Z"})
    assert answer.status_code == 404


@pytest.mark.parametrize("name", ["as_of", "known_at"])
@pytest.mark.parametrize("value", ["2026-03-02T10:30:00", "2026-03-02", "yesterday", ""])
async def test_a_moment_without_an_offset_is_422_at_its_name(api: Api, name: str, value: str) -> None:
    claim_id = await reported(api)
    answer = await api.get(f"/v1/claims/{claim_id}", params={name: value})
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [f"/{name}"]


async def test_a_clock_is_explained_day_by_day(api: Api) -> None:
    claim_id = await reported(api)
    listed = (await api.get(f"/v1/claims/{claim_id}/clocks")).json()["items"][0]
    clock = (await api.get(f"/v1/clocks/{listed['id']}")).json()
    steps = clock.pop("explanation")
    assert clock == listed
    assert [(each["kind"], each["date"], each["number"]) for each in steps] == [
        ("start_day", "2026-03-02", None),
        ("counted", "2026-03-03", 1),
        ("end", "2026-03-03", None),
    ]
    assert steps[0] == {
        "kind": "start_day",
        "date": "2026-03-02",
        "number": None,
        "notice": None,
        "published_on": None,
        "article": "民法典第二百零一条第一款",
        "text": {
            "zh": "2026-03-02（周一）：开始的当日，不计入",
            "en": "2026-03-02 (Mon): the starting day, not counted",
        },
    }


async def test_the_calculator_says_when_and_why_and_needs_no_key(api: Api) -> None:
    answer = await api.client.post("/v1/due-dates", json=ASKED, headers=api.headers("broker"))
    assert answer.status_code == 200
    found = answer.json()
    steps = found.pop("explanation")
    title, citation = found.pop("title"), found.pop("citation")
    assert title["zh"]
    assert citation
    assert found == {
        "rule": "SZ-20.6",
        "tier": "service",
        "responsible": "insurer",
        "region": "440300",
        "started_at": "2026-02-13T10:00:00+08:00",
        "amount": "1000000.00",
        "limit": {"amount": 5, "unit": "working_days"},
        "due_at": "2026-02-28T00:00:00+08:00",
        "due_date": "2026-02-27",
        "provisional": False,
        "rulebook": "shenzhen-2018@2",
        "calendar_version": 1,
    }
    assert [each["kind"] for each in steps][:3] == ["bracket", "start_day", "make_up_day"]
    assert steps[2]["notice"] == "国务院办公厅 2026 年部分节假日安排"
    assert steps[2]["published_on"] == "2025-11-04"
    assert api.application.sent == []


async def test_hours_have_no_due_date(api: Api) -> None:
    asked = {**ASKED, "rule": "SZ-20.8", "amount": "100000.00"}
    found = (await api.post("/v1/due-dates", asked)).json()
    assert (found["due_at"], found["due_date"]) == ("2026-02-14T10:00:00+08:00", None)


@pytest.mark.parametrize("role", ["insurer", "operations", "broker", "regulator", "admin"])
async def test_every_reader_may_calculate(api: Api, role: str) -> None:
    assert (await api.post("/v1/due-dates", ASKED, role)).status_code == 200


async def test_a_service_may_not(api: Api) -> None:
    assert (await api.post("/v1/due-dates", ASKED, "service")).status_code == 403


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"amount": None}, "/amount"),
        ({"amount": "1.001"}, "/amount"),
        ({"started_at": "2026-02-13T10:00:00"}, "/started_at"),
        ({"region": "shenzhen"}, "/region"),
        ({"rule": ""}, "/rule"),
        ({"stores": True}, "/stores"),
    ],
)
async def test_what_cannot_be_calculated_is_422_at_its_name(api: Api, change: dict[str, Any], pointer: str) -> None:
    answer = await api.post("/v1/due-dates", {**ASKED, **change})
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rule": "SZ-99"}, "No rulebook has the rule SZ-99"),
        ({"region": "310000"}, "not applied in 310000 on 2026-02-13. It is applied in 440300 from 2018-01-01 until"),
        ({"started_at": "1999-01-01T00:00:00Z"}, "not applied in 440300 on 1999-01-01"),
    ],
)
async def test_a_rule_that_is_not_applied_there_and_then_is_422_and_says_where_and_since_when_it_is(
    api: Api, change: dict[str, Any], said: str
) -> None:
    answer = await api.post("/v1/due-dates", {**ASKED, **change})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["pointer"] == "/rule"
    assert said in error["reason"]
    assert "token" not in answer.text


async def test_the_bracket_is_chosen_by_the_fen(api: Api) -> None:
    start = date(2026, 2, 13)
    for amount, days in (("999999.99", 14), ("1000000.00", 14), ("1000000.01", 20)):
        found = (await api.post("/v1/due-dates", {**ASKED, "amount": amount})).json()
        assert found["due_date"] == (start + timedelta(days=days)).isoformat()
