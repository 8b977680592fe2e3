"""The route by which a periodic report is handed in: it names the clock that waits for it."""

from starlette.responses import Response

from claims.api.answers.clock import ClockAnswer
from claims.api.bodies.parties import SubmissionBody
from claims.api.commands import INSURER_AND_BROKER, Sending
from claims.api.idempotency import REPLAYED, expected_clock
from claims.api.render import json_response
from claims.api.render_clock import report_clock
from claims.api.routes import BASE, Call, Route, body_of, parsed

_PATH = f"{BASE}/clocks/{{clock_id}}/submissions"


async def _submit(call: Call) -> Response:
    """Answer with the clock as the submission leaves it."""
    clock_id = call.path_id("clock_id")
    sending = Sending.of(call, _PATH, expected_clock)
    content = await body_of(call.request)
    body = parsed(SubmissionBody, content)
    outcome = await call.services.submissions.submit(
        call.caller, clock_id, lambda now: body.command(clock_id, now), sending.envelope(content)
    )
    clock = report_clock(outcome.series, outcome.clock, outcome.judged_at, call.services.rulebooks)
    headers = {REPLAYED: "true"} if outcome.replayed else {"ETag": f'"{outcome.tag}"'}
    return json_response(clock, outcome.status, headers)


def submission_routes() -> tuple[Route, ...]:
    """Return the route."""
    return (
        Route(
            method="POST",
            path=_PATH,
            name="submit_report",
            summary=(SubmissionBody.__doc__ or "").strip(),
            roles=INSURER_AND_BROKER,
            handle=_submit,
            answer=ClockAnswer,
            tag="commands",
            body=SubmissionBody,
            keyed=True,
            versioned=True,
        ),
    )
