"""The ways into the board with one page behind them, a browser before them, and a wall clock that stands still."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from tests.support.fake_issuer import CLIENT_ID, CLIENT_SECRET, URL, FakeIssuer

import claims.dashboard
from claims.assets import Assets, load
from claims.dashboard import csrf
from claims.dashboard.csrf import ForgedRequestError
from claims.dashboard.development_sign_in import DevelopmentSignIn
from claims.dashboard.headers import SecurityHeaders
from claims.dashboard.openid import Client, OpenId
from claims.dashboard.rendering import Renderer
from claims.dashboard.sealing import Seal
from claims.dashboard.sessions import PURPOSE, Sessions
from claims.dashboard.sign_in import ATTEMPT_PURPOSE, HINT_PURPOSE, SignIn, sign_in_routes, to_sign_in
from claims.keys.master import MasterKey

HOURS = 3600.0
SECURE, LOCAL = "https://claims.test", "http://127.0.0.1:8400"
MASTER = MasterKey(bytes(range(32)))
OPERATIONS = {"sub": "u-1", "name": "王芳", "role": "operations", "tenant": "picc-sz"}


class Wall:
    """A clock that is moved by hand."""

    now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@cache
def renderer() -> Renderer:
    """Return the board's own, with its own files alone."""
    return Renderer(Assets("/board/static", load(Path(claims.dashboard.__file__).parent / "static")), sandbox=False)


async def parties() -> Sequence[str]:
    """Return what is suggested."""
    return ("picc-sz", "<b>")


@dataclass
class Entrance:
    """One board, one issuer, and a browser of its own for each `browser()`."""

    base: str = SECURE
    master: MasterKey = MASTER
    wall: Wall = field(default_factory=Wall)
    with_issuer: bool = True
    with_development: bool = False
    secret: str | None = CLIENT_SECRET
    names: Mapping[str, str] = field(default_factory=dict)
    """Of claims, where they differ."""
    issuer: FakeIssuer = field(init=False)
    sessions: Sessions = field(init=False)

    def __post_init__(self) -> None:
        self.issuer = FakeIssuer(self.wall, dict(OPERATIONS), secret=self.secret)
        self.issuer_server = self.issuer.app()
        self.sessions = Sessions(
            self.master.for_purpose(PURPOSE),
            seconds=8 * HOURS,
            https=self.base.startswith("https"),
            wall_clock=self.wall,
        )
        self.app = self._app()

    def _app(self) -> Starlette:
        client = Client(
            CLIENT_ID,
            self.secret,
            f"{self.base}/board/sign-in/callback",
            f"{self.base}/board/sign-in",
            claims=self.names,
        )
        asked = httpx2.ASGITransport(app=self.issuer_server)
        ways = SignIn(
            self.sessions,
            renderer(),
            attempts=Seal(self.master.for_purpose(ATTEMPT_PURPOSE), self.wall),
            hints=Seal(self.master.for_purpose(HINT_PURPOSE), self.wall),
            openid=OpenId(URL, client, wall_clock=self.wall, transport=asked) if self.with_issuer else None,
            development=DevelopmentSignIn(parties) if self.with_development else None,
        )
        behind = [
            Route("/", self._whoami, methods=["GET", "POST"]),
            Route("/claims", self._whoami),
            Route("/change", self._change, methods=["POST"]),
        ]
        board = Starlette(
            routes=[*sign_in_routes(ways), *behind],
            middleware=[Middleware(SecurityHeaders, https=self.sessions.https)],
            exception_handlers={ForgedRequestError: _forged},
        )
        return Starlette(routes=[Mount("/board", board)])

    def browser(self, address: str = "127.0.0.1", **headers: str) -> httpx2.AsyncClient:
        """Return a browser, with cookies of its own, that runs at an address."""
        transport = httpx2.ASGITransport(app=self.app, client=(address, 50_000))
        return httpx2.AsyncClient(transport=transport, base_url=self.base, headers=headers)

    async def at_the_issuer(self, address: str) -> str:
        """Do what a person does there, and return the address that the issuer sends the browser back to."""
        transport = httpx2.ASGITransport(app=self.issuer_server)
        async with httpx2.AsyncClient(transport=transport) as there:
            return (await there.get(address)).headers["location"]

    async def sign_in(self, browser: httpx2.AsyncClient, following: str = "/board/claims") -> httpx2.Response:
        """Go all the way, and return the answer of the last step."""
        left = await browser.get("/board/sign-in/issuer", params={"next": following})
        assert left.status_code == 303, left.text
        return await browser.get(await self.at_the_issuer(left.headers["location"]))

    async def visitor(self, browser: httpx2.AsyncClient) -> dict[str, Any] | None:
        """Return who the board takes the browser for."""
        answer = await browser.get("/board/")
        return answer.json() if answer.status_code == 200 else None

    async def _whoami(self, request: Request) -> Response:
        visitor = self.sessions.visitor(request)
        if visitor is None:
            return to_sign_in(request)
        caller = visitor.caller
        bounds = [each for each in (caller.tenant, caller.broker, caller.region) if each]
        return JSONResponse(
            {
                "actor": caller.actor,
                "bounds": bounds,
                "name": visitor.name,
                "csrf": visitor.csrf,
                "until": visitor.until,
            }
        )

    async def _change(self, request: Request) -> Response:
        visitor = self.sessions.visitor(request)
        if visitor is None:
            return to_sign_in(request)
        await csrf.require(request, visitor)
        return PlainTextResponse("changed")


async def _forged(request: Request, error: Exception) -> Response:
    return PlainTextResponse(str(error), 403)


def query_of(address: str) -> dict[str, str]:
    """Return the query of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
