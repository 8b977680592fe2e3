"""What the SLA board shows beside single claims: rows, counts and filters, and the port that they are read through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from claims.application.pages import ClaimSummary, ClockRow, Page
from claims.application.rows import Scope
from claims.domain.reporting.periods import Period


class Bucket(StrEnum):
    """How old, or how near, a running clock's end is. Each clock is in exactly one of `BUCKETS`, in this order."""

    OVERDUE_OVER_10 = "overdue_over_10"
    """Late for more than ten days of 24 hours."""
    OVERDUE_3_TO_10 = "overdue_3_to_10"
    OVERDUE_1_TO_3 = "overdue_1_to_3"
    OVERDUE_UNDER_1 = "overdue_under_1"
    TODAY = "today"
    NEXT_DAY = "next_day"
    """Due after today, up to the end of the next working day."""
    NEXT_FIVE = "next_five"
    """Due after that, up to the end of the fifth working day after today."""
    LATER = "later"
    UNSETTLED = "unsettled"
    """It cannot be late yet: its date is provisional, or its time is not counted at present (paused)."""


BUCKETS: tuple[Bucket, ...] = tuple(Bucket)

OVERDUE: tuple[Bucket, ...] = BUCKETS[:4]
"""What is late; also as the argument of `queue`."""


class BreachKind(StrEnum):
    """Which breaches are asked for."""

    STANDING = "standing"
    """Not taken back; the clock may have been met late since, or cancelled after it was late."""
    WITHDRAWN = "withdrawn"
    """Taken back: a fact in time was recorded late, or the due moment moved."""
    CORRECTED = "corrected"
    """Late by a correction: facts that were recorded later shortened a time that was then over already."""


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which part of what the scope may see; None asks for all."""

    insurer: str | None = None
    region: str | None = None
    """A code of GB/T 2260: it covers those below it."""
    rule: str | None = None
    tier: str | None = None
    adjuster: str | None = None
    status: str | None = None
    """Of the clock: open, at_risk, overdue, missed, …"""
    provisional: bool | None = None


@dataclass(frozen=True, slots=True)
class ClaimInfo:
    """What a row says of the claim that its clock is of."""

    number: str
    insured_name: str
    policy_number: str
    adjuster: str | None
    status: str


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A clock, and the claim that it is of; None for a period, a complaint or a hazard (`clock.subject_kind`)."""

    clock: ClockRow
    claim: ClaimInfo | None


QueueRow = BoardRow
"""A running clock of the queue."""

BreachRow = BoardRow
"""A clock that was breached: its level, `breached_at`, `withdrawn_at`, and `ended_at` if it was met late."""


@dataclass(frozen=True, slots=True)
class EligibleRow:
    """A claim with advances that it is eligible for and that nobody has requested."""

    claim_id: UUID
    tenant: str
    number: str
    status: str
    insured_name: str
    policy_number: str
    region: str
    adjuster: str | None
    reported_at: datetime
    kinds: tuple[str, ...]
    """Of `rulebook.ADVANCE_KINDS`."""


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many running clocks each bucket holds, how many of them are provisional, and how many claims are eligible."""

    buckets: Mapping[Bucket, int]
    """Every one of BUCKETS, also where it is empty."""
    provisional: int
    eligible: int

    @property
    def running(self) -> int:
        """Return how many clocks run."""
        return sum(self.buckets.values())

    @property
    def overdue(self) -> int:
        """Return how many are late."""
        return sum(self.buckets[bucket] for bucket in OVERDUE)


@dataclass(frozen=True, slots=True)
class DayLoad:
    """The clocks that are due on a day of Shanghai: their last day, whether or not it has come."""

    day: date
    due: int
    """Of every tier; neither those cancelled in time nor provisional ones."""
    breached: int
    """Of them, limits of the texts that were not met in time."""
    missed: int
    """Of them, targets that were not: never called breaches."""


@dataclass(frozen=True, slots=True)
class Places:
    """What the claims that a scope may see name, each in order."""

    insurers: tuple[str, ...]
    regions: tuple[str, ...]
    adjusters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters of a scope can be set to, each in order."""

    insurers: tuple[str, ...]
    regions: tuple[str, ...]
    rules: tuple[str, ...]
    adjusters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Clocks that are late from a moment on that lies after `after` and not after `until`."""

    after: datetime | None
    """None: from the beginning."""
    until: datetime
    """NEVER is the moment of what cannot be late yet."""


class BoardTables(Protocol):
    """What stands in the derived tables, as far as the scope may see it; each raises BadCursor for a strange cursor."""

    async def queue(
        self, scope: Scope, wanted: QueueFilter, span: Span | None, cursor: str | None, limit: int
    ) -> Page[BoardRow]:
        """Return a page of running clocks, the one that is late first in front; None: of every age."""
        ...

    async def provisional(self, scope: Scope, wanted: QueueFilter, cursor: str | None, limit: int) -> Page[BoardRow]:
        """Return a page of running clocks whose date is provisional, the one that is due first in front."""
        ...

    async def counts(self, scope: Scope, wanted: QueueFilter, edges: Sequence[datetime]) -> QueueCounts:
        """Return how many run between the edges: one fewer than BUCKETS, ascending."""
        ...

    async def eligible(self, scope: Scope, wanted: QueueFilter, cursor: str | None, limit: int) -> Page[EligibleRow]:
        """Return a page of claims with advances that nobody requested, the oldest report in front."""
        ...

    async def search(self, scope: Scope, text: str, limit: int) -> tuple[ClaimSummary, ...]:
        """Return claims whose number, policy number or insured enterprise holds the text; exact numbers in front."""
        ...

    async def breaches(  # noqa: PLR0913, PLR0917 - what a list is asked by
        self,
        scope: Scope,
        wanted: QueueFilter,
        period: Period | None,
        kind: BreachKind,
        cursor: str | None,
        limit: int,
    ) -> Page[BoardRow]:
        """Return a page of breached clocks, the newest breach in front."""
        ...

    async def daily_load(self, scope: Scope, wanted: QueueFilter, first: date, last: date) -> tuple[DayLoad, ...]:
        """Return the days from `first` to `last`, both included, on which anything is due."""
        ...

    async def places(self, scope: Scope) -> Places:
        """Return what the claims of the scope name."""
        ...
