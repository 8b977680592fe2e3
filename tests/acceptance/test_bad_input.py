"""Bad input over HTTP: each has its status of the contract, a problem that says what to do, and nothing is stored."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from tests.acceptance.bad_fields import ADVANCES, NOBODY, REPORTS, Wrong
from tests.acceptance.scene import MOMENT, Scene, pointers, problem
from tests.support.machine import Json
from tests.support.reports import changed, report

ADVANCE = {"kind": "medical", "requested_by": "insured", "amount": "90000.00", "occurred_at": MOMENT}


@pytest.mark.parametrize("case", REPORTS)
def test_a_report_with_a_wrong_field_is_422_at_that_field(scene: Scene, case: str) -> None:
    wrong: Wrong = REPORTS[case]
    body = changed(report(policy__number="BAD-2"), **{wrong.path: wrong.value})
    stated = scene.refused(422, "invalid-request", "POST", "/v1/claims", body)
    assert pointers(stated) == [wrong.pointer]
    assert str(wrong.value) not in json.dumps(stated["errors"], ensure_ascii=False) or len(str(wrong.value)) < 5


@pytest.mark.parametrize("case", ADVANCES)
def test_an_advance_with_a_wrong_field_is_422_at_that_field(scene: Scene, case: str) -> None:
    wrong: Wrong = ADVANCES[case]
    body = changed(ADVANCE, **{wrong.path: wrong.value})
    stated = scene.refused(422, "invalid-request", "POST", f"{scene.claim}/advances", body)
    assert pointers(stated) == [wrong.pointer]


@pytest.mark.parametrize("field", ["accident__occurred_at", "occurred_at"])
def test_a_fact_more_than_a_minute_ahead_is_422(scene: Scene, field: str) -> None:
    ahead = (scene.now() + timedelta(seconds=90)).isoformat()
    changes = {"accident__occurred_at": ahead, "occurred_at": ahead} if "accident" in field else {field: ahead}
    stated = scene.refused(422, "invalid-request", "POST", "/v1/claims", report(policy__number="BAD-3", **changes))
    assert set(pointers(stated)) <= {"/accident/occurred_at", "/occurred_at"}


def test_a_fact_before_the_accident_is_422(scene: Scene) -> None:
    body = ADVANCE | {"occurred_at": "2026-03-02T08:09:59+08:00"}
    assert pointers(scene.refused(422, "invalid-request", "POST", f"{scene.claim}/advances", body)) == ["/occurred_at"]


def test_a_policy_not_in_force_at_the_accident_is_409(scene: Scene) -> None:
    for period in ({"policy__effective_to": "2026-03-01"}, {"policy__effective_from": "2026-03-03"}):
        body = report(policy__number="BAD-4", **period)
        stated = scene.refused(409, "policy-not-in-force", "POST", "/v1/claims", body)
        assert stated["article"] == "Insurance Law art. 14"


def test_an_advance_that_the_policy_does_not_cover_is_409(scene: Scene) -> None:
    bare = scene.callers.told("/v1/claims", report(policy__number="BAD-5", policy__limits__rescue="0.00"))
    body = ADVANCE | {"kind": "rescue", "amount": None}
    stated = scene.refused(409, "advance-not-covered", "POST", f"/v1/claims/{bare['id']}/advances", body)
    assert stated["rule"] == "advance-not-covered"
    assert stated["article"] == "SZ-20 (6)-(8)"


def test_a_second_decision_and_a_payment_above_the_first_are_409(scene: Scene) -> None:
    made = scene.callers.told("/v1/claims", report(policy__number="BAD-6"))
    claim = f"/v1/claims/{made['id']}"
    decision = {"occurred_at": MOMENT, "outcome": "approved", "amount": "100000.00"}
    scene.callers.told(f"{claim}/decisions", decision)
    for second in (decision, decision | {"outcome": "rejected", "amount": None, "reason": "不属于保险责任"}):
        stated = scene.refused(409, "claim-already-decided", "POST", f"{claim}/decisions", second)
        assert stated["article"] == "Insurance Law art. 23"
    agreement = {"occurred_at": MOMENT, "amount": "100000.00", "self_borne": "0.00", "client_confirmation": "确认书-1"}
    above = agreement | {"amount": "100000.01"}
    scene.refused(409, "settlement-above-decided", "POST", f"{claim}/settlement-agreements", above)
    scene.callers.told(f"{claim}/settlement-agreements", agreement)
    payment = {"occurred_at": MOMENT, "payee": {"party": "hospital"}, "bank_reference": "ICBC-1"}
    scene.refused(409, "payment-above-decided", "POST", f"{claim}/payments", payment | {"amount": "100000.01"})
    scene.callers.told(f"{claim}/payments", payment | {"amount": "60000.00"})
    scene.refused(409, "payment-above-decided", "POST", f"{claim}/payments", payment | {"amount": "40000.01"})
    assert scene.callers.read(claim)["totals"]["paid"] == "60000.00"


UNKNOWN: tuple[tuple[str, str, Json | None], ...] = (
    ("GET", "/v1/claims/{nobody}", None),
    ("GET", "/v1/claims/{nobody}/events", None),
    ("GET", "/v1/claims/{nobody}/clocks", None),
    ("GET", "/v1/claims/not-an-id", None),
    ("GET", "/v1/claims/%00", None),
    ("GET", "/v1/clocks/{nobody}", None),
    ("GET", "/v1/rulebooks/atlantis-2018", None),
    ("POST", "/v1/claims/{nobody}/advances", ADVANCE),
    ("POST", "/v1/claims/not-an-id/advances", ADVANCE),
    ("POST", "{claim}/advances/{nobody}/refusals", {"reason": "理由", "occurred_at": MOMENT}),
    ("POST", "{claim}/payments/{nobody}/failures", {"reason": "账号有误", "occurred_at": MOMENT}),
    ("GET", "/v1/nothing", None),
    ("GET", "/", None),
    ("POST", "/v1/claims/", {}),
)


@pytest.mark.parametrize(("method", "path", "body"), UNKNOWN)
def test_what_does_not_exist_is_404(scene: Scene, method: str, path: str, body: Json | None) -> None:
    scene.refused(404, "not-found", method, path.format(nobody=NOBODY, claim=scene.claim), body)


@pytest.mark.parametrize("who", ["foreign insurer", "foreign operations", "foreign broker", "foreign regulator"])
def test_another_tenants_claim_is_404_as_if_it_were_not_there(scene: Scene, who: str) -> None:
    theirs = scene.refused(404, "not-found", "GET", scene.claim, who=who)
    nobodys = scene.refused(404, "not-found", "GET", f"/v1/claims/{NOBODY}", who=who)
    assert theirs["detail"].replace(scene.claim_id, NOBODY) == nobodys["detail"]


@pytest.mark.parametrize("key", [None, "", "two words", "k" * 2000])
def test_a_command_without_a_key_that_can_be_used_is_400(scene: Scene, key: str | None) -> None:
    with scene.nothing_stored():
        answer = scene.callers.ask("POST", f"{scene.claim}/advances", ADVANCE, headers={"Idempotency-Key": key})
    assert answer.status_code == 400
    assert "Idempotency-Key" in problem(answer, 400, answer.json()["type"].rpartition(":")[2])["detail"]


def test_a_reused_key_is_422_and_the_same_body_gets_the_first_answer(scene: Scene) -> None:
    path, key = f"{scene.claim}/progress-notices", {"Idempotency-Key": "reused"}
    notice = {"occurred_at": MOMENT, "text": "仍在核定"}
    first = scene.callers.ask("POST", path, notice, headers=key)
    assert first.status_code == 200
    other = notice | {"text": "另一回事"}
    assert "new key" in scene.refused(422, "idempotency-key-reused", "POST", path, other, headers=key)["detail"]
    with scene.nothing_stored():
        again = scene.callers.ask("POST", path, notice, headers=key)
    assert (again.status_code, again.json(), again.headers["etag"]) == (200, first.json(), first.headers["etag"])
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    scene.refused(404, "not-found", "POST", path, notice, headers=key, who="foreign insurer")


def test_a_stale_if_match_is_412_and_one_that_cannot_be_read_400(scene: Scene) -> None:
    path = f"{scene.claim}/progress-notices"
    notice = {"occurred_at": MOMENT, "text": "仍在核定"}
    version = scene.callers.read(scene.claim)["version"]
    for stale in (f'"{version - 1}"', f'"{version + 1}"', '"0"'):
        stated = scene.refused(412, "version-mismatch", "POST", path, notice, headers={"If-Match": stale})
        assert stated["version"] == version
    for unreadable in ("3", '"x"', 'W/"1"', '"1", "2"'):
        scene.refused(400, "if-match-invalid", "POST", path, notice, headers={"If-Match": unreadable})
    assert scene.callers.ask("POST", path, notice, headers={"If-Match": f'"{version}"'}).status_code == 200


def test_twins_sent_at_once_get_the_same_answer(scene: Scene) -> None:
    key = {"Idempotency-Key": "twins"}
    body = report(policy__number="TWINS-1", accident__occurred_at="2026-03-02T07:00:00+08:00")
    answers = _at_once(8, lambda: scene.callers.ask("POST", "/v1/claims", body, headers=key))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len({(answer.headers["etag"], answer.headers["location"]) for answer in answers}) == 1
    assert Counter(answer.headers.get("idempotency-replayed") for answer in answers) == {None: 1, "true": 7}
    claim = f"/v1/claims/{answers[0].json()['id']}"
    asked = _at_once(8, lambda: scene.callers.ask("POST", f"{claim}/advances", ADVANCE, headers=key))
    assert len({answer.text for answer in asked}) == 1
    assert [one["id"] for one in scene.callers.read(claim)["advances"]] == [asked[0].json()["advance_id"]]


def test_two_reports_of_one_accident_at_once_cannot_both_pass(scene: Scene) -> None:
    body = report(policy__number="TWINS-2", accident__occurred_at="2026-03-02T07:00:00+08:00")
    answers = _at_once(6, lambda: scene.callers.ask("POST", "/v1/claims", body))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 5}
    first = next(answer.json()["id"] for answer in answers if answer.status_code == 201)
    for answer in answers:
        if answer.status_code == 409:
            assert problem(answer, 409, "suspected-duplicate")["facts"]["claim_id"] == first


def _at_once(count: int, send: Any) -> list[httpx2.Response]:
    with ThreadPoolExecutor(count) as pool:
        return [each.result() for each in [pool.submit(send) for _ in range(count)]]
