"""The facts of a clock's own stream: the levels that it passed and what was taken back; the watch alone writes them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """What every fact of a clock says of it."""

    subject: UUID
    """The claim, complaint, hazard or party that the clock belongs to."""
    subject_kind: str
    rule: str
    level: int
    """The level now reached, 0 to 6: 1 half of the time, 2 and 3 at risk, 4 breached, 5 and 6 escalated."""
    alert: bool
    """False: a later level of the same clock was recorded at the same moment, and it alone is told."""
    due_at: datetime
    tier: str
    responsible: str


@dataclass(frozen=True, slots=True)
class ClockAtRisk(ClockEvent):
    """So much of the time has passed that staff must know."""


@dataclass(frozen=True, slots=True)
class ClockBreached(ClockEvent):
    """The due moment of a statutory or service clock passed without the fact that meets it."""


@dataclass(frozen=True, slots=True)
class ClockEscalated(ClockEvent):
    """A breach stands, and the next authority must know."""


@dataclass(frozen=True, slots=True)
class BreachWithdrawn(ClockEvent):
    """A fact in time was recorded late, or the due moment moved: there was no breach."""


@dataclass(frozen=True, slots=True)
class ClockMissed(ClockEvent):
    """The due moment of a target passed; it stays inside the insurer and is never called a breach."""


@dataclass(frozen=True, slots=True)
class MissWithdrawn(ClockEvent):
    """A fact in time was recorded late, or the due moment moved: the target was not missed."""
