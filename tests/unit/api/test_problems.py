"""Every way to fail has its status, and a body that says what to do."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import asyncpg
import httpx2
import pytest
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from structlog.testing import capture_logs
from tests.support.story import at
from tests.unit.api.conftest import Api
from tests.unit.api.examples import a_report

from claims.api.app import ApiServices
from claims.application.calls import Contended
from claims.event_store.errors import StoreUnavailableError

UNKNOWN = "01990000-0000-7000-8000-999999999999"


def problem(answer: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["type"] == f"urn:anze:problem:{code}"
    assert body["status"] == status
    assert body["instance"] == answer.request.url.path
    assert body["title"]
    assert body["detail"]
    assert "Traceback" not in answer.text
    return body


async def reported(api: Api) -> str:
    return str((await api.post("/v1/claims", a_report())).json()["id"])


async def test_a_broken_rule_is_409_with_the_rule_its_article_and_the_facts(api: Api) -> None:
    claim_id = await reported(api)
    body = {"amount": "1.00", "payee": {"party": "hospital"}, "bank_reference": "x"}
    told = problem(await api.post(f"/v1/claims/{claim_id}/payments", body), 409, "not-settled")
    assert (told["rule"], told["article"], told["facts"]) == ("not-settled", "SZ-20 (9)", {})
    again = problem(await api.post("/v1/claims", a_report()), 409, "suspected-duplicate")
    assert again["facts"] == {"claim_id": claim_id}


async def test_an_agreement_without_the_clients_confirmation_breaks_a_rule(api: Api) -> None:
    base = f"/v1/claims/{await reported(api)}"
    await api.post(f"{base}/decisions", {"outcome": "approved", "amount": "5.00"})
    for confirmation in ({}, {"client_confirmation": None}, {"client_confirmation": " "}):
        body = {"amount": "5.00", "self_borne": "0.00", **confirmation}
        problem(await api.post(f"{base}/settlement-agreements", body), 409, "no-client-confirmation")


async def test_what_is_not_there_is_404(api: Api) -> None:
    claim_id = await reported(api)
    problem(await api.get(f"/v1/claims/{UNKNOWN}"), 404, "not-found")
    problem(await api.get("/v1/claims/no-uuid"), 404, "not-found")
    problem(await api.get(f"/v1/clocks/{UNKNOWN}"), 404, "not-found")
    problem(await api.get("/v1/rulebooks/beijing-1816"), 404, "not-found")
    problem(await api.get("/v1/nothing"), 404, "not-found")
    problem(await api.get("/v1/claims/"), 404, "not-found")
    body = {"amount": "1.00", "bank_reference": "x"}
    problem(await api.post(f"/v1/claims/{claim_id}/advances/{UNKNOWN}/payments", body), 404, "not-found")


async def test_an_unknown_part_named_in_the_body_is_a_wrong_field(api: Api) -> None:
    base = f"/v1/claims/{await reported(api)}"
    shares = [{"victim_id": UNKNOWN, "amount": "1.00"}]
    body = {"kind": "rescue", "requested_by": "insured", "allocations": shares}
    told = problem(await api.post(f"{base}/advances", body), 422, "invalid-request")
    assert told["errors"] == [{"pointer": "/allocations/0/victim_id", "reason": "This claim has no such victim."}]


async def test_another_method_is_405_and_says_which(api: Api) -> None:
    answer = await api.client.delete("/v1/claims")
    problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET, HEAD, POST"


async def test_a_missing_or_bad_key_is_400(api: Api) -> None:
    problem(await api.post("/v1/claims", a_report(), headers={"Idempotency-Key": None}), 400, "idempotency-key-missing")
    for key in ("", " ", "a b", "x" * 201, "é"):
        headers = [*api.headers("insurer").items(), ("Idempotency-Key", key)]
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
        answer = await api.client.post("/v1/claims", json=a_report(), headers=raw)
        problem(answer, 400, "idempotency-key-invalid")


@pytest.mark.parametrize("stated", ["3", "'3'", 'W/"3"', '"3", "4"', '"x"', '"-1"', '"03"', '"9999999999"'])
async def test_an_if_match_that_cannot_be_read_is_400(api: Api, stated: str) -> None:
    base = f"/v1/claims/{await reported(api)}"
    answer = await api.post(f"{base}/withdrawals", {"reason": "x"}, headers={"If-Match": stated})
    problem(answer, 400, "if-match-invalid")


async def test_a_stale_if_match_is_412_and_the_right_one_passes(api: Api) -> None:
    base = f"/v1/claims/{await reported(api)}"
    etag = (await api.get(base)).headers["etag"]
    moved = await api.post(f"{base}/claim-requests", {"claimant": "李某"}, headers={"If-Match": etag})
    assert moved.status_code == 200
    stale = await api.post(f"{base}/withdrawals", {"reason": "x"}, headers={"If-Match": etag})
    assert problem(stale, 412, "version-mismatch")["version"] == moved.json()["version"]
    anyway = await api.post(f"{base}/withdrawals", {"reason": "x"}, headers={"If-Match": "*"})
    assert anyway.status_code == 200


async def test_a_body_that_is_no_json_is_400_and_another_kind_415(api: Api) -> None:
    headers = {**api.headers("insurer"), "Idempotency-Key": "k", "Content-Type": "application/json"}
    for content in (b"{", b"\xff", b'{"a": NaN}', b'{"a": "\\ud800"}', b"[" * 2000, b"nul"):
        problem(await api.client.post("/v1/claims", content=content, headers=headers), 400, "malformed-json")
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""):
        answer = await api.client.post("/v1/claims", content=b"{}", headers={**headers, "Content-Type": kind})
        problem(answer, 415, "unsupported-media-type")
    for kind in ("application/json; charset=utf-8", "application/merge-patch+json", "Application/JSON"):
        answer = await api.client.post("/v1/claims", content=b"{}", headers={**headers, "Content-Type": kind})
        problem(answer, 422, "invalid-request")


@pytest.mark.parametrize("content", [b"[]", b'"x"', b"7", b"null"])
async def test_a_body_that_is_no_object_is_422(api: Api, content: bytes) -> None:
    headers = {**api.headers("insurer"), "Idempotency-Key": "k", "Content-Type": "application/json"}
    problem(await api.client.post("/v1/claims", content=content, headers=headers), 422, "invalid-request")


async def test_a_body_above_a_megabyte_is_413_with_a_length_or_without(api: Api) -> None:
    headers = {**api.headers("insurer"), "Idempotency-Key": "k", "Content-Type": "application/json"}
    stated = await api.client.post("/v1/claims", content=b" " * 1_000_001, headers=headers)
    problem(stated, 413, "body-too-large")

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(21):
            yield b" " * 50_000

    problem(await api.client.post("/v1/claims", content=chunks(), headers=headers), 413, "body-too-large")
    allowed = await api.client.post("/v1/claims", content=b" " * 999_998 + b"{}", headers=headers)
    problem(allowed, 422, "invalid-request")


async def test_a_fact_of_the_future_is_422_at_its_field(api: Api) -> None:
    base = f"/v1/claims/{await reported(api)}"
    api.application.now_is = at("2026-03-02 10:00")
    body = {"reason": "x", "occurred_at": "2026-03-02T10:01:01+08:00"}
    told = problem(await api.post(f"{base}/withdrawals", body), 422, "invalid-request")
    assert [error["pointer"] for error in told["errors"]] == ["/occurred_at"]


def _wrapped(original: BaseException) -> DBAPIError:
    class AdaptedError(Exception):
        """What a driver's dialect raises, with the driver's own error as its cause."""

    adapted = AdaptedError()
    adapted.__cause__ = original
    return OperationalError("select", {}, adapted)


AWAY: dict[str, Exception] = {
    "the store gave up": StoreUnavailableError("no answer"),
    "refused": ConnectionRefusedError(),
    "timed out": TimeoutError(),
    "shut down": asyncpg.AdminShutdownError("bye"),
    "starts": asyncpg.CannotConnectNowError("starting"),
    "connection lost": asyncpg.ConnectionDoesNotExistError("gone"),
    "statement too slow": asyncpg.QueryCanceledError("timeout"),
    "pool exhausted": PoolTimeoutError(),
    "wrapped": _wrapped(asyncpg.ConnectionDoesNotExistError("gone")),
    "wrapped refusal": _wrapped(ConnectionRefusedError()),
}


@pytest.mark.parametrize("case", AWAY)
async def test_a_database_that_is_away_is_503_with_retry_after(api: Api, case: str) -> None:
    claim_id = await reported(api)
    api.application.fails_with = AWAY[case]
    answer = await api.get(f"/v1/claims/{claim_id}")
    problem(answer, 503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0


async def test_endless_contention_is_503(api: Api) -> None:
    claim_id = await reported(api)
    api.application.fails_with = Contended()
    answer = await api.post(f"/v1/claims/{claim_id}/withdrawals", {"reason": "x"})
    problem(answer, 503, "contended")
    assert answer.headers["retry-after"] == "1"


@pytest.mark.parametrize("error", [ZeroDivisionError("secret"), _wrapped(asyncpg.UndefinedTableError("secret"))])
async def test_what_nobody_expected_is_500_without_a_word_of_it(api: Api, error: Exception) -> None:
    claim_id = await reported(api)
    api.application.fails_with = error
    with capture_logs() as logged:
        answer = await api.get(f"/v1/claims/{claim_id}")
    problem(answer, 500, "internal-error")
    assert [line["exc_info"] for line in logged if line["log_level"] == "error"] == [error]
    assert "secret" not in answer.text
    assert answer.headers["x-correlation-id"]


async def test_a_service_that_lacks_something_is_not_ready_and_says_what(
    services: ApiServices, make_client: Callable[[ApiServices], httpx2.AsyncClient]
) -> None:
    async def failing() -> bool:
        raise ConnectionRefusedError

    async def false() -> bool:
        return False

    lacking = replace(services, ready={**services.ready, "database": failing, "rulebooks": false})
    async with make_client(lacking) as client:
        told = problem(await client.get("/health/ready"), 503, "not-ready")
    assert told["checks"] == {"database": "failed", "calendar": "ok", "rulebooks": "failed"}
