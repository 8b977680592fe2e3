"""Requests that are none, over HTTP: tokens, bodies, queries and methods that cannot be taken, on both services."""

import base64
import json
import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from tests.acceptance.scene import Scene, pointers, problem
from tests.support.machine import Json


def test_another_method_is_405_and_says_which(scene: Scene) -> None:
    for method, path, allowed in (("DELETE", scene.claim, "GET"), ("GET", f"{scene.claim}/advances", "POST")):
        with scene.nothing_stored():
            answer = scene.callers.ask(method, path)
        assert allowed in problem(answer, 405, "method-not-allowed")["detail"]
        assert allowed in answer.headers["allow"]


def _bearers(scene: Scene) -> dict[str, str | None]:
    """Tokens that are none, by what is wrong with them."""
    good = scene.instance.bearer("insurer", tenant="picc-sz")["Authorization"].removeprefix("Bearer ")
    key, now = scene.instance.machine.keys.signing_key(), int(time.time())
    stated = {"iss": "anze-development", "aud": "anze", "sub": "x", "role": "admin", "iat": now, "exp": now + 300}
    header = {"alg": "ES256", "kid": key.kid}
    stranger = ECKey.generate_key("P-256", parameters={"kid": str(key.kid)})
    _, payload, signature = good.split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    return {
        "no token": None,
        "another scheme": "Basic YTpi",
        "no JWT": "Bearer abc",
        "expired": f"Bearer {jwt.encode(header, stated | {'exp': now - 31}, key)}",
        "not valid yet": f"Bearer {jwt.encode(header, stated | {'nbf': now + 90}, key)}",
        "signed by a stranger": f"Bearer {jwt.encode(header, stated, stranger)}",
        "changed after it was signed": f"Bearer {good[:-8]}{'A' * 8}",
        "of no algorithm": f"Bearer {none}.{payload}.",
        "of no algorithm with a signature": f"Bearer {none}.{payload}.{signature}",
        "for others": f"Bearer {jwt.encode(header, stated | {'aud': 'others'}, key)}",
        "of another issuer": f"Bearer {jwt.encode(header, stated | {'iss': 'others'}, key)}",
        "of no role": f"Bearer {jwt.encode(header, stated | {'role': 'root'}, key)}",
        "of an insurer without a tenant": f"Bearer {jwt.encode(header, stated | {'role': 'insurer'}, key)}",
    }


@pytest.mark.parametrize("service", ["claims", "notifications"])
def test_a_token_that_is_none_is_401(scene: Scene, service: str) -> None:
    path = {"claims": "/v1/claims", "notifications": "/v1/alerts"}[service]
    for name, bearer in _bearers(scene).items():
        for method in ("GET", "POST"):
            with scene.nothing_stored():
                answer = scene.callers.ask(
                    method, path, {}, who=None, service=service, headers={"Authorization": bearer}
                )
            assert answer.status_code == 401, f"{name}: {answer.text}"
            problem(answer, 401, "unauthorized")
            assert answer.headers["www-authenticate"].startswith("Bearer"), name


_LARGE = json.dumps({"text": "x" * 2_000_000}).encode()
BODIES: dict[str, tuple[int, str, bytes, str]] = {
    "two megabytes": (413, "body-too-large", _LARGE, "application/json"),
    "no JSON": (400, "malformed-json", b"{", "application/json"),
    "two values": (400, "malformed-json", b"{}{}", "application/json"),
    "NaN": (400, "malformed-json", b'{"text": NaN}', "application/json"),
    "no UTF-8": (400, "malformed-json", b'{"text": "\xff"}', "application/json"),
    "half a character": (400, "malformed-json", b'{"text": "\\ud800"}', "application/json"),
    "a hundred thousand brackets": (400, "malformed-json", b"[" * 100_000, "application/json"),
    "a list": (422, "invalid-request", b"[]", "application/json"),
    "null": (422, "invalid-request", b"null", "application/json"),
    "nothing": (422, "invalid-request", b"", "application/json"),
    "an empty object": (422, "invalid-request", b"{}", "application/json"),
    "text": (415, "unsupported-media-type", b"text=x", "text/plain"),
    "a form": (415, "unsupported-media-type", b"text=x", "application/x-www-form-urlencoded"),
    "XML": (415, "unsupported-media-type", b"<text/>", "application/xml"),
}
_WRITES = {"claims": ("{claim}/progress-notices", "insurer"), "notifications": ("/v1/recipients", "admin")}


@pytest.mark.parametrize("service", _WRITES)
@pytest.mark.parametrize("case", BODIES)
def test_a_body_that_cannot_be_taken_is_refused(scene: Scene, service: str, case: str) -> None:
    status, code, content, media_type = BODIES[case]
    path, who = _WRITES[service]
    more: dict[str, Any] = {"content": content, "headers": {"Content-Type": media_type}, "who": who, "service": service}
    scene.refused(status, code, "POST", path.format(claim=scene.claim), **more)


@pytest.mark.parametrize("service", _WRITES)
def test_a_large_body_of_unknown_length_is_413(scene: Scene, service: str) -> None:
    path, who = _WRITES[service]
    chunks = (_LARGE[start : start + 65_536] for start in range(0, len(_LARGE), 65_536))
    more: dict[str, Any] = {
        "content": chunks,
        "headers": {"Content-Type": "application/json"},
        "who": who,
        "service": service,
    }
    scene.refused(413, "body-too-large", "POST", path.format(claim=scene.claim), **more)


QUERIES = ("limit=0", "limit=201", "limit=ten", "limit=", "limit=5&limit=6", "cursor=x", "status=lost", "stauts=open")


@pytest.mark.parametrize("query", [*QUERIES, "policy_number=%00", "reported_from=2026-03-02T09:00:00"])
def test_a_wrong_query_is_422_at_its_parameter(scene: Scene, query: str) -> None:
    stated = scene.refused(422, "invalid-request", "GET", f"/v1/claims?{query}")
    assert pointers(stated) == [f"/{query.partition('=')[0]}"]


def test_a_cursor_that_the_feed_did_not_give_is_422(scene: Scene) -> None:
    assert pointers(scene.refused(422, "invalid-request", "GET", "/v1/events?after=x")) == ["/after"]


NAMES: dict[str, Json] = {
    "/name": {"name": "深圳\x00", "role": "operations"},
    "/role": {"name": "深圳", "role": ""},
    "/region": {"name": "深圳", "role": "operations", "region": "深圳"},
    "/rgeion": {"name": "深圳", "role": "operations", "rgeion": "440300"},
}


@pytest.mark.parametrize("pointer", NAMES)
def test_a_recipient_with_a_wrong_field_is_422_at_that_field(scene: Scene, pointer: str) -> None:
    before = scene.callers.read("/v1/recipients", "admin", "notifications")
    answer = scene.callers.ask("POST", "/v1/recipients", NAMES[pointer], who="admin", service="notifications")
    assert pointers(problem(answer, 422, "invalid-request")) == [pointer]
    assert scene.callers.read("/v1/recipients", "admin", "notifications") == before
