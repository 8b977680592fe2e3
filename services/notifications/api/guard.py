"""What stands before every route: the caller's token and role, then the form of what was sent."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

import orjson
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.routing import APIRoute

from notifications.api.problems import Problem, invalid, not_found, pointer, unauthorized
from notifications.api.services import services_of
from notifications.api.tokens import ROLES, Caller, InvalidTokenError
from notifications.application.scope import Scope

ANYONE: Final = "anyone"
_ROLES: Final = "x-roles"

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class UnguardedRouteError(Exception):
    """A route does not name the roles that may call it, so the application is not built."""


def allow(*roles: str) -> dict[str, Any]:
    """Name the roles of a route, as its `openapi_extra`; `ANYONE` needs no token."""
    unknown = set(roles) - {*ROLES, ANYONE}
    if unknown or not roles:
        raise UnguardedRouteError(f"these are no roles: {sorted(unknown)}")
    extra: dict[str, Any] = {_ROLES: list(roles)}
    return extra if ANYONE in roles else extra | {"security": [{"bearer": []}]}


class GuardedRoute(APIRoute):
    """Asks who calls before anything of the body is read, so that a stranger learns nothing from it."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **settings: Any) -> None:
        roles = (settings.get("openapi_extra") or {}).get(_ROLES)
        if not roles:
            raise UnguardedRouteError(f"{path} names no roles")
        self.roles: frozenset[str] = frozenset(roles)
        super().__init__(path, endpoint, **settings)

    def get_route_handler(self) -> Handler:
        """Put the checks before FastAPI's own handler."""
        inner = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            if ANYONE not in self.roles:
                request.state.caller = self._admit(request)
            _check_text(request)
            if await request.body():
                _check_body(request, await request.body())
            return await inner(request)

        return guarded

    def _admit(self, request: Request) -> Caller:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise unauthorized("Send a token: Authorization: Bearer …")
        try:
            caller = services_of(request).verifier.verify(token.strip())
        except InvalidTokenError as error:
            raise unauthorized(str(error)) from error
        if caller.role not in self.roles:
            raise Problem("forbidden", f"This needs one of the roles {', '.join(sorted(self.roles))}.")
        return caller


def guarded_router(**settings: Any) -> APIRouter:
    """Make a router whose every route must name its roles."""
    return APIRouter(route_class=GuardedRoute, **settings)


def refuse_unguarded(app: FastAPI) -> None:
    """Look through all routes of an application, included ones too; UnguardedRouteError."""
    waiting = list(app.routes)
    while waiting:
        route = waiting.pop()
        included = getattr(route, "original_router", None)
        if included is not None:
            waiting.extend(included.routes)
        elif not isinstance(route, GuardedRoute):
            raise UnguardedRouteError(f"{getattr(route, 'path', route)} is not guarded")


def caller_of(request: Request) -> Caller:
    """Who was admitted to this route."""
    caller: Caller = request.state.caller
    return caller


def scope_of(request: Request) -> Scope:
    """What the admitted caller may see; a role that reads nothing finds nothing."""
    scope = caller_of(request).scope
    if scope is None:
        raise not_found()
    return scope


def _check_text(request: Request) -> None:
    if any("\x00" in str(value) for value in request.path_params.values()):
        raise not_found()
    for name, value in request.query_params.multi_items():
        if "\x00" in name + value:
            raise invalid([(f"/{name[:50]}", "holds a NUL")])


def _check_body(request: Request, body: bytes) -> None:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not (media_type == "application/json" or media_type.endswith("+json")):
        raise Problem("unsupported-media-type", "Send Content-Type: application/json.")
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Problem("malformed-json", f"{error}.") from error
    found = _path_to_nul(value)
    if found is not None:
        raise invalid([(pointer(found), "holds a NUL")])


def _path_to_nul(value: object) -> list[str | int] | None:
    """Where in a JSON value the first string with a NUL stands."""
    waiting: list[tuple[list[str | int], object]] = [([], value)]
    while waiting:
        path, part = waiting.pop()
        if isinstance(part, str) and "\x00" in part:
            return path
        if isinstance(part, dict):
            if any("\x00" in name for name in part):
                return path
            waiting.extend(([*path, name], inner) for name, inner in part.items())
        elif isinstance(part, list):
            waiting.extend(([*path, place], inner) for place, inner in enumerate(part))
    return None
