"""The lists of complaints and hazards as callers page through them: newest first, under row-level security."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, DateTime, Select, Uuid, func, literal, select, tuple_

from claims.application.pages import Page
from claims.application.rows import Scope
from claims.application.subject_queries import SubjectFilter, SubjectSummary
from claims.projections.cursors import read_row_cursor, row_cursor
from claims.projections.reading import ScopedReader
from claims.projections.tables import subject_list as s

_SHOWN = tuple(SubjectSummary.__slots__)


class SubjectPages:
    """Fulfils the port `SubjectList`."""

    def __init__(self, reader: ScopedReader) -> None:
        self._reader = reader

    async def page(
        self, scope: Scope, kind: str, wanted: SubjectFilter, cursor: str | None, limit: int
    ) -> Page[SubjectSummary]:
        """Return up to `limit` subjects behind the cursor; BadCursor for a cursor that this list did not give."""
        rows = await self._reader.rows(scope, _statement(scope, kind, wanted, cursor, limit))
        items = tuple(SubjectSummary(**row) for row in rows[:limit])
        more = len(rows) > limit
        return Page(items, row_cursor(kind, items[-1].begun_at, items[-1].subject_id) if more else None)


def _statement(
    scope: Scope, kind: str, wanted: SubjectFilter, cursor: str | None, limit: int
) -> Select[tuple[object, ...]]:
    found = select(*(s.c[name] for name in _SHOWN)).where(s.c.kind == kind, *_conditions(scope, wanted))
    if cursor is not None:
        at, subject_id = read_row_cursor(kind, cursor)
        behind = tuple_(literal(at, DateTime(timezone=True)), literal(subject_id, Uuid))
        found = found.where(tuple_(s.c.begun_at, s.c.subject_id) < behind)
    return found.order_by(s.c.begun_at.desc(), s.c.subject_id.desc()).limit(limit + 1)


def _conditions(scope: Scope, wanted: SubjectFilter) -> Iterator[ColumnElement[bool]]:
    equals = {
        "tenant": scope.persons_of,
        "status": wanted.status,
        "nature": wanted.nature,
        "claim_id": wanted.claim_id,
    }
    for name, value in equals.items():
        if value is not None:
            yield s.c[name] == value
    if wanted.party is not None:
        yield s.c.tenant == wanted.party
    if wanted.region is not None:
        yield func.covers(wanted.region, s.c.region)
    if wanted.begun_from is not None:
        yield s.c.begun_at >= wanted.begun_from
    if wanted.begun_to is not None:
        yield s.c.begun_at < wanted.begun_to
