"""The description of this interface for people: Swagger UI from this host alone, and a page without scripts."""

from starlette.responses import HTMLResponse, Response

from claims.api.docs_page import docs_page
from claims.api.routes import PUBLIC, Call, Route
from claims.application.calls import NotFound
from claims.assets import ASK_AGAIN

_PAGE = "index.html"
_POLICY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
_PLAIN_POLICY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
}


async def _docs(call: Call) -> Response:
    return call.services.docs[_PAGE].answer(call.request.headers, ASK_AGAIN, _POLICY)


async def _file(call: Call) -> Response:
    name = call.request.path_params["file"]
    if name not in call.services.docs or name == _PAGE:
        raise NotFound("file", name)
    return call.services.docs[name].answer(call.request.headers, ASK_AGAIN)


async def _plain(call: Call) -> Response:
    return HTMLResponse(docs_page(call.request.app.state.document()), headers=_PLAIN_POLICY)


def docs_routes() -> tuple[Route, ...]:
    """Return the pages and what they load."""
    tag, summary = "operations", "This description, to be read"
    return (
        Route("GET", "/docs", "docs", f"{summary} and tried out.", PUBLIC, _docs, "text/html", tag),
        Route("GET", "/docs/plain", "docs_plain", f"{summary} without scripts.", PUBLIC, _plain, "text/html", tag),
        Route(
            "GET",
            "/docs/files/{file}",
            "docs_file",
            "A script or style of that page.",
            PUBLIC,
            _file,
            "text/*",
            tag,
            problems=(404,),
        ),
    )
