"""The clocks of a claim as its page shows them: status, time left, what meets each, its bar, and why it is due then."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from claims.application.calls import ClockLevel
from claims.application.clock_status import BREACHED, KnownClock, binding_ids, obligation_of, status_of
from claims.application.next_actions import action_of
from claims.dashboard.claim_bar import ClockBar, clock_bar
from claims.dashboard.claim_words import Telling
from claims.dashboard.time_left import TimeLeft, time_left
from claims.domain.explanation import Step
from claims.domain.rulebook import Obligation, Rulebook
from claims.domain.working_days import Calendar

_ORDER = {"overdue": 0, "missed": 1, "at_risk": 2, "open": 3}
"""What still runs stands in front, what is late first."""


@dataclass(frozen=True, slots=True)
class ClockCard:
    """One clock, drawn and explained."""

    clock: KnownClock
    title: str
    citation: str
    status: str
    level: ClockLevel
    left: str | None
    late: bool
    binding: bool
    action: str | None
    """What meets it, in words; None where it has ended or nothing can."""
    limit: str
    due: str
    """In days the last day, in hours the moment."""
    about: str
    """The part of the claim that it is about; empty for the whole of it."""
    flags: tuple[str, ...]
    bar: ClockBar | None
    steps: tuple[Step, ...]

    @property
    def clock_id(self) -> UUID:
        """Return its id."""
        return self.clock.clock_id

    @property
    def running(self) -> bool:
        """Say whether nothing has ended it."""
        return self.clock.ended_at is None

    @property
    def was_breached(self) -> bool:
        """Say whether the watch ever said that it was late, taken back or not: somebody was told."""
        return self.level.breached_at is not None or self.level.withdrawn_at is not None


@dataclass(frozen=True, slots=True)
class Sight:
    """What cards are drawn by: the calendar of today, and the moment that is looked at."""

    calendar: Calendar
    rulebooks: Mapping[str, Rulebook]
    at: datetime


def cards(
    clocks: Iterable[KnownClock],
    levels: Mapping[UUID, ClockLevel],
    steps: Mapping[UUID, tuple[Step, ...]],
    telling: Telling,
    sight: Sight,
) -> tuple[ClockCard, ...]:
    """Return the cards of one claim's clocks: what runs in front by due moment, then what has ended, the last first."""
    known = tuple(clocks)
    binding = binding_ids(known, sight.rulebooks)
    made = [
        card(
            each, levels[each.clock_id], steps.get(each.clock_id, ()), telling, sight, binding=each.clock_id in binding
        )
        for each in known
    ]
    running = sorted((each for each in made if each.running), key=lambda each: (_rank(each), each.clock.due_at))
    ended = sorted((each for each in made if not each.running), key=_ended_at, reverse=True)
    return (*running, *ended)


def card(  # noqa: PLR0913 - all of it is drawn
    clock: KnownClock,
    level: ClockLevel,
    steps: tuple[Step, ...],
    telling: Telling,
    sight: Sight,
    *,
    binding: bool,
) -> ClockCard:
    """Return the card of one clock."""
    obligation = obligation_of(clock, sight.rulebooks)
    left, words = time_left(clock, sight.at, sight.calendar), telling.words
    seen = (level.breached_at if level.level >= BREACHED or level.withdrawn_at else None, level.withdrawn_at)
    return ClockCard(
        clock=clock,
        title=clock.rule if obligation is None else words.of(obligation.title_zh, obligation.title_en),
        citation="" if obligation is None else obligation.citation,
        status=status_of(clock, level.level),
        level=level,
        left=None if left is None else left.text(words),
        late=left is not None and left.late,
        binding=binding,
        action=_action(clock, obligation, telling),
        limit=telling.limit(clock.limit_amount, clock.limit_unit),
        due=_due(clock, left, telling),
        about=_about(clock, telling),
        flags=tuple(telling.coded("flag", each) for each in clock.flags),
        bar=clock_bar(clock, steps, sight.calendar, sight.at, seen),
        steps=steps,
    )


def _due(clock: KnownClock, left: TimeLeft | None, telling: Telling) -> str:
    """The due moment; while its time is not counted, that is the earliest that it can be."""
    due = telling.due(clock.due_at, clock.due_date)
    paused = left is not None and left.unit == "paused"
    return telling.words("claim.clocks.not_before", due=due) if paused else due


def _action(clock: KnownClock, obligation: Obligation | None, telling: Telling) -> str | None:
    action = None if obligation is None or clock.ended_at is not None else action_of(obligation)
    return None if action is None else telling.words(f"actions.{action.code}")


def _about(clock: KnownClock, telling: Telling) -> str:
    """A scope names an advance and, from the second on, its tranche."""
    name, _, tranche = clock.scope.partition("/")
    advance = next((each for key, each in telling.claim.advances.items() if str(key) == name), None)
    if advance is None:
        return ""
    return telling.advance(advance.kind) + (telling.words("claim.tranche", n=tranche) if tranche else "")


def _rank(each: ClockCard) -> int:
    return _ORDER.get(each.status, len(_ORDER))


def _ended_at(each: ClockCard) -> datetime:
    return each.clock.ended_at or each.clock.due_at
