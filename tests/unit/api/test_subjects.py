"""Complaints and hazards over REST: what is taken, refused, answered and shown to whom."""

from typing import Any

import pytest
from tests.support.story import ident
from tests.unit.api.conftest import Api
from tests.unit.api.fake_subjects import CLAIM_ABOUT

COMPLAINT: dict[str, Any] = {
    "party": "picc-sz",
    "region": "440300",
    "kind": "complaint",
    "needs_verification": True,
    "text": "无人回复",
    "occurred_at": "2026-03-02T09:00:00+08:00",
}
HAZARD: dict[str, Any] = {
    "party": "picc-sz",
    "region": "440300",
    "kind": "hidden_danger",
    "place": "二号仓库",
    "description": "消防通道堵塞",
    "insured": {"name": "某化工厂", "credit_code": "91440300MA5F00000X"},
}
REPORT = {"recipients": ["联席办"], "reference": "R-1", "sha256": "a" * 64}


async def test_a_complaint_is_made_replied_to_and_read(api: Api) -> None:
    made = await api.post("/v1/complaints", COMPLAINT)
    assert made.status_code == 201, made.text
    complaint = made.json()
    assert made.headers["Location"] == f"/v1/complaints/{complaint['id']}"
    assert (complaint["status"], complaint["party_kind"], complaint["text"]) == ("open", "insurer", "无人回复")
    assert [(each["rule"], each["subject"], each["claim_id"]) for each in complaint["clocks"]] == [
        ("SZ-27.2", f"complaints/{complaint['id']}", None),
        ("SZ-27.3", f"complaints/{complaint['id']}", None),
    ]
    path = made.headers["Location"]
    replied = await api.post(
        f"{path}/replies", {"text": "已处理", "final": True}, headers={"If-Match": made.headers["ETag"]}
    )
    assert (replied.status_code, replied.json()["status"]) == (200, "closed")
    assert {each["status"] for each in replied.json()["clocks"]} == {"met"}
    read = await api.get(path)
    assert read.json() == replied.json()
    assert read.headers["ETag"] == f'"{read.json()["version"]}"'
    refused = await api.post(f"{path}/replies", {"text": "还有", "final": False})
    assert (refused.status_code, refused.json()["article"]) == (409, "SZ-27 (3)")


async def test_a_retry_is_marked_and_gives_the_same(api: Api) -> None:
    key = {"Idempotency-Key": "once"}
    first = await api.post("/v1/complaints", COMPLAINT, headers=key)
    again = await api.post("/v1/complaints", COMPLAINT, headers=key)
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_a_hazard_is_made_reported_and_read(api: Api) -> None:
    made = await api.post("/v1/hazards", {**HAZARD, "party": "pengcheng"}, role="broker")
    assert made.status_code == 201, made.text
    assert (made.json()["party_kind"], made.json()["insured"]["name"]) == ("broker", "某化工厂")
    (clock,) = made.json()["clocks"]
    assert (clock["rule"], clock["responsible"]) == ("SZ-28.4", "broker")
    path = made.headers["Location"]
    reported = await api.post(f"{path}/reports", REPORT, role="broker")
    assert (reported.status_code, reported.json()["status"]) == (200, "reported")
    assert reported.json()["reports"][0]["recipients"] == ["联席办"]
    assert (await api.get(path, role="regulator")).status_code == 200


@pytest.mark.parametrize(("path", "body"), [("/v1/complaints", COMPLAINT), ("/v1/hazards", HAZARD)])
async def test_the_party_is_the_caller_itself(api: Api, path: str, body: dict[str, Any]) -> None:
    assert (await api.post(path, {**body, "party": "cpic-sz"})).status_code == 403
    assert (await api.post(path, body, role="broker")).status_code == 403
    for role in ("operations", "regulator", "admin"):
        assert (await api.post(path, body, role=role)).status_code == 403


async def test_a_claim_that_the_caller_does_not_see_is_not_found(api: Api) -> None:
    seen = await api.post("/v1/complaints", {**COMPLAINT, "claim_id": str(CLAIM_ABOUT)})
    assert seen.json()["claim_id"] == str(CLAIM_ABOUT)
    unseen = await api.post("/v1/complaints", {**COMPLAINT, "claim_id": str(ident("unseen"))})
    assert unseen.status_code == 404


async def test_a_complaint_about_a_claim_lies_where_its_accident_does(api: Api) -> None:
    nowhere = {name: value for name, value in COMPLAINT.items() if name != "region"}
    made = await api.post("/v1/complaints", {**nowhere, "claim_id": str(CLAIM_ABOUT)})
    assert (made.status_code, made.json()["region"], len(made.json()["clocks"])) == (201, "440300", 2)
    for region in ("440000", "440305", "110000", "999999"):
        refused = await api.post("/v1/complaints", {**COMPLAINT, "claim_id": str(CLAIM_ABOUT), "region": region})
        assert refused.status_code == 422
        assert [each["pointer"] for each in refused.json()["errors"]] == ["/region"]
        assert "440300" in refused.text


@pytest.mark.parametrize(("path", "body"), [("/v1/complaints", COMPLAINT), ("/v1/hazards", HAZARD)])
async def test_no_region_is_too_wide_for_the_rules_that_give_clocks(api: Api, path: str, body: dict[str, Any]) -> None:
    refused = await api.post(path, {**body, "region": "440000"})
    assert (refused.status_code, [each["pointer"] for each in refused.json()["errors"]]) == (422, ["/region"])
    assert "440300" in refused.text
    missing = {name: value for name, value in body.items() if name != "region"}
    for wrong in ({**body, "region": "000000"}, {**body, "region": "4403"}, missing):
        refused = await api.post(path, wrong)
        assert (refused.status_code, [each["pointer"] for each in refused.json()["errors"]]) == (422, ["/region"])
    for region, some in (("440305", True), ("440300", True), ("440100", False), ("110000", False), ("999999", False)):
        made = await api.post(path, {**body, "region": region})
        assert (made.status_code, bool(made.json()["clocks"])) == (201, some), region


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/v1/complaints", {**COMPLAINT, "kind": "praise"}, "/kind"),
        ("/v1/complaints", {**COMPLAINT, "text": " "}, "/text"),
        ("/v1/complaints", {**COMPLAINT, "needs_verification": "yes"}, "/needs_verification"),
        ("/v1/complaints", {**COMPLAINT, "occurred_at": "2026-03-02T10:00:00"}, "/occurred_at"),
        ("/v1/complaints", {**COMPLAINT, "occurred_at": "2099-03-02T10:00:00+08:00"}, "/occurred_at"),
        ("/v1/hazards", {**HAZARD, "kind": "small"}, "/kind"),
        ("/v1/hazards", {**HAZARD, "severity": 1}, "/severity"),
    ],
)
async def test_a_wrong_field_is_named(api: Api, path: str, body: dict[str, Any], pointer: str) -> None:
    refused = await api.post(path, body)
    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json()["errors"]] == [pointer]


@pytest.mark.parametrize("path", ["/v1/complaints", "/v1/hazards"])
async def test_what_is_not_there_or_of_another_kind_is_not_found(api: Api, path: str) -> None:
    other = "/v1/hazards" if path == "/v1/complaints" else "/v1/complaints"
    made = await api.post(other, HAZARD if other == "/v1/hazards" else COMPLAINT)
    for unknown in (made.json()["id"], str(ident("nothing")), "x"):
        assert (await api.get(f"{path}/{unknown}")).status_code == 404


async def test_lists_take_filters_and_refuse_what_they_do_not_know(api: Api) -> None:
    assert (await api.get("/v1/complaints?status=open&kind=enquiry&party=picc-sz&region=440300")).json() == {
        "items": [],
        "next_cursor": None,
    }
    assert (await api.get("/v1/hazards?status=closed")).status_code == 422
    assert (await api.get("/v1/complaints?severity=1")).status_code == 422
