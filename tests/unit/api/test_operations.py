"""What the process says of itself, and what runs through every request."""

import pytest
import structlog
from starlette.types import Receive, Scope, Send
from tests.unit.api.conftest import Api
from tests.unit.api.fakes import ids

from claims.api.middleware import Answering, Bounded, Correlated
from claims.api.problems import Refused


async def test_health_metrics_and_description_need_no_token(api: Api) -> None:
    assert (await api.client.get("/health/live")).json() == {"status": "live"}
    ready = await api.client.get("/health/ready")
    assert ready.json() == {"status": "ready", "checks": {"database": "ok", "calendar": "ok"}}
    metrics = await api.client.get("/metrics")
    assert (metrics.text, metrics.headers["content-type"]) == (
        "anze_claims_up 1\n",
        "text/plain; version=1.0.0; charset=utf-8",
    )
    assert (await api.client.get("/openapi.json")).json()["openapi"] == "3.1.0"


async def test_a_correlation_id_is_taken_if_it_is_one_and_made_otherwise(api: Api) -> None:
    taken = await api.client.get("/health/live", headers={"X-Correlation-Id": "story-7.a_b"})
    assert taken.headers["x-correlation-id"] == "story-7.a_b"
    for bad in ("a b", "x" * 65, "", "é"):
        made = await api.client.get("/health/live", headers=[(b"x-correlation-id", bad.encode("latin-1"))])
        assert made.headers["x-correlation-id"].startswith("01990000-0000-7000-8000-")


async def test_the_correlation_id_goes_with_the_command_and_comes_back_with_a_problem(api: Api) -> None:
    headers = {"X-Correlation-Id": "story-8"}
    answer = await api.post("/v1/claims/01990000-0000-7000-8000-999999999999/closures", headers=headers)
    assert (answer.status_code, answer.headers["x-correlation-id"]) == (404, "story-8")
    await api.post("/v1/policies/p/endorsements", _endorsement(), headers=headers)
    assert api.application.envelopes[-1].correlation_id == "story-8"


def _endorsement() -> dict[str, object]:
    limits = {"per_accident": "1", "per_person": "1", "rescue": "1", "medical": "1"}
    return {"limits": limits, "effective_from": "2026-06-01"}


async def test_the_correlation_id_is_on_every_log_line_of_the_request_and_of_no_other() -> None:
    seen: list[object] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(structlog.contextvars.get_contextvars().get("correlation_id"))

    async def never(*_: object) -> None: ...

    scope = {"type": "http", "headers": [(b"x-correlation-id", b"story-9")]}
    await Correlated(app, ids())(scope, never, never)  # type: ignore[arg-type]
    assert seen == ["story-9"]
    assert "correlation_id" not in structlog.contextvars.get_contextvars()


async def test_a_body_that_says_it_is_too_large_is_refused_unread() -> None:
    async def unread(*_: object) -> dict[str, object]:
        raise AssertionError("the body was read")

    scope = {"type": "http", "headers": [(b"content-length", b"1000001")]}
    with pytest.raises(Refused, match="1000000 bytes"):
        await Bounded(unread)(scope, unread, unread)  # type: ignore[arg-type]


async def test_an_answer_that_has_begun_is_not_begun_again() -> None:
    sent: list[object] = []

    async def breaks(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ZeroDivisionError

    async def receive() -> dict[str, object]:
        return {}

    async def send(message: object) -> None:
        sent.append(message)

    try:
        await Answering(breaks)({"type": "http", "path": "/"}, receive, send)
    except ZeroDivisionError:
        assert len(sent) == 1
    else:
        raise AssertionError("the error was swallowed")
