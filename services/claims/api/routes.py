"""What a route is: who may take it, what it reads, what it answers; and how a request is read."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import UnionType
from typing import Any, Literal, TypeAlias, TypeVar
from uuid import UUID

import orjson
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from claims.api.bodies.fields import Fields, identity
from claims.api.problems import field_errors, forbidden, invalid, malformed, unsupported
from claims.api.services import ApiServices
from claims.application.calls import Caller, NotFound
from claims.domain.errors import FieldError

PUBLIC = frozenset({"anybody"})
"""Said out loud: a route that names no role at all does not start."""
READERS = frozenset({"insurer", "operations", "broker", "regulator", "admin"})
BASE = "/v1"

_ANYBODY = Caller("anybody", "")
_JSON = re.compile(r"application/(?:[a-z0-9.!#$&^_-]+\+)?json(?:\s*;.*)?", re.IGNORECASE)

Model = TypeVar("Model", bound=Fields)


@dataclass(frozen=True, slots=True)
class Call:
    """One request, and who makes it."""

    request: Request
    caller: Caller
    services: ApiServices
    operation: str
    """The name of the route that was taken."""

    def query(self, model: type[Model]) -> Model:
        """Return the query parameters; Refused with 422 for unknown, repeated or wrong ones."""
        pairs = self.request.query_params.multi_items()
        given = dict(pairs)
        if len(given) < len(pairs):
            repeated = sorted({name for name, _ in pairs if [each for each, _ in pairs].count(name) > 1})
            raise invalid([FieldError(f"/{name}", "Give this parameter once.") for name in repeated])
        return parsed(model, given)

    def path_id(self, name: str) -> UUID:
        """Return an id in the path; what cannot be an id names nothing, so NotFound."""
        text = self.request.path_params[name]
        try:
            return identity(text)
        except ValueError:
            raise NotFound(name.removesuffix("_id"), text) from None


Handler: TypeAlias = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """One way in."""

    method: Literal["GET", "POST", "PUT"]
    path: str
    name: str
    """The operation's id in the OpenAPI document."""
    summary: str
    roles: frozenset[str]
    handle: Handler
    answer: Any
    """The shape of the answer: a TypedDict, or a media type for what is no JSON."""
    tag: str
    status: int = 200
    first_status: int | None = None
    """Where it makes what it names: the status of the first time."""
    body: type[Fields] | UnionType | None = None
    query: type[Fields] | None = None
    keyed: bool = False
    """It changes something: an Idempotency-Key is required."""
    versioned: bool = False
    """It takes If-Match."""
    files: tuple[str, ...] = ()
    """Media types of the files that it answers with instead, where the caller's Accept prefers one."""
    problems: tuple[int, ...] = field(default=())
    """Statuses of problems beyond those of every route of its kind."""


class UnguardedRouteError(Exception):
    """A route names no role: say who may take it, `PUBLIC` if everybody."""


class Endpoint:
    """Lets in whom the route names, before anything of the body is read."""

    def __init__(self, route: Route, services: ApiServices) -> None:
        if not route.roles:
            raise UnguardedRouteError(f"{route.method} {route.path} names no role")
        self.route = route
        self._services = services

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        return await self.route.handle(Call(request, self._admitted(request), self._services, self.route.name))

    def _admitted(self, request: Request) -> Caller:
        if self.route.roles == PUBLIC:
            return _ANYBODY
        caller = self._services.tokens.caller(request.headers.get("authorization"))
        if caller.role not in self.route.roles:
            who = ", ".join(sorted(self.route.roles))
            raise forbidden(f"A token of role {caller.role} may not do this: it is for {who}.")
        return caller


async def body_of(request: Request) -> dict[str, Any]:
    """Return the JSON object that the request carries; no body at all is an empty one.

    Raises:
        Refused: 415 for another content type, 400 for what is no JSON, 422 for JSON that is no object, 413 past the
            bound that the middleware sets.
    """
    raw = await request.body()
    if not raw:
        return {}
    if not _JSON.fullmatch(request.headers.get("content-type", "").strip()):
        raise unsupported()
    try:
        content = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise malformed(error.msg) from None
    if not isinstance(content, dict):
        raise invalid([FieldError("", "The body is one JSON object.")])
    return content


def parsed(model: type[Model], content: dict[str, Any]) -> Model:
    """Return the content as a model; Refused with 422 that names every wrong field, never its value."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise invalid(field_errors(error.errors(include_url=False, include_input=False))) from None
