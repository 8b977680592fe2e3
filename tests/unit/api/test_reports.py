"""Who reports, and whether the insurer has the report yet: null is another thing than left out."""

from typing import Any

import pytest
from tests.support.story import at
from tests.unit.api.conftest import Api
from tests.unit.api.examples import a_report

from claims.domain.personal import HIDDEN

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


async def test_an_endorsement_answers_with_the_policys_version_and_honours_if_match(api: Api) -> None:
    body = a_report()
    assert (await api.post("/v1/claims", body)).status_code == 201
    path = f"/v1/policies/{body['policy']['number']}/endorsements"
    changed: dict[str, Any] = {"limits": {**body["policy"]["limits"], "rescue": "2000000.00"}}
    changed["effective_from"] = "2026-03-03"
    done = await api.post(path, changed)
    assert done.headers["etag"] == f'"{done.json()["version"]}"'
    changed["limits"]["rescue"] = "3000000.00"
    stale = await api.post(path, changed, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["type"]) == (412, "urn:anze:problem:version-mismatch")
    assert (await api.post(path, changed, headers={"If-Match": done.headers["etag"]})).status_code == 200


async def test_only_the_insurer_asserts_completeness_and_others_read_no_name_of_a_document(api: Api) -> None:
    claim = (await api.post("/v1/claims", a_report())).json()
    path = f"/v1/claims/{claim['id']}/documents"
    body: dict[str, Any] = {"items": [{"code": "id", "name": "李大山身份证", "uri": "s3://李大山"}]}
    assert (await api.post(path, {**body, "complete": True}, "broker")).status_code == 403
    (sent,) = (await api.post(path, body, "broker")).json()["documents"]["received"]
    assert (sent["code"], sent["name"], sent["uri"]) == ("id", HIDDEN, HIDDEN)
    (read,) = (await api.get(f"/v1/claims/{claim['id']}")).json()["documents"]["received"]
    assert (read["name"], read["uri"]) == ("李大山身份证", "s3://李大山")


async def test_a_command_is_counted_under_the_name_of_its_operation(api: Api) -> None:
    await api.post("/v1/claims", a_report())
    assert api.application.envelopes[-1].command == "report_claim"
