"""The route of merges: the one command on two claims."""

from starlette.responses import Response

from claims.api.answers.claim import ClaimAnswer
from claims.api.bodies.merging import MergeBody
from claims.api.commands import CLAIM, INSURER, Sending, claim_response
from claims.api.routes import Call, Route, body_of, parsed

_PATH = f"{CLAIM}/merges"


async def _merge(call: Call) -> Response:
    """Take a merge, and answer with the claim that was merged."""
    claim_id = call.path_id("claim_id")
    sending = Sending.of(call, _PATH)
    content = await body_of(call.request)
    body = parsed(MergeBody, content)
    outcome = await call.services.commands.merge(
        call.caller, claim_id, body.into_claim_id, body.merge, sending.envelope(content, money=True)
    )
    return claim_response(call, outcome)


def merge_routes() -> tuple[Route, ...]:
    """Return the route."""
    return (
        Route(
            method="POST",
            path=_PATH,
            name="merges",
            summary=(MergeBody.__doc__ or "").strip(),
            roles=INSURER,
            handle=_merge,
            answer=ClaimAnswer,
            tag="commands",
            body=MergeBody,
            keyed=True,
            versioned=True,
        ),
    )
