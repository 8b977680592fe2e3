"""Health, metrics and the documentation page."""

import html
import json
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from notifications.api.guard import ANYONE, allow, guarded_router
from notifications.api.problems import not_ready
from notifications.api.services import Wired
from notifications.application.errors import DatabaseUnavailableError
from notifications.application.observe_queue import observe_queue

router = guarded_router(tags=["operation"])

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1c2733 }}
details {{ border: 1px solid #d5dce3; border-radius: 6px; margin: .5rem 0; padding: .5rem .8rem }}
summary {{ cursor: pointer }} code, pre {{ font-family: ui-monospace, monospace; font-size: 13px }}
pre {{ background: #f4f6f8; overflow: auto; padding: .8rem }} b {{ display: inline-block; width: 4.5rem }}
small {{ color: #5b6b7a }}
</style></head><body><h1>{title} <small>{version}</small></h1><p>{description}</p>
<p>The whole description, for programs: <a href="/openapi.json">/openapi.json</a>.</p>
{operations}<h2>Bodies</h2>{schemas}</body></html>"""


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


@router.get("/docs", openapi_extra=allow(ANYONE), include_in_schema=False)
async def show_docs(request: Request) -> HTMLResponse:
    """Show the same as a page that needs nothing from anywhere else."""
    described = request.app.openapi()
    info = described["info"]
    operations = "".join(
        _operation(method, path, operation)
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
    )
    schemas = "".join(_details(name, part) for name, part in described["components"]["schemas"].items())
    words = {name: html.escape(info[name]) for name in ("title", "version", "description")}
    page = _PAGE.format(**words, operations=operations, schemas=schemas)
    return HTMLResponse(page, headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"})


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    heading = f"<b>{method.upper()}</b><code>{html.escape(path)}</code> {html.escape(operation.get('description', ''))}"
    roles = html.escape(", ".join(operation["x-roles"]))
    shown = {name: operation[name] for name in ("parameters", "requestBody", "responses") if name in operation}
    return f"<details><summary>{heading}<br><small>{roles}</small></summary>{_json(shown)}</details>"


def _details(name: str, part: object) -> str:
    return f"<details><summary><code>{html.escape(name)}</code></summary>{_json(part)}</details>"


def _json(part: object) -> str:
    return f"<pre>{html.escape(json.dumps(part, ensure_ascii=False, indent=2))}</pre>"
