"""Health, metrics and the description of this interface for programs."""

from typing import Any

from fastapi import Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from notifications.api.guard import ANYONE, allow, guarded_router
from notifications.api.problems import not_ready
from notifications.api.services import Wired
from notifications.application.errors import DatabaseUnavailableError
from notifications.application.observe_queue import observe_queue

router = guarded_router(tags=["operation"])

_UNHEARD = "no administrator is subscribed to routing.unheard: {} such alerts of the last day reached nobody"


class Health(BaseModel):
    """The state of a process."""

    status: str
    warnings: list[str] = []


@router.get("/health/live", openapi_extra=allow(ANYONE))
async def is_alive() -> Health:
    """Answer as long as the process runs."""
    return Health(status="live")


@router.get("/health/ready", openapi_extra=allow(ANYONE))
async def is_ready(services: Wired) -> Health:
    """Answer 200 when the database answers, else 503; with what somebody ought to see to."""
    if not await services.is_ready():
        raise not_ready()
    lost = await services.ledger.unheard_lately()
    return Health(status="ready", warnings=[_UNHEARD.format(lost)] if lost else [])


@router.get("/metrics", openapi_extra=allow(ANYONE), response_class=Response)
async def show_metrics(services: Wired) -> Response:
    """Show the series for Prometheus; without a database those of the queue stay as they were."""
    try:
        await observe_queue(services.queue, services.metrics)
    except DatabaseUnavailableError:
        services.metrics.database_failures.inc()
    return Response(generate_latest(services.metrics.registry), media_type=CONTENT_TYPE_LATEST)


@router.get("/openapi.json", openapi_extra=allow(ANYONE), include_in_schema=False)
async def show_openapi(request: Request) -> dict[str, Any]:
    """Show the description of this interface."""
    described: dict[str, Any] = request.app.openapi()
    return described
