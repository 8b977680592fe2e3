"""What the process says of itself: health, metrics, and the description of this interface for programs."""

import asyncio

import structlog
from starlette.responses import Response

from claims.api.answers.lists import LiveAnswer, ReadyAnswer
from claims.api.problems import not_ready
from claims.api.render import json_response
from claims.api.routes import PUBLIC, Call, Route
from claims.api.services import Check

_SECONDS = 3.0
"""How long a check may take before it has failed."""

_log = structlog.stdlib.get_logger(__name__)


async def _live(_: Call) -> Response:
    answer: LiveAnswer = {"status": "live"}
    return json_response(answer)


async def _ready(call: Call) -> Response:
    """Ask everything at once; one that fails is named."""
    names = list(call.services.ready)
    found = await asyncio.gather(*(_passes(name, call.services.ready[name]) for name in names))
    checks = {name: "ok" if ok else "failed" for name, ok in zip(names, found, strict=True)}
    if not all(found):
        raise not_ready(checks)
    answer: ReadyAnswer = {"status": "ready", "checks": checks}
    return json_response(answer)


async def _passes(name: str, check: Check) -> bool:
    try:
        async with asyncio.timeout(_SECONDS):
            return await check()
    except Exception as error:  # noqa: BLE001 - whatever it is, the service is not ready
        _log.warning("a readiness check failed", check=name, error=type(error).__name__)
        return False


async def _metrics(call: Call) -> Response:
    content, media_type = call.services.metrics.answer(call.request.headers.get("accept", ""))
    return Response(content, headers={"content-type": media_type})


async def _openapi(call: Call) -> Response:
    return json_response(call.request.app.state.document())


def operation_routes() -> tuple[Route, ...]:
    """Return the routes that everybody may take."""
    return (
        Route("GET", "/health/live", "live", "The process runs.", PUBLIC, _live, LiveAnswer, "operations"),
        Route(
            "GET",
            "/health/ready",
            "ready",
            "Database, calendar and rulebooks are there.",
            PUBLIC,
            _ready,
            ReadyAnswer,
            "operations",
            problems=(503,),
        ),
        Route("GET", "/metrics", "metrics", "Metrics for Prometheus.", PUBLIC, _metrics, "text/plain", "operations"),
        Route(
            "GET", "/openapi.json", "openapi", "This description.", PUBLIC, _openapi, "application/json", "operations"
        ),
    )
