"""Every way in which a request can fail, as problem details (RFC 9457): the one place where errors become HTTP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any
from urllib.parse import quote

import asyncpg
import orjson
import structlog
from pydantic_core import ErrorDetails
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from claims.application.calls import Contended, KeyReused, NotFound, VersionMismatch
from claims.application.pages import BadCursor
from claims.application.streaming import StreamsFull
from claims.domain.errors import FieldError, InvalidFact, RuleViolation, UnknownPart
from claims.event_store.errors import StoreUnavailableError
from claims.event_store.pool import is_lost

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 50
"""How many wrong fields one answer names."""
_RETRY_SECONDS = "2"

_log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong and what to do about it."""

    status: int
    code: str
    """Stable; the problem's type is urn:anze:problem:<code>."""
    title: str
    detail: str
    errors: tuple[FieldError, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self, path: str) -> Response:
        """Return the answer to a request for this path."""
        content: dict[str, Any] = {
            "type": f"urn:anze:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": quote(path),
            **self.more,
        }
        if self.errors:
            content["errors"] = [{"pointer": each.pointer, "reason": each.reason} for each in self.errors]
        return Response(orjson.dumps(content), self.status, dict(self.headers), MEDIA_TYPE)


class Refused(Exception):  # noqa: N818 - it is an answer
    """The request is answered with a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


# ── Refusals of the interface itself ─────────────────────────────────────────────────────────────────────────────────


def unauthorized(reason: str) -> Refused:
    """Return the refusal of a request without a good token."""
    headers = {"WWW-Authenticate": 'Bearer realm="anze", error="invalid_token"'}
    detail = f"{reason} Send Authorization: Bearer with a valid token."
    return Refused(Problem(401, "unauthorized", "No valid token", detail, headers=headers))


def forbidden(detail: str) -> Refused:
    """Return the refusal of what the caller may not do."""
    return Refused(Problem(403, "forbidden", "Not allowed", detail))


def bad_header(code: str, detail: str) -> Refused:
    """Return the refusal of a header that is missing or cannot be read."""
    return Refused(Problem(400, code, "A header is missing or cannot be read", detail))


def malformed(reason: str) -> Refused:
    """Return the refusal of a body that is no JSON."""
    detail = f"The body is not JSON: {reason}. Send one JSON object in UTF-8."
    return Refused(Problem(400, "malformed-json", "The body is not JSON", detail))


def unsupported() -> Refused:
    """Return the refusal of a body of another kind."""
    detail = "Send the body as application/json, with that Content-Type."
    return Refused(Problem(415, "unsupported-media-type", "The body is not JSON", detail))


def not_acceptable(offered: Sequence[str]) -> Refused:
    """Return the refusal of an Accept header that takes none of the forms there are."""
    detail = f"Accept one of {', '.join(offered)}."
    return Refused(Problem(406, "not-acceptable", "Not in this form", detail))


def too_large(most: int) -> Refused:
    """Return the refusal of a body of more than so many bytes."""
    detail = f"A body may have at most {most} bytes: send less at once, and large documents by reference."
    return Refused(Problem(413, "body-too-large", "The body is too large", detail))


def invalid(
    errors: Sequence[FieldError], detail: str = "Correct the named fields and send the request again."
) -> Refused:
    """Return the refusal of fields."""
    return Refused(Problem(422, "invalid-request", "Some fields cannot be accepted", detail, tuple(errors)))


def conflict(code: str, title: str, detail: str) -> Refused:
    """Return the refusal of something that does not fit the state of things."""
    return Refused(Problem(409, code, title, detail))


def not_ready(checks: Mapping[str, str]) -> Refused:
    """Return the answer of a process that cannot work yet; `checks` says what is missing."""
    detail = "Not everything that the service needs is there: see checks, and try again."
    more, headers = {"checks": dict(checks)}, {"Retry-After": _RETRY_SECONDS}
    return Refused(Problem(503, "not-ready", "The service is not ready", detail, more=more, headers=headers))


def field_errors(found: Sequence[ErrorDetails]) -> tuple[FieldError, ...]:
    """Return what pydantic found, as JSON pointers and sentences; never the value, which may be personal."""
    return tuple(FieldError(pointer(each["loc"]), _reason(each)) for each in found[:MOST_ERRORS])


def pointer(location: Sequence[str | int]) -> str:
    """Return the JSON pointer (RFC 6901) of a place in a body."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in location)


_REASONS = {
    "missing": "This field is required.",
    "extra_forbidden": "There is no such field.",
    "model_type": "This is a JSON object.",
}


def _reason(found: ErrorDetails) -> str:
    told = _REASONS.get(found["type"])
    if told is not None:
        return told
    text = str(found.get("ctx", {}).get("error") or found["msg"])
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


# ── Errors of every layer ────────────────────────────────────────────────────────────────────────────────────────────


@singledispatch
def problem_of(error: Exception) -> Problem:
    """Return the problem that an error is to the caller; one that nobody expected is logged, and told as such."""
    if unreachable(error):
        return _unavailable(error)
    _log.error("unexpected error", exc_info=error)
    detail = "Something failed on our side. Send the same request again, with the same Idempotency-Key."
    return Problem(500, "internal-error", "An unexpected error", detail)


@problem_of.register
def _(error: Refused) -> Problem:
    return error.problem


@problem_of.register
def _(error: RuleViolation) -> Problem:
    more = {"rule": error.rule.code, "article": error.rule.article, "facts": dict(error.facts)}
    return Problem(409, error.rule.code, error.rule.title, error.detail, more=more)


@problem_of.register
def _(error: InvalidFact) -> Problem:
    return invalid(error.errors).problem


@problem_of.register
def _(error: NotFound) -> Problem:
    detail = f"There is no {error.kind} {error.identity} that this token may see. Check the id and the token's tenant."
    return Problem(404, "not-found", "Not found", detail)


@problem_of.register
def _(error: UnknownPart) -> Problem:
    detail = f"This claim has no {error.kind} {error.part_id}. Read the claim for what it has."
    return Problem(404, "not-found", "Not found", detail)


@problem_of.register
def _(error: VersionMismatch) -> Problem:
    detail = (
        f"If-Match names version {error.expected}, and this is version {error.actual}: "
        "read it again, and decide again whether the command is right."
    )
    return Problem(412, "version-mismatch", "It changed meanwhile", detail, more={"version": error.actual})


@problem_of.register
def _(_: KeyReused) -> Problem:
    detail = "This Idempotency-Key came before with another body: send a new key with a new command."
    return Problem(422, "idempotency-key-reused", "The key belongs to another body", detail)


@problem_of.register
def _(_: Contended) -> Problem:
    detail = "Others change the same claim or policy again and again: send the same request, with the same key, again."
    return Problem(503, "contended", "Too many at once", detail, headers={"Retry-After": "1"})


@problem_of.register
def _(_: BadCursor) -> Problem:
    errors = (FieldError("/cursor", "This list did not give this cursor: begin without one."),)
    return invalid(errors, "A query parameter cannot be accepted.").problem


@problem_of.register
def _(_: StreamsFull) -> Problem:
    detail = "This process takes no more streams: try again, with the same Last-Event-ID, or read GET /v1/events."
    return Problem(503, "streams-full", "No more streams just now", detail, headers={"Retry-After": _RETRY_SECONDS})


@problem_of.register
def _(error: HTTPException) -> Problem:
    """The router's own: no such path, or not with this method."""
    headers = dict(error.headers or {})
    if error.status_code == 405:
        detail = f"Use {headers.get('Allow', 'another method')} here."
        return Problem(405, "method-not-allowed", "Not with this method", detail, headers=headers)
    if error.status_code == 404:
        detail = "There is nothing at this path: /openapi.json lists what there is."
        return Problem(404, "not-found", "Not found", detail)
    return Problem(
        error.status_code, "http-error", "The request cannot be answered", str(error.detail), headers=headers
    )


@problem_of.register
def _(_: ClientDisconnect) -> Problem:
    return malformed("the connection ended before it did").problem


@problem_of.register
def _(error: StoreUnavailableError) -> Problem:
    return _unavailable(error)


def unreachable(error: BaseException | None) -> bool:
    """Say whether an error means that the database is away, also where SQLAlchemy wrapped it."""
    if isinstance(error, DBAPIError):
        original = error.orig
        return error.connection_invalidated or unreachable(original) or unreachable(original and original.__cause__)
    if isinstance(error, PoolTimeoutError | asyncpg.QueryCanceledError):
        return True
    return isinstance(error, Exception) and is_lost(error)


def _unavailable(error: Exception) -> Problem:
    _log.warning("the database does not answer", error=type(error).__name__)
    detail = "The database does not answer. Send the same request, with the same Idempotency-Key, again."
    return Problem(503, "unavailable", "Not available just now", detail, headers={"Retry-After": _RETRY_SECONDS})
