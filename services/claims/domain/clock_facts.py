"""The subject's side of a clock, as facts in the subject's stream: started, rescheduled, ended, reopened."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ClockStarted:
    """A clock runs from `started_at`; the event holds all that watch and reader need: a replay needs no rulebook."""

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


@dataclass(frozen=True, slots=True)
class ClockRescheduled:
    """The marks of a running clock changed; its generation rises when its due moment does."""

    clock_id: UUID
    reason: str
    """tightened, emergency, paused, resumed or calendar."""
    due_before: datetime
    started_at: datetime
    limit_amount: int
    limit_unit: str
    due_at: datetime
    due_date: date | None
    provisional: bool
    marks: tuple[datetime, ...]
    calendar_version: int
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClockEnded:
    """The clock ended at `ended_at`, when the fact happened, not when it was recorded: met, extended or cancelled."""

    clock_id: UUID
    ended_at: datetime
    ended_as: str


@dataclass(frozen=True, slots=True)
class ClockReopened:
    """What met the clock turned out not to have happened: it runs again from its original start."""

    clock_id: UUID


ClockFact = ClockStarted | ClockRescheduled | ClockEnded | ClockReopened
