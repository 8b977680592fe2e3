"""Parties over REST, and the reports that they hand in."""

from typing import Any

import pytest
from tests.unit.api.conftest import Api

from claims.api.services import ApiServices

PARTY = {"kind": "insurer", "regions": ["440300", "110000"], "active_from": "2026-01-01"}


async def put(api: Api, body: dict[str, Any], code: str = "picc-sz", **more: str) -> Any:
    """Register, without a key."""
    return await api.client.put(f"/v1/parties/{code}", json=body, headers=api.headers("admin", more))


async def test_a_party_is_made_once_and_the_same_again_changes_nothing(api: Api) -> None:
    first, again = await put(api, PARTY), await put(api, PARTY)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.headers["location"] == "/v1/parties/picc-sz"
    assert first.headers["etag"] == again.headers["etag"] == '"1"'
    assert (
        first.json()
        == again.json()
        == {
            "code": "picc-sz",
            "kind": "insurer",
            "regions": ["110000", "440300"],
            "active_from": "2026-01-01",
            "registered_at": "2026-03-02T10:00:00+08:00",
            "changed_at": "2026-03-02T10:00:00+08:00",
            "version": 1,
        }
    )


async def test_regions_change_the_kind_does_not_and_if_match_is_kept_to(api: Api) -> None:
    await put(api, PARTY)
    changed = await put(api, {**PARTY, "regions": []}, **{"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["regions"], changed.headers["etag"]) == (200, [], '"2"')
    stale = await put(api, PARTY, **{"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["type"]) == (412, "urn:anze:problem:version-mismatch")
    other = await put(api, {**PARTY, "kind": "broker"})
    assert (other.status_code, other.json()["type"]) == (409, "urn:anze:problem:party-kind-is-fixed")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"regions": []}, "/regions"),
        ({"regions": ["4403"]}, "/regions/0"),
        ({"kind": "regulator"}, "/kind"),
        ({"active_from": "2026-02-30"}, "/active_from"),
        ({"name": "人保"}, "/name"),
    ],
)
async def test_what_cannot_be_registered_is_422_and_names_the_field(
    api: Api, change: dict[str, Any], pointer: str
) -> None:
    answer = await put(api, {**PARTY, **change})
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


async def test_what_is_no_code_names_nothing(api: Api) -> None:
    assert (await put(api, PARTY, "a b")).status_code == 404


async def test_a_party_sees_itself_and_an_administrator_all(api: Api) -> None:
    await put(api, PARTY)
    await put(api, {**PARTY, "kind": "broker"}, "mingya")
    assert (await api.get("/v1/parties/picc-sz")).status_code == 200
    assert (await api.get("/v1/parties/mingya")).status_code == 404
    assert [each["code"] for each in (await api.get("/v1/parties", role="admin")).json()["items"]] == [
        "picc-sz",
        "mingya",
    ]
    assert [each["code"] for each in (await api.get("/v1/parties")).json()["items"]] == ["picc-sz"]


REPORT = {"reference": "深人保〔2026〕17号", "recipients": ["联席会议办公室"], "uri": None, "sha256": "0" * 64}


async def test_a_submission_meets_its_clock_and_a_retry_gets_the_same_answer(api: Api, services: ApiServices) -> None:
    path = f"/v1/clocks/{services.submissions.clock_id}/submissions"  # type: ignore[attr-defined]
    body = {**REPORT, "occurred_at": "2026-04-02T17:00:00+08:00"}
    first = await api.post(path, body, headers={"Idempotency-Key": "one"})
    assert first.status_code == 200
    clock = first.json()
    assert (clock["rule"], clock["status"], clock["fulfilled_at"]) == ("SZ-28.1q", "met", "2026-04-02T17:00:00+08:00")
    assert (clock["period"], clock["claim_id"], clock["due_date"]) == ("2026-Q1", None, "2026-04-10")
    assert clock["subject"] == "parties/picc-sz"
    assert clock["limit"] == {"amount": 10, "unit": "first_days"}
    again = await api.post(path, body, headers={"Idempotency-Key": "one"})
    assert (again.json(), again.headers["idempotency-replayed"]) == (clock, "true")


async def test_a_submission_names_what_and_to_whom_and_a_moment_that_can_be(api: Api, services: ApiServices) -> None:
    path = f"/v1/clocks/{services.submissions.clock_id}/submissions"  # type: ignore[attr-defined]
    for change, pointer in (
        ({"reference": " "}, "/reference"),
        ({"recipients": []}, "/recipients"),
        ({"occurred_at": "2026-04-09T09:00:00+08:00"}, "/occurred_at"),
        ({"reference": "张三 的报告"}, "/reference"),
        ({"reference": "2026-17\n"}, "/reference"),
        ({"reference": "1" * 101}, "/reference"),
    ):
        answer = await api.post(path, {**REPORT, **change})
        assert answer.status_code == 422
        assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("reference", ["深人保〔2026〕17号", "SZ-28_1/2026.(3)", "[2026]17", "Отчёт-7", "1" * 100])
async def test_a_reference_is_the_number_of_a_document(api: Api, services: ApiServices, reference: str) -> None:
    path = f"/v1/clocks/{services.submissions.clock_id}/submissions"  # type: ignore[attr-defined]
    assert (await api.post(path, {**REPORT, "reference": reference})).status_code == 200


async def test_the_period_of_a_report_has_to_be_over(api: Api, services: ApiServices) -> None:
    path = f"/v1/clocks/{services.submissions.clock_id}/submissions"  # type: ignore[attr-defined]
    refused = await api.post(path, {**REPORT, "occurred_at": "2026-03-31T23:59:59+08:00"})
    assert (refused.status_code, refused.json()["rule"]) == (409, "period-not-over")
    assert refused.json()["facts"] == {"period": "2026-Q1", "over_at": "2026-04-01T00:00:00+08:00"}


async def test_if_match_takes_the_etag_of_the_clock(api: Api, services: ApiServices) -> None:
    path = f"/v1/clocks/{services.submissions.clock_id}/submissions"  # type: ignore[attr-defined]
    for wrong in ('"1"', "1.0", 'W/"1.0"', '"1.0.0.0"', '"x"'):
        assert (await api.post(path, REPORT, headers={"If-Match": wrong})).status_code == 400
    for stale in ('"1.1"', '"2.0"', '"1.0.1"'):
        refused = await api.post(path, REPORT, headers={"If-Match": stale})
        assert (refused.status_code, refused.json()["version"]) == (412, "1.0")
    done = await api.post(path, REPORT, headers={"If-Match": '"1.0"'})
    assert (done.status_code, done.headers["ETag"]) == (200, '"1.0.1"')
    assert (await api.post(path, REPORT, headers={"If-Match": '"1.0"'})).status_code == 412
    assert (await api.post(path, REPORT, headers={"If-Match": "*"})).status_code == 200


async def test_another_clock_waits_for_no_report(api: Api) -> None:
    answer = await api.post("/v1/clocks/01990000-0000-7000-8000-000000000009/submissions", REPORT)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:anze:problem:clock-not-periodic")
