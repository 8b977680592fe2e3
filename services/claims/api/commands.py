"""The routes of commands: one line for each, and one way through for all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from claims.api.answers.claim import ClaimAnswer
from claims.api.answers.made import AdvanceMadeAnswer, DirectPaymentMadeAnswer, PaymentMadeAnswer, VictimMadeAnswer
from claims.api.bodies import assessment, payment
from claims.api.bodies.parts import CommandBody, Given
from claims.api.idempotency import REPLAYED, body_hash, expected_version, key_hash, key_of
from claims.api.middleware import correlation_id
from claims.api.problems import forbidden, invalid, pointer
from claims.api.render import json_response
from claims.api.render_claim import claim_answer
from claims.api.routes import BASE, Call, Route, body_of, parsed
from claims.application.calls import Envelope, Outcome
from claims.domain.errors import FieldError, UnknownPart

INSURER = frozenset({"insurer"})
INSURER_AND_BROKER = frozenset({"insurer", "broker"})
CLAIM = f"{BASE}/claims/{{claim_id}}"

_MADE: dict[str, Any] = {
    "victim_id": VictimMadeAnswer,
    "advance_id": AdvanceMadeAnswer,
    "payment_id": PaymentMadeAnswer,
    "direct_payment_id": DirectPaymentMadeAnswer,
}


@dataclass(frozen=True, slots=True)
class CommandRoute:
    """A command on a claim: where it is sent, and what it carries."""

    path: str
    """Under the claim's own path."""
    body: type[CommandBody]
    roles: frozenset[str] = INSURER
    status: int = 200
    makes: str | None = None
    """The name of the id that the command makes."""
    money: bool = False
    """Its keys are never forgotten."""


COMMANDS = (
    CommandRoute("/insurer-receipts", assessment.InsurerReceiptBody),
    CommandRoute("/claim-requests", assessment.ClaimRequestBody),
    CommandRoute("/intake-notices", assessment.IntakeNoticeBody),
    CommandRoute("/authority-notices", assessment.AuthorityNoticeBody),
    CommandRoute("/site-surveys", assessment.SiteSurveyBody),
    CommandRoute("/rescue-supports", assessment.RescueSupportBody, roles=INSURER_AND_BROKER),
    CommandRoute("/assignments", assessment.AssignmentBody),
    CommandRoute("/victims", assessment.VictimBody, status=201, makes="victim_id"),
    CommandRoute("/casualty-updates", assessment.CasualtyUpdateBody),
    CommandRoute("/document-requests", assessment.DocumentRequestBody),
    CommandRoute("/documents", assessment.DocumentsBody, roles=INSURER_AND_BROKER),
    CommandRoute("/loss-determinations", assessment.LossDeterminationBody),
    CommandRoute("/advances", payment.AdvanceBody, status=201, makes="advance_id", money=True),
    CommandRoute("/advances/{advance_id}/amendments", payment.AdvanceAmendmentBody, money=True),
    CommandRoute("/advances/{advance_id}/payments", payment.AdvancePaymentBody, makes="payment_id", money=True),
    CommandRoute("/advances/{advance_id}/refusals", payment.AdvanceRefusalBody),
    CommandRoute("/advances/{advance_id}/withdrawals", payment.AdvanceWithdrawalBody),
    CommandRoute("/payments/{payment_id}/failures", payment.PaymentFailureBody, money=True),
    CommandRoute("/progress-notices", assessment.ProgressNoticeBody),
    CommandRoute("/decisions", assessment.DecisionBody),
    CommandRoute("/decision-notices", assessment.DecisionNoticeBody),
    CommandRoute("/rejection-notices", assessment.RejectionNoticeBody),
    CommandRoute("/settlement-agreements", payment.SettlementBody),
    CommandRoute("/payments", payment.PaymentBody, makes="payment_id", money=True),
    CommandRoute("/fast-track-settlements", payment.FastTrackBody, makes="payment_id", money=True),
    CommandRoute(
        "/direct-payment-requests", payment.DirectPaymentRequestBody, status=201, makes="direct_payment_id", money=True
    ),
    CommandRoute("/direct-payment-requests/{direct_payment_id}/decisions", payment.DirectPaymentDecisionBody),
    CommandRoute("/outcome-reports", assessment.OutcomeReportBody),
    CommandRoute("/recoveries", payment.RecoveryBody, money=True),
    CommandRoute("/withdrawals", payment.WithdrawalBody),
    CommandRoute("/closures", payment.ClosureBody),
    CommandRoute("/reopenings", payment.ReopeningBody),
)


def command_routes() -> tuple[Route, ...]:
    """Return the routes of all commands on a claim."""
    return tuple(_route(line) for line in COMMANDS)


def _route(line: CommandRoute) -> Route:
    return Route(
        method="POST",
        path=f"{CLAIM}{line.path}",
        name="_".join(part.replace("-", "_") for part in line.path.split("/") if part and not part.startswith("{")),
        summary=(line.body.__doc__ or "").strip(),
        roles=line.roles,
        handle=partial(_execute, line),
        answer=ClaimAnswer if line.makes is None else _MADE[line.makes],
        tag="commands",
        status=line.status,
        body=line.body,
        keyed=True,
        versioned=True,
    )


async def _execute(line: CommandRoute, call: Call) -> Response:
    """Read the request, hand the command over, and answer with the claim as it now stands."""
    ids = {name: call.path_id(name) for name in call.request.path_params}
    made = call.services.new_id() if line.makes else None
    draft = Sending.of(call, f"{CLAIM}{line.path}")
    content = await body_of(call.request)
    body = parsed(line.body, content)
    if isinstance(body, assessment.DocumentsBody) and body.complete and call.caller.role not in INSURER:
        raise forbidden("Only the insurer may assert that nothing more is needed: leave complete out.")
    given_ids: dict[str, UUID] = {**ids, line.makes: made} if line.makes and made else ids
    envelope = draft.envelope(content, status=line.status, detail=made, money=line.money)
    try:
        outcome = await call.services.commands.execute(
            call.caller,
            ids["claim_id"],
            lambda now: body.command(Given(body.occurred_at or now, given_ids)),
            envelope,
        )
    except UnknownPart as unknown:
        raise _where_it_was_named(unknown, call, content) from None
    return claim_response(call, outcome, line.makes)


@dataclass(frozen=True, slots=True)
class Sending:
    """What the headers of a command say, read before its body."""

    call: Call
    key_hash: bytes
    if_match: int | str | None

    @classmethod
    def of(
        cls, call: Call, pattern: str, expects: Callable[[Request], int | str | None] = expected_version
    ) -> "Sending":
        """Read the headers; Refused with 400 if the key is missing or a header cannot be read."""
        hashed = key_hash(call.caller, call.request.method, pattern, key_of(call.request))
        return cls(call, hashed, expects(call.request))

    def envelope(
        self, content: Mapping[str, Any], *, status: int = 200, detail: UUID | None = None, money: bool = False
    ) -> Envelope:
        """Return the envelope of a command with this body, as it was sent."""
        return Envelope(
            key_hash=self.key_hash,
            body_hash=body_hash(self.call.request.path_params, content),
            correlation_id=correlation_id(self.call.request),
            status=status,
            detail=None if detail is None else str(detail),
            if_match=self.if_match,
            kept_for_ever=money,
            command=self.call.operation,
        )


def claim_response(call: Call, outcome: Outcome, makes: str | None = None) -> Response:
    """Answer a command with the claim, and the id that the command made beside it."""
    standing = outcome.standing
    content: dict[str, Any] = {**claim_answer(standing, call.services.rulebooks, call.caller)}
    if makes is not None:
        content[makes] = outcome.detail
    headers = {"ETag": f'"{standing.claim.version}"'}
    if outcome.status == 201:
        headers["Location"] = f"{BASE}/claims/{standing.claim.claim_id}"
    if outcome.replayed:
        headers[REPLAYED] = "true"
    return json_response(content, outcome.status, headers)


def _where_it_was_named(unknown: UnknownPart, call: Call, content: Any) -> Exception:
    """What the path names is not found; what the body names is a wrong field."""
    if unknown.part_id in {str(value).lower() for value in call.request.path_params.values()}:
        return unknown
    return invalid([FieldError(_pointer_to(unknown.part_id, content) or "", f"This claim has no such {unknown.kind}.")])


def _pointer_to(text: str, content: Any, location: tuple[str | int, ...] = ()) -> str | None:
    """Return where in a body the text stands."""
    if isinstance(content, str):
        return pointer(location) if content.lower() == text else None
    parts = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    found = (_pointer_to(text, part, (*location, name)) for name, part in parts)
    return next((each for each in found if each is not None), None)
