"""The two commands that are no commands on a claim that exists: the report of an accident, an endorsement."""

import re

from starlette.responses import Response

from claims.api.answers.claim import ClaimAnswer
from claims.api.answers.lists import LedgerAnswer
from claims.api.bodies.payment import EndorsementBody
from claims.api.bodies.report import ReportBody
from claims.api.commands import INSURER, INSURER_AND_BROKER, Sending, claim_response
from claims.api.idempotency import REPLAYED
from claims.api.problems import forbidden, invalid
from claims.api.render import json_response
from claims.api.render_claim import ledger_answer
from claims.api.routes import BASE, Call, Route, body_of, parsed
from claims.application.calls import Caller, NotFound
from claims.domain.errors import FieldError

_REPORT = f"{BASE}/claims"
_ENDORSE = f"{BASE}/policies/{{number}}/endorsements"
_NUMBER = re.compile(r"[^\s/\\\x00-\x1f\x7f]{1,64}")


async def _report(call: Call) -> Response:
    """Take a report: an insurer's of its own policy, a broker's of a policy that names it."""
    sending = Sending.of(call, _REPORT)
    content = await body_of(call.request)
    body = parsed(ReportBody, content)
    _own_policy(call.caller, body)
    received = _received_by_insurer(call.caller, body)
    outcome = await call.services.commands.report(
        call.caller,
        call.services.new_id(),
        body.policy.insurer,
        body.policy.number,
        lambda now: body.report(now, received_by_insurer=received),
        sending.envelope(content, status=201),
    )
    return claim_response(call, outcome)


def _own_policy(caller: Caller, body: ReportBody) -> None:
    if caller.role == "broker" and body.policy.broker != caller.broker:
        raise forbidden("A broker reports under policies that name it: policy.broker is another.")
    if caller.role == "insurer" and body.policy.insurer != caller.tenant:
        raise forbidden("An insurer reports under its own policies: policy.insurer is another.")


def _received_by_insurer(caller: Caller, body: ReportBody) -> bool:
    """A broker's null says that the report has not reached the insurer yet; left out, it means now."""
    if caller.role != "broker" or not body.occurred_at_is_null:
        return True
    if body.broker_received_at is None:
        reason = "State when the broker received the report that has not reached the insurer yet."
        raise invalid([FieldError("/broker_received_at", reason)])
    return False


async def _endorse(call: Call) -> Response:
    """Take an endorsement of a policy of the caller's own."""
    number = call.request.path_params["number"]
    if not _NUMBER.fullmatch(number) or call.caller.tenant is None:
        raise NotFound("policy", number)
    sending = Sending.of(call, _ENDORSE)
    content = await body_of(call.request)
    body = parsed(EndorsementBody, content)
    outcome = await call.services.commands.endorse(
        call.caller, call.caller.tenant, number, body.endorse, sending.envelope(content)
    )
    headers = {"ETag": f'"{outcome.ledger.version}"', **({REPLAYED: "true"} if outcome.replayed else {})}
    return json_response(ledger_answer(outcome), outcome.status, headers)


def report_routes() -> tuple[Route, ...]:
    """Return both routes."""
    return (
        Route(
            method="POST",
            path=_REPORT,
            name="report_claim",
            summary=(ReportBody.__doc__ or "").strip(),
            roles=INSURER_AND_BROKER,
            handle=_report,
            answer=ClaimAnswer,
            tag="commands",
            status=201,
            body=ReportBody,
            keyed=True,
        ),
        Route(
            method="POST",
            path=_ENDORSE,
            name="policies_endorsements",
            summary=(EndorsementBody.__doc__ or "").strip(),
            roles=INSURER,
            handle=_endorse,
            answer=LedgerAnswer,
            tag="commands",
            body=EndorsementBody,
            keyed=True,
            versioned=True,
        ),
    )
