"""The claim list as callers page through it: newest report first, by keyset, under row-level security."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, RowMapping, Select, Uuid, func, literal, select, tuple_

from claims.application.pages import ClaimFilter, ClaimSummary, Page
from claims.application.rows import Scope
from claims.projections.cursors import read_row_cursor, row_cursor
from claims.projections.reading import ScopedReader
from claims.projections.tables import claim_list as c

_SHOWN = tuple(ClaimSummary.__slots__)
_KIND = "claims"


class ClaimPages:
    """Fulfils the port `ClaimList`."""

    def __init__(self, reader: ScopedReader) -> None:
        self._reader = reader

    async def page(self, scope: Scope, wanted: ClaimFilter, cursor: str | None, limit: int) -> Page[ClaimSummary]:
        """Return up to `limit` claims behind the cursor; BadCursor for a cursor that this list did not give."""
        rows = await self._reader.rows(scope, _statement(scope, wanted, cursor, limit))
        items = tuple(_summary(row) for row in rows[:limit])
        more = len(rows) > limit
        return Page(items, row_cursor(_KIND, items[-1].reported_at, items[-1].claim_id) if more else None)


def _statement(scope: Scope, wanted: ClaimFilter, cursor: str | None, limit: int) -> Select[tuple[object, ...]]:
    found = select(*(c.c[name] for name in _SHOWN)).where(*_conditions(scope, wanted))
    if cursor is not None:
        at, claim_id = read_row_cursor(_KIND, cursor)
        behind = tuple_(literal(at, DateTime(timezone=True)), literal(claim_id, Uuid))
        found = found.where(tuple_(c.c.reported_at, c.c.claim_id) < behind)
    return found.order_by(c.c.reported_at.desc(), c.c.claim_id.desc()).limit(limit + 1)


def _conditions(scope: Scope, wanted: ClaimFilter) -> Iterator[ColumnElement[bool]]:
    tenant = scope.own_tenant
    if tenant is not None:
        yield c.c.tenant == tenant
    if wanted.insurer is not None:
        yield c.c.tenant == wanted.insurer
    if wanted.status is not None:
        yield c.c.status == wanted.status
    if wanted.policy_number is not None:
        yield c.c.policy_number == wanted.policy_number
    if wanted.adjuster is not None:
        yield c.c.adjuster == wanted.adjuster
    if wanted.region is not None:
        yield func.covers(wanted.region, c.c.region)
    if wanted.reported_from is not None:
        yield c.c.reported_at >= wanted.reported_from
    if wanted.reported_to is not None:
        yield c.c.reported_at < wanted.reported_to


def _summary(row: RowMapping) -> ClaimSummary:
    claim_id: UUID = row["claim_id"]
    return ClaimSummary(**{**row, "claim_id": claim_id})
