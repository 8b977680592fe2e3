"""The routes of complaints and hazards: one line for each kind, and one way through for all."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.responses import Response

from claims.api.answers.subjects import ComplaintAnswer, ComplaintsPage, HazardAnswer, HazardsPage
from claims.api.bodies.subjects import (
    BeginningBody,
    Circumstances,
    ComplaintBody,
    HazardBody,
    HazardReportBody,
    ReplyBody,
    SubjectBody,
)
from claims.api.commands import INSURER_AND_BROKER, Sending
from claims.api.filters import Nothing
from claims.api.idempotency import REPLAYED
from claims.api.problems import forbidden
from claims.api.render import json_response
from claims.api.render_subjects import complaint_answer, complaint_summary, hazard_answer, hazard_summary
from claims.api.routes import BASE, READERS, Call, Handler, Route, body_of, parsed
from claims.api.subject_filters import ComplaintQuery, HazardQuery
from claims.application.calls import Caller
from claims.application.subject_commands import Order, SubjectOutcome
from claims.application.subjects import COMPLAINT, HAZARD, SubjectKind
from claims.domain.complaint.commands import decide as decide_complaint
from claims.domain.hazard.commands import decide as decide_hazard


@dataclass(frozen=True, slots=True)
class SubjectLine:
    """One kind of subject: what begins it, what is added to it, and how it is shown."""

    kind: SubjectKind[Any]
    decide: Callable[..., tuple[object, ...]]
    begins: type[BeginningBody]
    added: str
    """The collection under it."""
    adds: type[SubjectBody]
    answer: Any
    page: Any
    query: Any
    whole: Callable[..., Any]
    summary: Callable[..., Any]

    @property
    def path(self) -> str:
        """Return the collection's path."""
        return f"{BASE}/{self.kind.path}"

    @property
    def path_id(self) -> str:
        """Return the name of the id in the path."""
        return f"{self.kind.name}_id"

    @property
    def one(self) -> str:
        """Return the path of one of them."""
        return f"{self.path}/{{{self.path_id}}}"


LINES = (
    SubjectLine(
        COMPLAINT,
        decide_complaint,
        ComplaintBody,
        "replies",
        ReplyBody,
        ComplaintAnswer,
        ComplaintsPage,
        ComplaintQuery,
        complaint_answer,
        complaint_summary,
    ),
    SubjectLine(
        HAZARD,
        decide_hazard,
        HazardBody,
        "reports",
        HazardReportBody,
        HazardAnswer,
        HazardsPage,
        HazardQuery,
        hazard_answer,
        hazard_summary,
    ),
)


async def _begin(line: SubjectLine, call: Call) -> Response:
    """Take what begins a subject of the caller's own."""
    sending = Sending.of(call, line.path)
    content = await body_of(call.request)
    body = parsed(line.begins, content)
    if body.party != _own_code(call.caller):
        raise forbidden("The party that owes is the caller itself: party is another.")
    order = Order(line.kind, call.services.new_id(), _making(body, call), line.decide, body.party, body.about)
    outcome = await call.services.subject_commands.execute(call.caller, order, sending.envelope(content, status=201))
    return _response(line, call, outcome)


async def _add(line: SubjectLine, call: Call) -> Response:
    """Take what is added to a subject."""
    subject_id = call.path_id(line.path_id)
    sending = Sending.of(call, f"{line.one}/{line.added}")
    content = await body_of(call.request)
    body = parsed(line.adds, content)
    order = Order(line.kind, subject_id, _making(body, call), line.decide)
    outcome = await call.services.subject_commands.execute(call.caller, order, sending.envelope(content))
    return _response(line, call, outcome)


async def _one(line: SubjectLine, call: Call) -> Response:
    call.query(Nothing)
    standing = await call.services.subjects.one(call.caller.scope, line.kind, call.path_id(line.path_id))
    answer = line.whole(standing, call.services.rulebooks, call.caller)
    return json_response(answer, headers={"ETag": f'"{standing.state.version}"'})


async def _list(line: SubjectLine, call: Call) -> Response:
    query = call.query(line.query)
    page = await call.services.subjects.page(
        call.caller.scope, line.kind.name, query.wanted(), query.cursor, query.limit
    )
    return json_response({"items": [line.summary(row) for row in page.items], "next_cursor": page.next_cursor})


def _own_code(caller: Caller) -> str | None:
    """Insurers and brokers share one namespace of codes."""
    return caller.broker if caller.role == "broker" else caller.tenant


def _making(body: SubjectBody, call: Call) -> Callable[..., Any]:
    return lambda now, claim: body.command(Circumstances(now, call.caller.role, claim))


def _response(line: SubjectLine, call: Call, outcome: SubjectOutcome[Any]) -> Response:
    standing = outcome.standing
    headers = {"ETag": f'"{standing.state.version}"'}
    if outcome.status == 201:
        headers["Location"] = f"{line.path}/{standing.subject_id}"
    if outcome.replayed:
        headers[REPLAYED] = "true"
    return json_response(line.whole(standing, call.services.rulebooks, call.caller), outcome.status, headers)


def subject_routes() -> tuple[Route, ...]:
    """Return the routes of every kind."""
    return tuple(route for line in LINES for route in _routes(line))


def _routes(line: SubjectLine) -> tuple[Route, ...]:
    name, path = line.kind.name, line.kind.path
    return (
        _command(line, line.path, f"begin_{name}", line.begins, _begin, status=201),
        _command(line, f"{line.one}/{line.added}", f"{path}_{line.added}", line.adds, _add),
        _read(line.path, f"list_{path}", f"The {path} that the caller may see.", partial(_list, line), line),
        Route(
            "GET",
            line.one,
            f"get_{name}",
            f"A {name}.",
            READERS,
            partial(_one, line),
            line.answer,
            "reads",
            query=Nothing,
        ),
    )


def _command(  # noqa: PLR0913, PLR0917 - a line of a table
    line: SubjectLine, path: str, name: str, body: type[SubjectBody], handle: Callable[..., Any], status: int = 200
) -> Route:
    return Route(
        method="POST",
        path=path,
        name=name,
        summary=(body.__doc__ or "").strip(),
        roles=INSURER_AND_BROKER,
        handle=partial(handle, line),
        answer=line.answer,
        tag="commands",
        status=status,
        body=body,
        keyed=True,
        versioned=status == 200,
    )


def _read(path: str, name: str, summary: str, handle: Handler, line: SubjectLine) -> Route:
    return Route("GET", path, name, summary, READERS, handle, line.page, "reads", query=line.query)
