"""What lists take and give: filters, pages, rows of clocks and of claims."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Generic, TypeVar
from uuid import UUID

from claims.application.recorded import Recorded
from claims.application.rows import Position

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """A part of a list; `next_cursor` is opaque and None at the end."""

    items: tuple[Item, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Followed:
    """An event of the feed, and where to go on behind it."""

    place: Position
    cursor: str
    recorded: Recorded


class BadCursor(ValueError):  # noqa: N818 - it is an answer
    """The cursor is not one that this list gave."""


@dataclass(frozen=True, slots=True)
class ClaimFilter:
    """Which claims are asked for; None asks for all."""

    status: str | None = None
    insurer: str | None = None
    region: str | None = None
    policy_number: str | None = None
    reported_from: datetime | None = None
    reported_to: datetime | None = None
    adjuster: str | None = None


@dataclass(frozen=True, slots=True)
class ClaimSummary:
    """A row of the claim list; amounts in fen. It holds no personal data."""

    claim_id: UUID
    tenant: str
    number: str
    version: int
    status: str
    insured_name: str
    policy_number: str
    broker: str | None
    region: str
    grade: str
    accident_at: datetime
    reported_at: datetime
    advanced: int
    paid: int
    adjuster: str | None = None
    """Who of the insurer's staff works on it, by code."""


@dataclass(frozen=True, slots=True)
class ClockFilter:
    """Which clocks are asked for; None asks for all."""

    status: str | None = None
    rule: str | None = None
    tier: str | None = None
    insurer: str | None = None
    region: str | None = None
    due_before: datetime | None = None
    provisional: bool | None = None
    claim_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A clock as the table of clocks holds it, both sides."""

    tenant: str
    clock_id: UUID
    subject: UUID
    rule: str
    round: int
    scope: str
    tier: str
    responsible: str
    region: str
    started_at: datetime
    due_at: datetime
    due_date: date | None
    limit_amount: int
    limit_unit: str
    generation: int
    flags: tuple[str, ...]
    rulebook: str
    calendar_version: int
    provisional: bool
    marks: tuple[datetime, ...]
    ended_at: datetime | None
    ended_as: str | None
    level: int
    version: int
    """Of the clock's own stream."""
    breached_at: datetime | None
    withdrawn_at: datetime | None
    status: str
    subject_kind: str = "claim"
    """The kind of the subject's stream."""

    @property
    def tag(self) -> str:
        """Return what changes with it: its due moment, its level, and whether and when it ended."""
        ended = "" if self.ended_at is None else f".{(self.ended_at - _EPOCH) // _MICROSECOND}"
        return f"{self.generation}.{self.version}{ended}"
