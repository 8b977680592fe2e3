"""Fills a machine with weeks of work of three insurers, through both APIs, and the story of one accident among it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from anze.demo import around
from anze.demo.callers import Json
from anze.demo.case import Case
from anze.demo.desk import Desk
from anze.demo.enterprises import INSURED, INSURERS, LARGE, NANLING
from anze.demo.programme import ALL_PLOTS, LAST_DAY, cases
from anze.demo.receiver import Receiver
from anze.demo.recipients import FAILING, NAMES, OF_THE_STORY, OTHERS, subscribe
from anze.demo.scheduler import Scheduler
from anze.demo.speakers import Speakers
from anze.demo.steps import Known, Life
from anze.demo.story import BEGINS, ENDS, Story
from anze.errors import DemoError
from anze.machine import Machine

NEW_YEARS_EVE = date(2025, 12, 31)
FILLED_FROM = datetime.fromisoformat("2025-12-31T16:00+08:00")
"""Parties are registered before the year begins, so that they owe its first reports."""
FILLED_UNTIL = datetime.fromisoformat("2026-03-18T11:30+08:00")
DAYS = 60

_DELIVERY_SECONDS = 30.0
_POLL_SECONDS = 0.2
_ENDORSED = INSURED[NANLING.code][2]

Tell = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a filled machine holds that somebody may want to find again, and what it took."""

    story_claim_id: str
    claims: int
    moments: int
    """How often the clock was moved."""
    requests: int
    """How many requests were sent, clock and look-ups aside."""
    payable_advance_id: str = ""
    """This and what follows is the insurer's of the story, so that its staff may act on it."""
    claim_with_payable_advance_id: str = ""
    claim_with_withdrawn_breach_id: str = ""
    claim_without_request_id: str = ""
    """A death with a determined loss, for which nobody asked for an advance."""
    failed_delivery_id: str = ""
    """A delivery that was given up, and whose receiver works again."""


def begins(days: int) -> datetime:
    """When a sandbox that is to be filled with so many days has to begin."""
    return FILLED_FROM if days else BEGINS


def hooks() -> tuple[str, ...]:
    """The names of all webhooks that the receiver has to know."""
    return tuple(NAMES)


def fill(machine: Machine, receiver: Receiver, *, days: int = DAYS, tell: Tell = lambda *_: None) -> Outcome:
    """Play the work of so many days, and the story among it; 0: the story alone.

    The machine is a fresh sandbox that begins at `begins(days)`, the receiver knows `hooks()` and runs as long as
    deliveries are to arrive. DemoError when a service refuses a step. `tell` hears the steps of the story.
    """
    story, known = Story(tell), Known()
    work = cases(days)
    with Speakers(machine) as speakers:
        subscribe(speakers.notifications, receiver, (*OF_THE_STORY, *OTHERS) if days else OF_THE_STORY)
        scheduler = Scheduler(speakers.send, lambda moment: _go_to(speakers, moment))
        lives = [story.life(), *(_lives(work, known, receiver) if days else ())]
        scheduler.play(lives, FILLED_UNTIL if days else ENDS)
        ids = known.ids
        return Outcome(
            story_claim_id=story.claim_id,
            claims=len(work) + 1,
            moments=scheduler.moments,
            requests=scheduler.requests,
            payable_advance_id=ids.get("payable advance", ""),
            claim_with_payable_advance_id=ids.get("claim with a payable advance", ""),
            claim_with_withdrawn_breach_id=ids.get("withdrawn breach", ""),
            claim_without_request_id=ids.get("nobody asked", ""),
            failed_delivery_id=_failed_delivery(speakers) if days >= DAYS else "",
        )


def _lives(work: list[Case], known: Known, receiver: Receiver) -> Iterator[Life]:
    yield around.registrations(NEW_YEARS_EVE)
    yield from (around.submission(one) for one in around.SUBMISSIONS)
    yield from (around.complaint(one) for one in around.COMPLAINTS)
    yield from (around.hazard(one) for one in around.HAZARDS)
    yield from (around.acknowledgements(insurer, LAST_DAY) for insurer in INSURERS)
    yield around.outage(receiver, FAILING, "2026-03-04", "2026-03-12")
    endorsed = next((case for case in work if case.enterprise is _ENDORSED), None)
    if endorsed is not None:
        yield around.endorsement(endorsed.policy_number, LARGE, "2026-03-16", "2026-04-01")
    yield from (ALL_PLOTS[case.plot](Desk.of(case, known)) for case in work)


def _go_to(speakers: Speakers, moment: datetime) -> None:
    speakers.admin.post("/v1/sandbox/clock", {"set": moment.isoformat()})


def _failed_delivery(speakers: Speakers) -> str:
    """A delivery that was given up while its receiver was away; DemoError when there is none after a while."""
    deadline = time.monotonic() + _DELIVERY_SECONDS
    while time.monotonic() < deadline:
        dead: list[Json] = speakers.notifications.get("/v1/deliveries?status=dead&limit=1")["items"]
        if dead:
            return str(dead[0]["id"])
        time.sleep(_POLL_SECONDS)
    raise DemoError("No delivery was given up, though a receiver was away for days.")
