"""The commands around a claim that not every claim needs, over the interface."""

from typing import Any
from uuid import UUID

import pytest
from tests.unit.api.conftest import Api
from tests.unit.api.examples import a_report
from tests.unit.api.test_claim_journey import begun

from claims.domain.personal import HIDDEN

ITEM = {"code": "claim_form", "name": "索赔申请书"}


async def test_authorities_are_told_the_site_is_surveyed_and_the_outcome_is_reported(api: Api) -> None:
    act = (await begun(api)).act
    claim = await act("authority-notices", "03-02T11:00", recipients=["safety_authority"], reference="KB-1")
    assert claim["authority_notices"] == [
        {"at": "2026-03-02T11:00:00+08:00", "recipients": ["safety_authority"], "reference": "KB-1"}
    ]
    claim = await act("site-surveys", "03-02T12:00", surveyor="赵某", findings="脚手架坍塌")
    assert claim["site_surveys"][0]["surveyor"] == "赵某"
    await act("decisions", "03-03T09:00", outcome="rejected", reason="不属于保险责任")
    claim = await act("outcome-reports", "03-04T09:00", recipients=["operations_service_centre"], reference="JA-1")
    assert claim["outcome_reports"][0]["reference"] == "JA-1"


async def test_rescue_support_is_recorded_by_broker_or_insurer_and_read_by_the_insurer_alone(api: Api) -> None:
    begun_claim = await begun(api)
    path = f"/v1/claims/{begun_claim.claim_id}"
    body = {"provider": "深圳蓝天救援队", "description": "搜救被埋人员", "occurred_at": "2026-03-02T10:05:00+08:00"}
    answer = await api.post(f"{path}/rescue-supports", body, "broker")
    assert answer.status_code == 200
    hidden = {"at": "2026-03-02T10:05:00+08:00", "provider": HIDDEN, "description": HIDDEN}
    assert answer.json()["rescue_supports"] == [hidden]
    claim = await begun_claim.act("rescue-supports", "03-02T11:00", provider="保险公司救援部", description="调拨设备")
    assert [each["provider"] for each in claim["rescue_supports"]] == ["深圳蓝天救援队", "保险公司救援部"]
    assert (await api.get(path, "regulator")).json()["rescue_supports"][0] == hidden
    timeline = (await api.get(f"{path}/events")).json()["items"]
    told = [each["data"]["provider"] for each in timeline if "provider" in each["data"]]
    assert told == ["深圳蓝天救援队", "保险公司救援部"]
    assert (await api.post(f"{path}/rescue-supports", body, "regulator")).status_code == 403


async def test_the_insurer_says_by_code_who_works_on_a_claim(api: Api) -> None:
    begun_claim = await begun(api)
    path = f"/v1/claims/{begun_claim.claim_id}"
    assert (await api.get(path)).json()["adjuster"] is None
    claim = await begun_claim.act("assignments", "03-02T11:00", adjuster="sz-0417@claims")
    assert claim["adjuster"] == "sz-0417@claims"
    assert (await api.get("/v1/claims")).json()["items"][0]["adjuster"] == "sz-0417@claims"
    assert (await api.get(path, "regulator")).json()["adjuster"] == "sz-0417@claims"
    timeline = (await api.get(f"{path}/events")).json()["items"]
    assert [each["data"] for each in timeline if "adjuster" in each["data"]] == [{"adjuster": "sz-0417@claims"}]
    assert (await begun_claim.act("assignments", "03-02T12:00", adjuster=None))["adjuster"] is None
    assert (await api.post(f"{path}/assignments", {"adjuster": "x"}, "operations")).status_code == 403


@pytest.mark.parametrize(
    "body", [{}, {"adjuster": ""}, {"adjuster": "王某"}, {"adjuster": "a b"}, {"adjuster": "a" * 65}], ids=str
)
async def test_what_is_no_code_of_the_staff_is_refused(api: Api, body: dict[str, Any]) -> None:
    path = f"/v1/claims/{(await begun(api)).claim_id}/assignments"
    refused = await api.post(path, body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/adjuster"


async def test_a_claim_names_the_advances_that_nobody_has_asked_for(api: Api) -> None:
    begun_claim = await begun(api)
    claim = (await api.get(f"/v1/claims/{begun_claim.claim_id}")).json()
    rescue, medical = claim["eligible_advances"]
    assert rescue == {
        "kind": "rescue",
        "amount": "600000.00",
        "rule": "SZ-20.6",
        "citation": "深圳规范第二十条（六）",
    }
    assert (medical["kind"], medical["amount"]) == ("medical", None)
    asked: dict[str, Any] = {"kind": "rescue", "requested_by": "insured"}
    claim = await begun_claim.act("advances", "03-02T11:10", 201, **asked)
    assert [each["kind"] for each in claim["eligible_advances"]] == ["medical"]


async def test_an_advance_of_which_more_is_asked_shows_its_tranches(api: Api) -> None:
    act = (await begun(api)).act
    asked: dict[str, Any] = {"kind": "rescue", "requested_by": "insured", "amount": "600000.00"}
    advance = (await act("advances", "03-02T11:10", 201, **asked))["advance_id"]
    claim = await act(f"advances/{advance}/amendments", "03-03T10:00", amount="900000.00", reason="费用增加")
    assert claim["advances"][0]["amount"] == claim["advances"][0]["requested_amount"] == "900000.00"
    assert [(each["number"], each["amount"], each["paid_at"]) for each in claim["advances"][0]["tranches"]] == [
        (1, "600000.00", None),
        (2, "300000.00", None),
    ]
    clocks = [clock for clock in claim["clocks"] if clock["rule"] == "SZ-20.6"]
    assert [clock["started_at"][:10] for clock in clocks] == ["2026-03-02", "2026-03-03"]


async def test_a_small_claim_is_settled_in_one_step(api: Api) -> None:
    act = (await begun(api)).act
    await act("casualty-updates", "03-02T10:40", deaths=0, missing=0, emergency_surgeries=0, serious_injuries=1)
    await act("claim-requests", "03-02T11:00", claimant="李某", amount="8000.00")
    await act("documents", "03-02T12:00", items=[ITEM], complete=True)
    paid: dict[str, Any] = {"payee": {"party": "hospital"}, "bank_reference": "ICBC-1", "amount": "8000.00"}
    claim = await act("fast-track-settlements", "03-03T10:00", **paid)
    assert (claim["status"], claim["totals"]["paid"]) == ("paid", "8000.00")
    assert claim["payments"][0]["id"] == claim["payment_id"]


async def test_a_direct_payment_is_asked_for_and_decided(api: Api) -> None:
    act = (await begun(api)).act
    victim = (await act("victims", "03-02T10:35", 201, name="王某", outcome="injured"))["victim_id"]
    asked = {"requested_by": "victim", "victim_id": victim, "amount": "100.00"}
    request = (await act("direct-payment-requests", "03-02T11:00", 201, **asked))["direct_payment_id"]
    claim = await act(f"direct-payment-requests/{request}/decisions", "03-03T11:00", outcome="accepted")
    assert [each["outcome"] for each in claim["direct_payments"]] == ["accepted"]
    assert {clock["rule"]: clock["status"] for clock in claim["clocks"]}["SZ-20.10b"] == "met"


async def test_a_withdrawn_claim_is_reopened_in_a_new_round(api: Api) -> None:
    act = (await begun(api)).act
    await act("withdrawals", "03-03T10:00", reason="撤回")
    claim = await act("reopenings", "03-04T10:00", reason="补充证据")
    assert (claim["round"], claim["status"], claim["reopened_at"]) == (2, "reported", "2026-03-04T10:00:00+08:00")


async def test_of_clocks_that_one_act_meets_the_one_that_ends_first_binds(api: Api) -> None:
    act = (await begun(api)).act
    await act("intake-notices", "03-02T10:30", nature="坍塌", coverage="covered")
    claim = await act("documents", "03-02T12:00", items=[ITEM], complete=True)
    binding = {clock["rule"]: clock["binding"] for clock in claim["clocks"]}
    assert (binding["SZ-20.3"], binding["IL-23a"]) == (True, False)
    await act("decisions", "03-05T09:00", outcome="approved", amount="900000.00")
    agreed: dict[str, Any] = {"amount": "900000.00", "self_borne": "0", "client_confirmation": "签收单"}
    claim = await act("settlement-agreements", "03-06T10:00", **agreed)
    binding = {clock["rule"]: clock["binding"] for clock in claim["clocks"]}
    assert (binding["IL-23b"], binding["SZ-20.9"]) == (True, False)


async def test_a_duplicate_is_merged_and_either_claim_shows_the_other(api: Api) -> None:
    duplicate = await begun(api)
    again = await api.post("/v1/claims", a_report(confirm_not_duplicate=True))
    survivor = again.json()["id"]
    claim = await duplicate.act("merges", "03-03T10:00", into_claim_id=survivor, reason="同一事故")
    assert claim["status"] == "merged"
    assert claim["merged_into"] == {
        "claim_id": survivor,
        "number": again.json()["number"],
        "at": "2026-03-03T10:00:00+08:00",
    }
    assert {clock["status"] for clock in claim["clocks"]} == {"cancelled"}
    other = (await api.get(f"/v1/claims/{survivor}")).json()
    assert [each["claim_id"] for each in other["merged_from"]] == [duplicate.claim_id]
    assert (other["status"], other["merged_into"]) == ("reported", None)


async def test_a_merge_into_nothing_is_404_and_a_command_on_a_merged_claim_names_the_survivor(api: Api) -> None:
    duplicate = await begun(api)
    await duplicate.act("merges", "03-03T10:00", 404, into_claim_id=str(UUID(int=7)), reason="同一事故")
    survivor = (await api.post("/v1/claims", a_report(confirm_not_duplicate=True))).json()["id"]
    await duplicate.act("merges", "03-03T10:00", into_claim_id=survivor, reason="同一事故")
    refused = await api.post(f"/v1/claims/{duplicate.claim_id}/documents", {"items": [ITEM], "complete": True})
    assert (refused.status_code, refused.json()["rule"]) == (409, "claim-merged")
    assert refused.json()["facts"]["claim_id"] == survivor
