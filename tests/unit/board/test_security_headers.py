"""What every answer of the board tells the browser."""

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tests.unit.board.entrance import LOCAL, SECURE, Entrance

from claims.dashboard.headers import SecurityHeaders


def directives(policy: str) -> dict[str, str]:
    return dict(each.strip().split(" ", 1) for each in policy.split(";"))


@pytest.mark.parametrize(
    "path", ["/board/", "/board/sign-in", "/board/sign-out", "/board/sign-in/callback", "/board/x"]
)
async def test_every_answer_allows_its_own_host_alone_and_nothing_inline(path: str) -> None:
    async with Entrance().browser() as browser:
        headers = (await browser.get(path)).headers
    policy = directives(headers["content-security-policy"])
    assert policy.pop("img-src") == "'self' data:"
    assert {name for name, value in policy.items() if value == "'none'"} == {
        "default-src",
        "base-uri",
        "frame-ancestors",
    }
    rest = {name for name, value in policy.items() if value == "'self'"}
    assert rest == {"script-src", "style-src", "connect-src", "font-src", "form-action"}
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("base", [SECURE, LOCAL])
async def test_https_is_asked_for_where_the_board_is_reached_by_it(base: str) -> None:
    async with Entrance(base=base).browser() as browser:
        headers = (await browser.get("/board/sign-in")).headers
    assert headers.get("strict-transport-security") == ("max-age=63072000" if base == SECURE else None)


async def test_what_may_be_kept_says_so_itself_and_cannot_weaken_the_rest() -> None:
    async def kept(request: Request) -> Response:
        return Response(headers={"Cache-Control": "immutable", "Content-Security-Policy": "default-src *"})

    app = Starlette(routes=[Route("/", kept)], middleware=[Middleware(SecurityHeaders, https=False)])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=LOCAL) as browser:
        headers = (await browser.get("/")).headers
    assert headers.get_list("cache-control") == ["immutable"]
    assert headers.get_list("content-security-policy")[0].startswith("default-src 'none'")
    assert len(headers.get_list("content-security-policy")) == 1
