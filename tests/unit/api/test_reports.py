"""Who reports, and whether the insurer has the report yet: null is another thing than left out."""

from typing import Any

import pytest
from tests.support.story import at
from tests.unit.api.conftest import Api
from tests.unit.api.examples import a_report

BROKER_HAS_IT = "2026-03-02T09:40:00+08:00"


async def test_a_brokers_null_says_that_the_insurer_has_not_received_the_report(api: Api) -> None:
    body = a_report(broker_received_at=BROKER_HAS_IT, occurred_at=None)
    claim = (await api.post("/v1/claims", body, "broker")).json()
    assert claim["insurer_received_at"] is None
    assert claim["reported_at"] == claim["broker_received_at"] == BROKER_HAS_IT
    assert [(clock["rule"], clock["responsible"]) for clock in claim["clocks"]] == [("SZ-14.1", "broker")]
    received = await api.post(f"/v1/claims/{claim['id']}/insurer-receipts", headers={"Content-Type": "text/plain"})
    assert received.json()["insurer_received_at"] == "2026-03-02T10:00:00+08:00"


@pytest.mark.parametrize(("role", "occurred_at"), [("broker", ...), ("insurer", ...), ("insurer", None)])
async def test_otherwise_what_is_left_out_means_now(api: Api, role: str, occurred_at: Any) -> None:
    api.application.now_is = at("2026-03-02 10:20")
    body = a_report(broker_received_at=BROKER_HAS_IT, occurred_at=occurred_at)
    claim = (await api.post("/v1/claims", body, role)).json()
    assert claim["insurer_received_at"] == claim["reported_at"] == "2026-03-02T10:20:00+08:00"


async def test_a_brokers_null_needs_the_moment_at_which_it_received_the_report(api: Api) -> None:
    answer = await api.post("/v1/claims", a_report(occurred_at=None), "broker")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/broker_received_at"


async def test_a_brokers_report_belongs_to_the_insurer_of_the_policy(api: Api) -> None:
    claim = (await api.post("/v1/claims", a_report(policy__insurer="cpic-sz"), "broker")).json()
    assert (await api.get(f"/v1/claims/{claim['id']}", "insurer")).status_code == 404
    assert (await api.get(f"/v1/claims/{claim['id']}", "broker")).status_code == 200


async def test_a_policy_that_was_not_in_force_covers_nothing(api: Api) -> None:
    answer = await api.post("/v1/claims", a_report(policy__effective_to="2026-03-01"))
    assert answer.status_code == 409
    assert answer.json()["rule"] == "policy-not-in-force"
