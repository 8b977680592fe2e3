"""A claim as its page shows it, made of the claim, its ledger and its history alone: no I/O, no time of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from claims.application.calls import ClockLevel, Standing, shows_clock
from claims.application.clock_status import level_of
from claims.application.history import Moment
from claims.application.next_actions import NextAction, next_actions
from claims.application.recorded import Recorded
from claims.dashboard.claim_clocks import ClockCard, Sight, cards
from claims.dashboard.claim_money import Money, money_of
from claims.dashboard.claim_proofs import Proof, proofs
from claims.dashboard.claim_story import Entry, moments, story
from claims.dashboard.claim_words import Telling
from claims.dashboard.formats import money
from claims.dashboard.time_left import time_left
from claims.domain.claim.money import status
from claims.domain.claim.state import Claim
from claims.domain.clock import Clock
from claims.domain.explanation import Step


@dataclass(frozen=True, slots=True)
class ToDo:
    """What is to be done next, in words."""

    action: NextAction
    text: str
    due: str | None
    """By when, in days the last day; None where no clock runs."""
    left: str | None
    late: bool
    rule: str | None
    """What calls for it, with the number of its rule; None where nothing does: it is only offered."""
    paused: bool = False
    """Its time is not counted at present: `due` is the earliest that it can be."""

    @property
    def is_offer(self) -> bool:
        """Say whether it is only to be asked for: no clock runs."""
        return self.action.clock_id is None


@dataclass(frozen=True, slots=True)
class ClaimView:
    """What the page is rendered from."""

    claim: Claim
    tenant: str
    status: str
    at: datetime
    """Business time, or the moment of the past that is looked at."""
    is_past: bool
    todo: tuple[ToDo, ...]
    money: Money
    clocks: tuple[ClockCard, ...]
    story: tuple[Entry, ...]
    proofs: tuple[Proof, ...]
    moments: tuple[datetime, ...]
    """When something happened: where the past can be looked at."""
    more: str | None
    """The cursor of the rest of the story; None where all of it is here."""
    casualties: str

    @property
    def running(self) -> tuple[ClockCard, ...]:
        """Return the clocks that nothing has ended."""
        return tuple(each for each in self.clocks if each.running)

    @property
    def ended(self) -> tuple[ClockCard, ...]:
        """Return the clocks that have ended."""
        return tuple(each for each in self.clocks if not each.running)


@dataclass(frozen=True, slots=True)
class Found:
    """What was read for a page; `as_of` is the moment of the past that is looked at, None: now."""

    standing: Standing
    history: tuple[Recorded, ...]
    more: str | None
    steps: Mapping[UUID, tuple[Step, ...]]
    as_of: datetime | None


def shown_clocks(claim: Claim, role: str) -> Mapping[UUID, Clock]:
    """Return the clocks of a claim that a role may see."""
    return {
        clock_id: each
        for clock_id, each in claim.clocks.items()
        if shows_clock(role, tier=each.tier, responsible=each.responsible, provisional=each.provisional)
    }


def claim_view(found: Found, telling: Telling, sight: Sight, role: str) -> ClaimView:
    """Return the page of a claim for a role."""
    standing, claim = found.standing, found.standing.claim
    shown = shown_clocks(claim, role)
    levels = {each.clock_id: _level(each, standing) for each in shown.values()}
    made = cards(shown.values(), levels, found.steps, telling, sight)
    told = tuple(each for each in found.history if Moment(as_of=found.as_of).happened(each))
    return ClaimView(
        claim=claim,
        tenant=standing.tenant,
        status=str(status(claim)),
        at=sight.at,
        is_past=found.as_of is not None,
        todo=todo(standing, telling, sight, role),
        money=money_of(claim, standing.ledger, telling),
        clocks=made,
        story=story(told, shown, telling),
        proofs=proofs(told, made, telling),
        moments=moments(each for each in found.history if each.stream_id == claim.claim_id),
        more=found.more,
        casualties=telling.casualties(claim.current_casualties),
    )


def todo(standing: Standing, telling: Telling, sight: Sight, role: str) -> tuple[ToDo, ...]:
    """Return what is to be done next on a claim, what is due first in front."""
    found = next_actions(standing, sight.rulebooks, role)
    return tuple(_todo(each, standing.claim, telling, sight) for each in found)


def _todo(action: NextAction, claim: Claim, telling: Telling, sight: Sight) -> ToDo:
    clock = None if action.clock_id is None else claim.clocks[action.clock_id]
    left = None if clock is None else time_left(clock, sight.at, sight.calendar)
    with_amount = {} if action.amount is None else {"amount": money(action.amount)}
    return ToDo(
        action=action,
        text=telling.words(action.text, **with_amount),
        due=None if clock is None else telling.due(clock.due_at, clock.due_date),
        left=None if left is None else left.text(telling.words),
        late=left is not None and left.late,
        rule=None if clock is None else telling.rule(clock),
        paused=left is not None and left.unit == "paused",
    )


def _level(clock: Clock, standing: Standing) -> ClockLevel:
    return level_of(clock, standing.levels, standing.judged_at)
