"""The due-date calculator: what a rule comes to for a start and an amount; nothing is stored, no key is needed."""

from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from claims.api.answers.clock import DueDateAnswer
from claims.api.bodies.fields import Code, Fields, Instant, Region, Yuan
from claims.api.render import day_or_none, json_response, moment, yuan_or_none
from claims.api.render_clock import explanation_answer
from claims.api.routes import BASE, READERS, Call, Route, body_of, parsed


class DueDateBody(Fields):
    """When would a clock of this rule be due?"""

    rule: Annotated[Code, Field(examples=["SZ-20.3"])]
    region: Region
    started_at: Annotated[
        Instant,
        Field(description="When what starts it happened; of a periodic report any moment of the period it is due in."),
    ]
    amount: Annotated[Yuan | None, Field(description="Where the limit goes by it.")] = None


async def _due_date(call: Call) -> Response:
    body = parsed(DueDateBody, await body_of(call.request))
    found = call.services.explanations.due_date(body.rule, body.region, body.started_at, body.amount)
    obligation = found.obligation
    answer: DueDateAnswer = {
        "rule": obligation.id,
        "title": {"zh": obligation.title_zh, "en": obligation.title_en},
        "citation": obligation.citation,
        "tier": obligation.tier.value,
        "responsible": obligation.responsible,
        "region": body.region,
        "started_at": moment(found.started_at),
        "amount": yuan_or_none(body.amount),
        "limit": {"amount": found.limit.amount, "unit": found.limit.unit.value},
        "due_at": moment(found.plan.due_at),
        "due_date": day_or_none(found.plan.due_date),
        "provisional": found.plan.provisional,
        "rulebook": found.rulebook.reference,
        "calendar_version": found.calendar_version,
        "explanation": explanation_answer(found.steps),
    }
    return json_response(answer)


def due_date_routes() -> tuple[Route, ...]:
    """Return the route of the calculator."""
    return (
        Route(
            method="POST",
            path=f"{BASE}/due-dates",
            name="due_date",
            summary="When a clock would be due, and why; nothing is stored.",
            roles=READERS,
            handle=_due_date,
            answer=DueDateAnswer,
            tag="reads",
            body=DueDateBody,
            problems=(400, 413, 415, 422),
        ),
    )
