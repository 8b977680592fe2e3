"""The description of this interface for people: Swagger UI from this host alone, and a page without scripts."""

import html
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import FileResponse, HTMLResponse

from notifications.api.guard import ANYONE, allow, guarded_router
from notifications.api.problems import not_found
from notifications.api.services import Wired
from notifications.application.errors import SetupError

router = guarded_router(tags=["operation"])

_FILES = Path(__file__).parents[1] / "browser_files" / "docs"
_PAGE = "index.html"
_POLICY = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; connect-src 'self'; form-action 'none'; "
    "frame-ancestors 'none'; img-src 'self' data:; script-src 'self'; style-src 'self'",
}
_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript"}
_SAME_FOR_AN_HOUR = {"Cache-Control": "max-age=3600", "Vary": "Accept-Encoding"}

_PLAIN = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1c2733 }}
details {{ border: 1px solid #d5dce3; border-radius: 6px; margin: .5rem 0; padding: .5rem .8rem }}
summary {{ cursor: pointer }} code, pre {{ font-family: ui-monospace, monospace; font-size: 13px }}
pre {{ background: #f4f6f8; overflow: auto; padding: .8rem }} b {{ display: inline-block; width: 4.5rem }}
small {{ color: #5b6b7a }}
</style></head><body><h1>{title} <small>{version}</small></h1><p>{description}</p>
<p>The whole description, for programs: <a href="/openapi.json">/openapi.json</a>.</p>
{operations}<h2>Bodies</h2>{schemas}</body></html>"""


def docs_files() -> Mapping[str, Path]:
    """Find what the page is made of, by name; SetupError when it was not fetched."""
    found = {path.name: path for path in _FILES.glob("*") if path.suffix != ".gz"}
    if not found:
        raise SetupError(f"{_FILES} is empty: run `make setup`, which fetches what the pages load in a browser")
    return found


@router.get("/docs", openapi_extra=allow(ANYONE), include_in_schema=False)
async def show_docs(services: Wired) -> FileResponse:
    """Show the description, to be read and tried out."""
    return FileResponse(services.docs[_PAGE], headers=_POLICY | {"Cache-Control": "no-cache"})


@router.get("/docs/files/{file}", openapi_extra=allow(ANYONE), include_in_schema=False)
async def show_docs_file(file: str, services: Wired, request: Request) -> FileResponse:
    """Show what that page loads, packed for whoever takes it so."""
    if file not in services.docs or file == _PAGE:
        raise not_found()
    path = services.docs[file]
    headers = dict(_SAME_FOR_AN_HOUR)
    if "gzip" in {each.strip() for each in request.headers.get("accept-encoding", "").split(",")}:
        path, headers["Content-Encoding"] = path.with_name(f"{path.name}.gz"), "gzip"
    return FileResponse(path, media_type=_MEDIA_TYPES[Path(file).suffix], headers=headers)


@router.get("/docs/plain", openapi_extra=allow(ANYONE), include_in_schema=False)
async def show_plain_docs(request: Request) -> HTMLResponse:
    """Show the same as a page without scripts."""
    described = request.app.openapi()
    info = described["info"]
    operations = "".join(
        _operation(method, path, operation)
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
    )
    schemas = "".join(_details(name, part) for name, part in described["components"]["schemas"].items())
    words = {name: html.escape(info[name]) for name in ("title", "version", "description")}
    page = _PLAIN.format(**words, operations=operations, schemas=schemas)
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
