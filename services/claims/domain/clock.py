"""A clock as its subject's stream says it stands, and how each fact about it changes it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import assert_never
from uuid import UUID

from claims.domain.clock_facts import ClockEnded, ClockFact, ClockReopened, ClockRescheduled, ClockStarted


@dataclass(frozen=True, slots=True)
class Clock:
    """The subject's side of a clock."""

    clock_id: UUID
    rule: str
    round: int
    scope: str
    tier: str
    responsible: str
    rulebook: str
    started_at: datetime
    limit_amount: int
    limit_unit: str
    due_at: datetime
    due_date: date | None
    provisional: bool
    marks: tuple[datetime, ...]
    calendar_version: int
    flags: tuple[str, ...]
    generation: int = 1
    ended_at: datetime | None = None
    ended_as: str | None = None

    @property
    def running(self) -> bool:
        """Say whether nothing has ended it."""
        return self.ended_at is None


def with_fact(clocks: Mapping[UUID, Clock], fact: ClockFact) -> Mapping[UUID, Clock]:
    """Return a subject's clocks after a fact about one of them."""
    return {**clocks, fact.clock_id: _after(clocks.get(fact.clock_id), fact)}


def _after(clock: Clock | None, fact: ClockFact) -> Clock:
    if isinstance(fact, ClockStarted):
        return Clock(**{name: getattr(fact, name) for name in ClockStarted.__slots__})
    if clock is None:
        raise LookupError(f"the clock {fact.clock_id} never started")
    match fact:
        case ClockRescheduled():
            return _rescheduled(clock, fact)
        case ClockEnded():
            return replace(clock, ended_at=fact.ended_at, ended_as=fact.ended_as)
        case ClockReopened():
            return replace(clock, ended_at=None, ended_as=None)
        case _:
            assert_never(fact)


def _rescheduled(clock: Clock, fact: ClockRescheduled) -> Clock:
    about = {"clock_id", "reason", "due_before"}
    changed = {name: getattr(fact, name) for name in ClockRescheduled.__slots__ if name not in about}
    return replace(clock, **changed, generation=clock.generation + (fact.due_at != clock.due_at))
