"""The clock of a sandbox: forward by so much, or to a moment; the answer comes when all before it has been done."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Self

from pydantic import PlainValidator, WithJsonSchema, model_validator
from starlette.responses import Response

from claims.api.answers.lists import SandboxAnswer
from claims.api.bodies.fields import Fields, Instant
from claims.api.idempotency import REPLAYED, body_hash, key_hash, key_of
from claims.api.problems import conflict
from claims.api.render import json_response, moment
from claims.api.routes import BASE, Call, Route, body_of, parsed
from claims.api.services import BackwardsError, SandboxClock
from claims.application.calls import KeyReused

_PATH = f"{BASE}/sandbox/clock"
_DURATION = re.compile(
    r"P(?=.)(?:(?P<weeks>[0-9]{1,4})W)?(?:(?P<days>[0-9]{1,5})D)?"
    r"(?:T(?=.)(?:(?P<hours>[0-9]{1,6})H)?(?:(?P<minutes>[0-9]{1,7})M)?(?:(?P<seconds>[0-9]{1,8})S)?)?"
)


def duration(value: object) -> timedelta:
    """Return the length of an ISO 8601 duration; ValueError for one in months or years, which have no length."""
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("a duration in ISO 8601 of weeks, days, hours, minutes and seconds, such as P3D or PT4H")
    return timedelta(**{unit: int(number) for unit, number in found.groupdict(default="0").items()})


class SandboxBody(Fields):
    """The sandbox's clock goes forward, by so much or to a moment; never backwards."""

    advance: Annotated[
        timedelta | None,
        PlainValidator(lambda value: None if value is None else duration(value)),
        WithJsonSchema({"type": "string", "format": "duration", "examples": ["P3D"]}),
    ] = None
    set: Instant | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.advance is None) == (self.set is None):
            raise ValueError("give either advance or set")
        return self


@dataclass(frozen=True, slots=True)
class SandboxSteps:
    """Sends the clock on; the database remembers where each key sent it, so that a retry does not go twice as far."""

    clock: SandboxClock

    async def step(self, call: Call) -> Response:
        """Move the clock and wait until every moment that was passed is recorded and told.

        The answer is the moment that the key was first sent to, however far the clock has gone since.
        """
        key = key_hash(call.caller, "POST", _PATH, key_of(call.request))
        content = await body_of(call.request)
        body, hashed = parsed(SandboxBody, content), body_hash({}, content)
        now = await call.services.queries.now()
        try:
            step = await self.clock.step(body.set or _later(now, body.advance), key, hashed)
        except BackwardsError:
            raise _backwards(now) from None
        if step.body_hash != hashed:
            raise KeyReused
        await self.clock.await_reached(step.target)
        answer: SandboxAnswer = {"now": moment(step.target)}
        return json_response(answer, headers={REPLAYED: "true"} if step.replayed else {})


def _later(now: datetime, advance: timedelta | None) -> datetime:
    try:
        return now + (advance or timedelta())
    except OverflowError:
        raise conflict(
            "sandbox-clock-too-far", "No such moment", "The calendar ends before that: go less far."
        ) from None


def _backwards(now: datetime) -> Exception:
    detail = f"The sandbox's clock shows {moment(now)} and never goes backwards: name a later moment."
    return conflict("sandbox-clock-backwards", "Never backwards", detail)


def sandbox_routes(clock: SandboxClock) -> tuple[Route, ...]:
    """Return the route of a sandbox's clock."""
    return (
        Route(
            method="POST",
            path=_PATH,
            name="sandbox_clock",
            summary=f"{(SandboxBody.__doc__ or '').strip()} Exists only in a sandbox.",
            roles=frozenset({"admin"}),
            handle=SandboxSteps(clock).step,
            answer=SandboxAnswer,
            tag="sandbox",
            body=SandboxBody,
            keyed=True,
        ),
    )
