"""Bad input: each kind has its status, its stable type, and says where it is."""

import copy
import json
import re
from typing import Any

import pytest
from tests.integration.alerts.service import Service, event

from notifications.api.edge import LARGEST_BODY


def _changed(path: str, value: Any) -> dict[str, Any]:
    alert = copy.deepcopy(event())
    *above, last = path.strip("/").split("/")
    part: Any = alert
    for step in above:
        part = part[step]
    part[last] = value
    return alert


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/recieved", "x"),
        ("/time", "2026-03-09T00:00:00"),
        ("/time", "yesterday"),
        ("/type", "clock.exploded"),
        ("/specversion", "0.3"),
        ("/id", ""),
        ("/id", "a\x00b"),
        ("/data/claim/number", "\x00"),
        ("/data/roles", []),
        ("/data/roles", ["Regulator!"]),
        ("/data/region", "4403"),
        ("/data/region", "４４０３００"),
        ("/data/sequence", -1),
        ("/data/sequence", 2**63),
        ("/data/clock/due_at", "2026-03-09T00:00:00"),
        ("/data", "x"),
        ("/correlationid", "x" * 65),
    ],
)
async def test_a_malformed_alert_is_refused_where_it_is_wrong(service: Service, path: str, value: Any) -> None:
    answer = await service.http.post("/v1/alerts", json=_changed(path, value), headers=service.as_role("service"))
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "urn:anze:problem:invalid-request"
    assert problem["status"] == 422
    assert problem["instance"] == "/v1/alerts"
    assert problem["errors"][0]["pointer"].startswith(path)
    assert problem["errors"][0]["reason"]


async def test_a_missing_field_is_named(service: Service) -> None:
    alert = event()
    del alert["data"]["severity"]
    answer = await service.http.post("/v1/alerts", json=alert, headers=service.as_role("service"))
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:anze:problem:invalid-request")
    assert answer.json()["errors"][0]["pointer"] == "/data/severity"


@pytest.mark.parametrize("kind", ["advance.requested", "claim.accident_graded", "calendar.missing", "heartbeat"])
async def test_an_alert_without_a_clock_is_an_alert(service: Service, kind: str) -> None:
    alert = event(type=kind)
    del alert["data"]["clock"]
    await service.alert(alert)


async def test_a_body_over_one_megabyte_is_too_large(service: Service) -> None:
    headers = service.as_role("service") | {"content-type": "application/json"}

    async def in_pieces() -> Any:
        for _ in range(20):
            yield b"x" * (LARGEST_BODY // 10)

    for content in (b"x" * (2 * LARGEST_BODY), in_pieces()):
        answer = await service.http.post("/v1/alerts", content=content, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (413, "urn:anze:problem:body-too-large")


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b"{", "application/json", 400, "malformed-json"),
        (b'{"id": NaN}', "application/json", 400, "malformed-json"),
        (b'{"id": "\\ud800"}', "application/json", 400, "malformed-json"),
        (b"\xff\xfe", "application/json", 400, "malformed-json"),
        (b"{}", "text/plain", 415, "unsupported-media-type"),
        (b"[]", "application/json", 422, "invalid-request"),
        (b"", "application/json", 422, "invalid-request"),
    ],
)
async def test_what_is_not_json_is_refused(
    service: Service, content: bytes, media_type: str, status: int, code: str
) -> None:
    headers = service.as_role("service") | {"content-type": media_type}
    answer = await service.http.post("/v1/alerts", content=content, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:anze:problem:{code}"), answer.text


async def test_the_media_type_of_cloud_events_is_taken(service: Service) -> None:
    headers = service.as_role("service") | {"content-type": "application/cloudevents+json; charset=utf-8"}
    answer = await service.http.post("/v1/alerts", content=json.dumps(event()), headers=headers)
    assert answer.status_code == 202


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("cursor=nonsense", "cursor"),
        ("cursor=%00", "cursor"),
        ("kin=clock.breached", "kin"),
        ("unheard=perhaps", "unheard"),
        ("kind=%00", "kind"),
    ],
)
async def test_a_query_that_is_wrong_is_refused(service: Service, query: str, parameter: str) -> None:
    answer = await service.http.get(f"/v1/alerts?{query}", headers=service.as_role("admin"))
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == f"/{parameter}"


@pytest.mark.parametrize("path", ["/v1/alerts/nonsense", "/v1/alerts/%00", "/v1/nothing", "/"])
async def test_what_is_not_there_is_not_found(service: Service, path: str) -> None:
    answer = await service.http.get(path, headers=service.as_role("admin"))
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:anze:problem:not-found"


async def test_a_method_that_an_address_does_not_take_is_named(service: Service) -> None:
    answer = await service.http.put("/v1/alerts", headers=service.as_role("admin"))
    assert (answer.status_code, answer.json()["type"]) == (405, "urn:anze:problem:method-not-allowed")


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 0}, {"iss": "https://other.example"}, {"aud": "other"}, {"role": "king"}, {"sub": 7},
        {"region": "44"}, {"region": None},
    ],
)  # fmt: skip
async def test_a_token_that_says_something_else_is_refused(service: Service, claims: dict[str, Any]) -> None:
    answer = await service.http.get("/v1/alerts", headers=service.as_role("regulator", **claims))
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:anze:problem:unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_the_sandbox_clock_is_not_there_outside_a_sandbox(service: Service) -> None:
    answer = await service.http.put("/v1/sandbox/clock", json={"offset_us": 1}, headers=service.as_role("admin"))
    assert answer.status_code == 404


async def test_the_sandbox_clock_never_goes_back(sandbox_service: Service) -> None:
    headers = sandbox_service.as_role("service")
    for offset_us, status in ((10, 200), (10, 200), (9, 409), (-1, 409), (11, 200), (2**62, 422)):
        body = {"offset_us": offset_us}
        answer = await sandbox_service.http.put("/v1/sandbox/clock", json=body, headers=headers)
        assert answer.status_code == status


async def test_a_correlation_id_is_kept_if_it_is_one_and_made_otherwise(service: Service) -> None:
    kept = await service.http.get("/health/live", headers={"x-correlation-id": "abc-1"})
    assert kept.headers["x-correlation-id"] == "abc-1"
    made = await service.http.get("/health/live", headers={"x-correlation-id": "no spaces"})
    assert len(made.headers["x-correlation-id"]) == 36
    alert = await service.http.post(
        "/v1/alerts", json=event(), headers=service.as_role("service") | {"x-correlation-id": "abc-2"}
    )
    shown = await service.get(alert.headers["location"])
    assert shown["correlation_id"] == "abc-2"


async def test_the_documentation_needs_nothing_from_anywhere_else(service: Service) -> None:
    page = await service.http.get("/docs")
    loaded = re.findall(r'(?:src|href)="(docs/files/[^"]+)"', page.text)
    assert len(loaded) == 4
    for address in loaded:
        for encoding in ("gzip", "identity"):
            answer = await service.http.get(f"/{address}", headers={"accept-encoding": encoding})
            assert (answer.status_code, len(answer.content) > 100) == (200, True), address
            assert answer.headers.get("content-encoding", "identity") == encoding
            assert answer.headers["content-type"].startswith("text/css" if address.endswith(".css") else "text/java")
    assert "script-src 'self'; style-src 'self'" in page.headers["content-security-policy"]
    assert "://" not in page.text
    for name in ("index.html", "..%2Fpackages.json", "start.js.gz", "nothing.js"):
        assert (await service.http.get(f"/docs/files/{name}")).status_code == 404


async def test_the_documentation_can_be_read_without_scripts(service: Service) -> None:
    page = (await service.http.get("/docs/plain")).text
    assert "/v1/alerts" in page
    assert "http://" not in page
    assert "<script" not in page
    assert "src=" not in page


async def test_the_metrics_count_alerts_and_what_waits(service: Service) -> None:
    await service.listener("https://example.com/hook")
    await service.alert()
    await service.alert(event(roles=["safety_committee"]))
    shown = (await service.http.get("/metrics")).text
    assert 'notifications_alerts_total{kind="clock.breached",result="accepted"} 2.0' in shown
    assert 'notifications_alerts_unheard_total{kind="clock.breached"} 1.0' in shown
    assert 'notifications_queue_depth{state="due"} 1.0' in shown
