"""What a page is: who may see it, what it is given, and how it answers."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, TypeAlias
from urllib.parse import quote, urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from claims.application.calls import NotFound
from claims.application.rows import Scope
from claims.dashboard import csrf
from claims.dashboard.navigation import ways_of
from claims.dashboard.preferences import Preferences, preferences
from claims.dashboard.refusals import BadAddressError, ForbiddenPageError
from claims.dashboard.regions import region_name
from claims.dashboard.rendering import Renderer
from claims.dashboard.services import BoardServices
from claims.dashboard.sign_in import to_sign_in
from claims.dashboard.texts import Words
from claims.dashboard.visitor import Visitor

PREFIX = "/board"
FILTERS = "filters"
"""The id of a page's form of filters: what is chosen there goes into the address bar."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
"""Nobody types them, and the database takes no NUL."""


@dataclass(frozen=True)
class Visit:
    """One request for a page, by somebody who is signed in."""

    request: Request
    visitor: Visitor
    services: BoardServices
    renderer: Renderer
    page: "Page"
    now: datetime
    """Business time."""
    edge: str
    """The cursor of the feed when the request came: what is behind it, the live line brings."""

    @property
    def scope(self) -> Scope:
        """Return what the visitor's reads are bounded by."""
        return self.visitor.caller.scope

    @property
    def role(self) -> str:
        """Return the visitor's role."""
        return self.visitor.caller.role

    @cached_property
    def preferences(self) -> Preferences:
        """Return the visitor's language and theme."""
        return preferences(self.request)

    @property
    def words(self) -> Words:
        """Return the catalogues in the visitor's language."""
        return Words(self.preferences.language)

    def region_name(self, code: str) -> str:
        """Return a region's name in the visitor's language."""
        return region_name(code, self.words)

    @property
    def navigation(self) -> tuple[tuple[str, str], ...]:
        """Return names and paths of the pages that the visitor is shown the way to."""
        return ways_of(self.role)

    @property
    def is_partial(self) -> bool:
        """Say whether htmx asks for a part to put into a page that is there already."""
        return self.request.headers.get("hx-request-type") == "partial"

    def path_id(self, name: str) -> UUID:
        """Return an id in the path; NotFound for what cannot be one."""
        text = self.request.path_params[name]
        try:
            return UUID(text)
        except ValueError:
            raise NotFound(name.removesuffix("_id"), text) from None

    def given(self, name: str) -> str | None:
        """Return a query parameter that is not empty; BadAddressError for one with control characters."""
        text = self.request.query_params.get(name, "")
        if _CONTROL.search(text):
            raise BadAddressError(name)
        return text.strip() or None

    def address(self, **changes: str | None) -> str:
        """Return this page's address with some query parameters changed; None takes one away."""
        kept = {name: value for name, value in self.request.query_params.items() if value and name not in changes}
        query = urlencode(kept | {name: value for name, value in changes.items() if value is not None})
        path = quote(self.request.scope["path"].removeprefix(PREFIX), safe="/@:")
        return f"{PREFIX}{path}{'?' if query else ''}{query}"

    @property
    def place(self) -> str:
        """Return where a reader is led back to: here, but not to what came of a form, which no link asks for."""
        return self.address() if self.page.method == "GET" else f"{PREFIX}/"

    async def form(self) -> dict[str, str]:
        """Return the fields of the form that was sent."""
        return await csrf.form_fields(self.request)

    def render(self, template: str, /, *, part: str | None = None, status: int = 200, **context: Any) -> Response:
        """Return a page; to htmx only a block of it, where `part` names one."""
        block = part if self.is_partial else None
        html = self.renderer.render(template, block, {"visit": self, "now": self.now, **context}, self.preferences)
        answer = HTMLResponse(html, status, headers={"Vary": "HX-Request-Type, Cookie"})
        if self.is_partial and self.request.headers.get("hx-source", "").endswith(f"#{FILTERS}"):
            answer.headers["HX-Push-Url"] = self.address(cursor=None)
        return answer

    def see_other(self, address: str) -> Response:
        """Return to a page of the board after a change."""
        return RedirectResponse(quote(address, safe="/?&=%:+"), 303)


Handle: TypeAlias = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Page:
    """One way in; the name is that of its catalogue and of its place in the navigation."""

    method: Literal["GET", "POST"]
    path: str
    """Below /board."""
    name: str
    roles: frozenset[str]
    handle: Handle


Failed: TypeAlias = Callable[[Request, Exception], Awaitable[Response]]


class Guarded:
    """Lets in whom a page names; everybody else signs in first, or is told that it is not for them."""

    def __init__(self, page: Page, services: BoardServices, renderer: Renderer, failed: Failed) -> None:
        """Take what answers for a page that ends in an error; ValueError if the page names no role."""
        if not page.roles:
            raise ValueError(f"{page.method} {page.path} names no role")
        self.page = page
        self._services = services
        self._renderer = renderer
        self._failed = failed

    async def answer(self, request: Request) -> Response:
        """Answer one request, whatever happens."""
        visitor = self._services.sessions.visitor(request)
        if visitor is None:
            return to_sign_in(request)
        try:
            now, edge = await self._services.queries.edge()
            visit = Visit(request, visitor, self._services, self._renderer, self.page, now, edge)
            request.state.visit = visit
            if visitor.caller.role not in self.page.roles:
                raise ForbiddenPageError(self.page.name)  # noqa: TRY301 - it is answered like any other
            await csrf.require(request, visitor)
            return await self.page.handle(visit)
        except Exception as error:  # noqa: BLE001 - told in words, and logged where nobody expected it
            return await self._failed(request, error)
