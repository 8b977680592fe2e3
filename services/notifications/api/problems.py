"""Every refusal's answer (RFC 9457): one code, one status, one place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from notifications.application.errors import (
    ClockBackwardsError,
    DatabaseUnavailableError,
    ExpiryRefusedError,
    NotFoundError,
    NothingToAcknowledgeError,
    RedeliveryRefusedError,
    RotationRefusedError,
    StaleVersionError,
    UnknownReferenceError,
)
from notifications.application.secrets import SecretUnreadableError

MEDIA_TYPE: Final = "application/problem+json"
RETRY_SECONDS: Final = 2

TITLES: Final[Mapping[str, tuple[int, str]]] = {
    "malformed-json": (400, "The body is not JSON"),
    "http-error": (400, "The request cannot be answered"),
    "unauthorized": (401, "No valid token"),
    "forbidden": (403, "Not allowed"),
    "not-found": (404, "Not found"),
    "method-not-allowed": (405, "Not with this method"),
    "endpoint-disabled": (409, "The endpoint is disabled"),
    "endpoint-removed": (409, "The endpoint was removed"),
    "delivery-under-way": (409, "An attempt is under way"),
    "clock-backwards": (409, "The sandbox clock never goes back"),
    "secret-not-made-here": (409, "The secret is made elsewhere"),
    "secret-unreadable": (409, "The endpoint's secret cannot be read"),
    "version-mismatch": (412, "It changed meanwhile"),
    "body-too-large": (413, "The body is too large"),
    "unsupported-media-type": (415, "The body is not JSON"),
    "nothing-to-acknowledge": (409, "Nobody was told for whom you may acknowledge"),
    "invalid-request": (422, "Some fields cannot be accepted"),
    "unknown-reference": (422, "A field names something that does not exist"),
    "address-refused": (422, "This address must not be sent to"),
    "internal-error": (500, "An unexpected error"),
    "not-ready": (503, "The service is not ready"),
    "unavailable": (503, "Not available just now"),
}
"""By code: the status, and the title that says the same every time."""

_MOST_ERRORS: Final = 50


@dataclass(slots=True)
class Problem(Exception):  # noqa: N818 - it is the answer, and RFC 9457 calls it so
    """A refusal: `detail` says what to do."""

    code: str
    detail: str
    errors: Sequence[Mapping[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(request: Request, problem: Problem) -> JSONResponse:
    """Render a problem."""
    status, title = TITLES[problem.code]
    body: dict[str, Any] = {
        "type": f"urn:anze:problem:{problem.code}",
        "title": title,
        "status": status,
        "detail": problem.detail,
        "instance": quote(request.url.path),
    }
    if problem.errors:
        body["errors"] = list(problem.errors)
    return JSONResponse(body, status, dict(problem.headers), MEDIA_TYPE)


def pointer(path: Sequence[str | int]) -> str:
    """Write a path into a body as a JSON pointer."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def of_validation(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """Say which fields were refused and why; an id in the path that is none names nothing."""
    if any(error["loc"][0] == "path" for error in errors):
        return not_found()
    return invalid([(pointer(error["loc"][1:]), str(error["msg"])) for error in errors[:_MOST_ERRORS]])


def invalid(found: Sequence[tuple[str, str]]) -> Problem:
    """Refuse fields, each by its JSON pointer (of a query: its name) and the reason."""
    listed = [{"pointer": where, "reason": reason} for where, reason in found]
    return Problem("invalid-request", "Correct the named fields and send the request again.", listed)


def not_ready() -> Problem:
    """The process runs but cannot work."""
    wait = {"Retry-After": str(RETRY_SECONDS)}
    return Problem("not-ready", "The database does not answer: try again.", headers=wait)


def not_found() -> Problem:
    """What does not exist and what the caller may not see are the same to it."""
    return Problem("not-found", "There is nothing at this address that you may see.")


def unauthorized(reason: str) -> Problem:
    """The token is missing or not accepted."""
    return Problem("unauthorized", reason, headers={"WWW-Authenticate": "Bearer"})


def install(app: FastAPI) -> None:
    """Give every refusal that can come out of a route its answer; what nobody expected is the edge's."""

    async def handle(request: Request, error: Exception) -> JSONResponse:
        if isinstance(error, DatabaseUnavailableError):
            request.app.state.services.metrics.database_failures.inc()
        return answer(request, _problem_of(error))

    for kind in (Problem, RequestValidationError, HTTPException, *_APPLICATION):
        app.add_exception_handler(kind, handle)


def unexpected() -> Problem:
    """Tell nothing of an error that nobody expected but how to ask about it."""
    return Problem("internal-error", "Try again; if it stays, report the X-Correlation-Id of this answer.")


def _problem_of(error: Exception) -> Problem:
    match error:
        case Problem():
            return error
        case RequestValidationError():
            return of_validation(error.errors())
        case HTTPException():
            return _of_http(error)
        case _:
            render = _APPLICATION.get(type(error))
            return render(error) if render is not None else unexpected()


def _stale(_error: Exception) -> Problem:
    return Problem("version-mismatch", "Read it again, and change it as it stands now.")


def _unknown_reference(error: UnknownReferenceError) -> Problem:
    return Problem("unknown-reference", error.reason, [{"pointer": error.field, "reason": error.reason}])


def _unreadable(_error: Exception) -> Problem:
    return Problem("secret-unreadable", "Give the endpoint a new secret: the stored one needs another key.")


def _made_elsewhere(_error: Exception) -> Problem:
    detail = "Only a webhook's secret is made here. Change a robot's on its page, then give it with a PATCH."
    return Problem("secret-not-made-here", detail)


def _unavailable(_error: Exception) -> Problem:
    wait = {"Retry-After": str(RETRY_SECONDS)}
    return Problem("unavailable", f"The database does not answer: try again in {RETRY_SECONDS} seconds.", headers=wait)


_APPLICATION: Final[Mapping[type[Exception], Callable[[Any], Problem]]] = {
    NotFoundError: lambda _: not_found(),
    StaleVersionError: _stale,
    UnknownReferenceError: _unknown_reference,
    RedeliveryRefusedError: lambda error: Problem(error.code, error.reason),
    ClockBackwardsError: lambda error: Problem("clock-backwards", f"{error}: give a larger one."),
    DatabaseUnavailableError: _unavailable,
    NothingToAcknowledgeError: lambda _: Problem("nothing-to-acknowledge", "Read the alert: it says who was told."),
    ExpiryRefusedError: lambda error: invalid([("/expires", str(error))]),
    RotationRefusedError: _made_elsewhere,
    SecretUnreadableError: _unreadable,
}


def _of_http(error: HTTPException) -> Problem:
    headers = dict(error.headers or {})
    match error.status_code:
        case 404:
            return Problem("not-found", "There is nothing at this path: /openapi.json lists what there is.")
        case 405:
            allowed = headers.get("allow") or headers.get("Allow") or "another method"
            return Problem("method-not-allowed", f"Use {allowed} here.", headers=headers)
        case _:
            return Problem("http-error", f"{error.detail}: send the request in another form.", headers=headers)
