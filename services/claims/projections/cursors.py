"""Cursors of lists that are ordered by a moment and an id, good only for the list that gave them."""

from datetime import UTC, datetime
from uuid import UUID

from claims.application.cursors import packed, unpacked
from claims.application.pages import BadCursor


def row_cursor(kind: str, at: datetime, row_id: UUID) -> str:
    """Return the cursor behind a row of a list that is ordered by a moment and an id."""
    return packed([kind, at, row_id])


def read_row_cursor(kind: str, cursor: str) -> tuple[datetime, UUID]:
    """Return where the page before ended; BadCursor if the list of this kind did not give it."""
    try:
        found, at, row_id = unpacked(cursor)
        moment, identity = datetime.fromisoformat(at), UUID(row_id)
        if found == kind and moment.tzinfo is not None:
            return moment.astimezone(UTC), identity
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise BadCursor(cursor) from None
    raise BadCursor(cursor)
