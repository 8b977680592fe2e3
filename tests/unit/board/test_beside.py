"""Two applications on one port, told apart by the path alone."""

from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from claims.beside import Beside


async def _board(request: Request) -> Response:
    return JSONResponse({"by": "board", "path": request.path_params["path"], "root": request.scope["root_path"]})


async def _interface(request: Request) -> Response:
    return JSONResponse({"by": "interface", "path": request.path_params["path"], "root": request.scope["root_path"]})


def _beside() -> Beside:
    made = [Starlette(routes=[Route("/{path:path}", each)]) for each in (_board, _interface)]
    return Beside(made[0], made[1])


@pytest.mark.parametrize(
    ("path", "by", "below"),
    [
        ("/board", "board", ""),
        ("/board/", "board", ""),
        ("/board/breaches", "board", "breaches"),
        ("/board/board/x", "board", "board/x"),
        ("/board%2Fx", "board", "x"),
        ("/boards", "interface", "boards"),
        ("/board.css", "interface", "board.css"),
        ("/v1/board", "interface", "v1/board"),
        ("/", "interface", ""),
    ],
)
async def test_a_request_goes_where_its_path_belongs(path: str, by: str, below: str) -> None:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(_beside()), base_url="http://claims.test") as client:
        answer = (await client.get(path)).json()
    assert answer == {"by": by, "path": below, "root": "/board" if by == "board" else ""}


async def test_what_is_no_request_goes_to_the_interface() -> None:
    seen: list[str] = []

    async def interface(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    async def board(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError

    for kind in ("lifespan", "websocket"):
        await Beside(board, interface)({"type": kind, "path": "/board/live"}, None, None)  # type: ignore[arg-type]
    assert seen == ["lifespan", "websocket"]
