"""The board's queries: where buckets lie in time, what lists are asked by, and what filters can be set to."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from claims.application.board import (
    BUCKETS,
    BoardTables,
    BreachKind,
    BreachRow,
    Bucket,
    Choices,
    DayLoad,
    EligibleRow,
    QueueCounts,
    QueueFilter,
    QueueRow,
    Span,
)
from claims.application.calls import shows_clock
from claims.application.pages import ClaimSummary, Page
from claims.application.ports import Reference
from claims.application.rows import Scope
from claims.domain.moments import NEVER, local_date, start_of
from claims.domain.reporting.periods import Period, months_after
from claims.domain.rulebook import EITHER, Obligation, Rulebook, Tier, region_covers
from claims.domain.working_days import Calendar

MOST_EXPORTED = 50_000
"""How many breaches an export holds at most."""

MOST_FOUND = 20
"""How many claims a search brings at most."""

_A_PAGE_OF_AN_EXPORT = 1_000
_DAY = timedelta(days=1)
_AN_INSTANT = timedelta(microseconds=1)


class Board:
    """Answers what the board asks, for a scope at a time; `now` is business time."""

    def __init__(self, tables: BoardTables, reference: Reference) -> None:
        self._tables = tables
        self._reference = reference

    async def queue(  # noqa: PLR0913, PLR0917 - what a list is asked by
        self,
        scope: Scope,
        wanted: QueueFilter,
        buckets: Sequence[Bucket],
        now: datetime,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[QueueRow]:
        """Return a page of running clocks, the one that is late first in front. Raises BadCursor.

        `buckets` are neighbours in their order, like one alone or OVERDUE; none of them: all.
        """
        span = span_of(buckets, self._edges(now)) if buckets else None
        return await self._tables.queue(scope, wanted, span, cursor, limit)

    async def counts(self, scope: Scope, wanted: QueueFilter, now: datetime) -> QueueCounts:
        """Return how many clocks each bucket holds, how many of them are provisional, and how many are eligible."""
        return await self._tables.counts(scope, wanted, self._edges(now))

    async def provisional(
        self, scope: Scope, wanted: QueueFilter, cursor: str | None = None, limit: int = 50
    ) -> Page[QueueRow]:
        """Return a page of running clocks whose date the calendar does not settle; for outsiders none. BadCursor."""
        return await self._tables.provisional(scope, wanted, cursor, limit)

    async def eligible(
        self, scope: Scope, wanted: QueueFilter, cursor: str | None = None, limit: int = 50
    ) -> Page[EligibleRow]:
        """Return a page of claims with advances that nobody requested, the oldest report in front. Raises BadCursor.

        Of the filter insurer, region and adjuster count: the rest is about clocks.
        """
        return await self._tables.eligible(scope, wanted, cursor, limit)

    async def search(self, scope: Scope, text: str, limit: int = MOST_FOUND) -> tuple[ClaimSummary, ...]:
        """Return claims by number, policy number or insured enterprise, exact numbers in front; none for no text."""
        sought = text.strip()
        return await self._tables.search(scope, sought, min(limit, MOST_FOUND)) if sought else ()

    async def breaches(  # noqa: PLR0913, PLR0917 - what a list is asked by
        self,
        scope: Scope,
        wanted: QueueFilter,
        period: Period | None = None,
        kind: BreachKind = BreachKind.STANDING,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[BreachRow]:
        """Return a page of breached clocks, the newest in front; those whose last day lies in the period.

        Missed targets are no breaches: they come where the filter asks for the tier target. Raises BadCursor.
        """
        return await self._tables.breaches(scope, wanted, period, kind, cursor, limit)

    async def all_breaches(
        self, scope: Scope, wanted: QueueFilter, period: Period | None = None, kind: BreachKind = BreachKind.STANDING
    ) -> AsyncIterator[BreachRow]:
        """Yield the same without pages, MOST_EXPORTED at most."""
        cursor, left = None, MOST_EXPORTED
        while left:
            size = min(left, _A_PAGE_OF_AN_EXPORT)
            page = await self._tables.breaches(scope, wanted, period, kind, cursor, size)
            for row in page.items:
                yield row
            cursor, left = page.next_cursor, left - len(page.items)
            if cursor is None:
                return

    async def daily_load(self, scope: Scope, wanted: QueueFilter, first: date, last: date) -> tuple[DayLoad, ...]:
        """Return what is due on each day from `first` to `last`, both included; days without anything are left out.

        Of the filter insurer, region, rule and tier count.
        """
        return await self._tables.daily_load(scope, wanted, first, last)

    async def choices(self, scope: Scope, now: datetime) -> Choices:
        """Return what the filters can be set to: what the scope's claims name, and the rules that apply there."""
        found = await self._tables.places(scope)
        rules = _rules(self._reference.rulebooks.values(), scope, found.regions, now)
        return Choices(found.insurers, found.regions, rules, found.adjusters)

    def _edges(self, now: datetime) -> tuple[datetime, ...]:
        return edges(now, self._reference.calendar)


def edges(now: datetime, calendar: Calendar) -> tuple[datetime, ...]:
    """Return the moments between the buckets, ascending; each belongs to the bucket that ends with it."""
    today = local_date(now)
    days = (today, *(calendar.nth_working_day_after(today, n) for n in (1, 5)))
    late = (now - days * _DAY for days in (10, 3, 1, 0))
    # What is late at the very end of time cannot be late yet; the microsecond before it is the last one of "later".
    return (*late, *(start_of(day + _DAY) for day in days), NEVER - _AN_INSTANT)


def span_of(buckets: Sequence[Bucket], between: Sequence[datetime]) -> Span:
    """Return the span of buckets that are neighbours in their order; ValueError if they are not."""
    places = sorted(BUCKETS.index(bucket) for bucket in buckets)
    if not places or any(later - earlier != 1 for earlier, later in pairwise(places)):
        raise ValueError(f"{[bucket.value for bucket in buckets]} are no neighbours")
    first, last = places[0], places[-1]
    return Span(between[first - 1] if first else None, between[last] if last < len(between) else NEVER)


def last_months(now: datetime, count: int = 12) -> Period:
    """Return the last so many months in Shanghai, the present one among them, to ask `Reporting.compliance` for."""
    month = local_date(now).replace(day=1)
    first = months_after(month, 1 - count)
    return Period(f"{first:%Y-%m}/{month:%Y-%m}", first, months_after(month, 1) - _DAY)


def _rules(rulebooks: Iterable[Rulebook], scope: Scope, regions: Sequence[str], now: datetime) -> tuple[str, ...]:
    today = local_date(now)
    there = (book for book in rulebooks if any(region_covers(book.region, region) for region in regions))
    begun = (each for book in there if book.applied_from <= today for each in book.obligations)
    return tuple(sorted({each.id for each in begun if _runs_for(scope.role, each)}))


def _runs_for(role: str, obligation: Obligation) -> bool:
    """Say whether a role can see clocks of it: what either may owe can be a broker's."""
    if obligation.tier in {Tier.KPI, Tier.INFORMATION}:
        return False
    owed_by = "broker" if obligation.responsible == EITHER else obligation.responsible
    return shows_clock(role, tier=obligation.tier, responsible=owed_by, provisional=False)
