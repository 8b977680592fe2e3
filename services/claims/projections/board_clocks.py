"""The board's lists of clocks: the queue by the moment of being late, its ages, provisional dates, and breaches.

A clock's fourth mark is the moment from which it is late: 'infinity' where its date is provisional or its time is not
counted at present, and for what is only shown (the tier `information`), which the board leaves out.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from claims.application.board import BUCKETS, BoardRow, BreachKind, ClaimInfo, QueueCounts, QueueFilter, Span
from claims.application.cursors import packed, unpacked
from claims.application.pages import BadCursor, Page
from claims.application.rows import Scope
from claims.domain.moments import NEVER
from claims.domain.reporting.periods import Period
from claims.projections.board_selection import selected_claims, selected_clocks, tenants_of
from claims.projections.clock_pages import CLOCK_COLUMNS, KIND_OF_SUBJECT, clock_row
from claims.projections.reading import ScopedReader

# A page is cut for each tenant, by the index that it leads, and then of all; claims are looked up for its rows alone.
_PAGE = f"""
select {", ".join(f"c.{name}" for name in CLOCK_COLUMNS)}, {KIND_OF_SUBJECT},
       l.number as claim_number, l.insured_name, l.policy_number, l.adjuster, l.status as claim_status
from (
  select c.* from tenants t cross join lateral (
    select * from clocks c where c.tenant = t.tenant and {{conditions}} order by {{order}} limit :limit) c
  order by {{order}} limit :limit) c
left join claim_list l on (l.tenant, l.claim_id) = (c.tenant, c.subject)
order by {{order}}
"""  # noqa: S608 - constants
_RUNNING = "c.ended_at is null and c.tier <> 'information'"
_LATE_FIRST = "c.marks[4], c.due_at, c.clock_id"
_BEHIND_LATE = (
    f"({_LATE_FIRST}) > (cast(:late_at as timestamptz), cast(:due_at as timestamptz), cast(:clock_id as uuid))"
)
_DUE_FIRST = "c.due_at, c.clock_id"
_BEHIND_DUE = f"({_DUE_FIRST}) > (:due_at, :clock_id)"
_NEWEST_FIRST = "c.breached_at desc, c.clock_id desc"
_BEHIND_BREACH = "(c.breached_at, c.clock_id) < (:breached_at, :clock_id)"

# An edge belongs to the bucket that ends with it.
_COUNTS = f"""
,
running as (
  select width_bucket(c.marks[4] - interval '1 microsecond', cast(:edges as timestamptz[])) as bucket,
         count(*) as running, count(*) filter (where c.provisional) as provisional
  from clocks c where {_RUNNING}{{clocks}} group by 1)
select coalesce(r.running, 0) as running, coalesce(r.provisional, 0) as provisional,
       (select count(*) from claim_list l where l.eligible <> '{{{{}}}}'{{claims}}) as eligible
from generate_series(0, {len(BUCKETS) - 1}) as b(bucket) left join running r using (bucket) order by bucket
"""  # noqa: S608 - constants
_IN_TENANTS = " and c.tenant in (select tenant from tenants)"
_BREACHED = "c.breached_at is not null"
_KINDS = {
    BreachKind.STANDING: " and c.withdrawn_at is null",
    BreachKind.WITHDRAWN: " and c.withdrawn_at is not null",
    BreachKind.CORRECTED: " and 'late_by_reclassification' = any (c.flags)",
}
# A day clock is breached at the 00:00 that ends its last day: the beginning of a period is left out and its end is not.
_IN_PERIOD = " and c.breached_at > :start and c.breached_at <= :end"
_NO_TARGETS = " and c.tier <> 'target'"

_INFINITY = NEVER.replace(tzinfo=None)
"""As the driver takes it: without an offset."""


class BoardClocks:
    """Reads clocks for the board, for a scope at a time."""

    def __init__(self, reader: ScopedReader) -> None:
        self._reader = reader

    async def queue(
        self, scope: Scope, wanted: QueueFilter, span: Span | None, cursor: str | None, limit: int
    ) -> Page[BoardRow]:
        """Return a page of running clocks, the one that is late first in front."""
        conditions, parameters = selected_clocks(scope, wanted)
        if span is not None and span.after is not None:
            conditions += " and c.marks[4] > :after"
            parameters["after"] = span.after
        if span is not None and span.until < NEVER:
            conditions += " and c.marks[4] <= :until"
            parameters["until"] = span.until
        if cursor is not None:
            conditions += f" and {_BEHIND_LATE}"
            late_at, due_at, clock_id = _place("queue", cursor, 2)
            parameters |= {"late_at": late_at, "due_at": due_at, "clock_id": clock_id}
        tenants = tenants_of(scope, wanted, "clocks", "c", _RUNNING)
        rows = await self._page(scope, tenants, _RUNNING + conditions, _LATE_FIRST, parameters, limit)
        return _paged("queue", rows, limit, lambda row: (row.clock.marks[3], row.clock.due_at))

    async def provisional(self, scope: Scope, wanted: QueueFilter, cursor: str | None, limit: int) -> Page[BoardRow]:
        """Return a page of running clocks whose date is provisional, the one that is due first in front."""
        conditions, parameters = selected_clocks(scope, wanted)
        if cursor is not None:
            conditions += f" and {_BEHIND_DUE}"
            due_at, clock_id = _place("provisional", cursor, 1)
            parameters |= {"due_at": due_at, "clock_id": clock_id}
        # What is provisional is never late: so it lies at the end of the queue.
        found = f"{_RUNNING} and c.marks[4] = 'infinity' and c.provisional{conditions}"
        tenants = tenants_of(scope, wanted, "clocks", "c", _RUNNING)
        rows = await self._page(scope, tenants, found, _DUE_FIRST, parameters, limit)
        return _paged("provisional", rows, limit, lambda row: (row.clock.due_at,))

    async def counts(self, scope: Scope, wanted: QueueFilter, edges: Sequence[datetime]) -> QueueCounts:
        """Return how many clocks run between the edges, how many are provisional, and how many claims are eligible."""
        clocks, parameters = selected_clocks(scope, wanted)
        claims, others = selected_claims(scope, wanted)
        clocks += "" if wanted.adjuster is None else _IN_TENANTS
        tenants = tenants_of(scope, wanted, "clocks", "c", _RUNNING)
        statement = text(tenants + _COUNTS.format(clocks=clocks, claims=claims))
        rows = await self._reader.rows(scope, statement, {**parameters, **others, "edges": list(edges)})
        return QueueCounts(
            buckets={bucket: row["running"] for bucket, row in zip(BUCKETS, rows, strict=True)},
            provisional=sum(row["provisional"] for row in rows),
            eligible=rows[0]["eligible"],
        )

    async def breaches(  # noqa: PLR0913, PLR0917 - what a list is asked by
        self,
        scope: Scope,
        wanted: QueueFilter,
        period: Period | None,
        kind: BreachKind,
        cursor: str | None,
        limit: int,
    ) -> Page[BoardRow]:
        """Return a page of breached clocks, the newest breach in front; targets where they are asked for."""
        conditions, parameters = selected_clocks(scope, wanted)
        conditions += _KINDS[kind]
        if wanted.tier is None:
            conditions += _NO_TARGETS
        if period is not None:
            conditions += _IN_PERIOD
            parameters |= {"start": period.start, "end": period.end}
        if cursor is not None:
            conditions += f" and {_BEHIND_BREACH}"
            breached_at, clock_id = _place("breaches", cursor, 1)
            parameters |= {"breached_at": breached_at, "clock_id": clock_id}
        tenants = tenants_of(scope, wanted, "clocks", "c", _BREACHED)
        rows = await self._page(scope, tenants, _BREACHED + conditions, _NEWEST_FIRST, parameters, limit)
        return _paged("breaches", rows, limit, lambda row: (row.clock.breached_at or NEVER,))

    async def _page(  # noqa: PLR0913, PLR0917 - what a page is made of
        self, scope: Scope, tenants: str, conditions: str, order: str, parameters: dict[str, Any], limit: int
    ) -> Sequence[BoardRow]:
        statement = text(tenants + _PAGE.format(conditions=conditions, order=order))
        rows = await self._reader.rows(scope, statement, {**parameters, "limit": limit + 1})
        return [_row(row) for row in rows]


def _row(row: RowMapping) -> BoardRow:
    claim = None
    if row["claim_number"] is not None:
        claim = ClaimInfo(
            row["claim_number"], row["insured_name"], row["policy_number"], row["adjuster"], row["claim_status"]
        )
    return BoardRow(clock_row(row), claim)


def _paged(
    kind: str, rows: Sequence[BoardRow], limit: int, moments: Callable[[BoardRow], tuple[datetime, ...]]
) -> Page[BoardRow]:
    items = tuple(rows[:limit])
    if len(rows) <= limit:
        return Page(items, None)
    at = [None if moment == NEVER else moment for moment in moments(items[-1])]
    return Page(items, packed([kind, *at, items[-1].clock.clock_id]))


def _place(kind: str, cursor: str, moments: int) -> tuple[Any, ...]:
    """Return where the page before ended: so many moments, and the clock; BadCursor if this list did not give it."""
    try:
        found, *at, clock_id = unpacked(cursor)
        if (found, len(at)) == (kind, moments):
            return (*map(_moment, at), UUID(clock_id))
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise BadCursor(cursor) from None
    raise BadCursor(cursor)


def _moment(said: str | None) -> datetime:
    if said is None:
        return _INFINITY
    moment = datetime.fromisoformat(said)
    if moment.tzinfo is None:
        raise ValueError(said)
    return moment.astimezone(UTC)
