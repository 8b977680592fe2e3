"""Cursors of lists that are ordered by a moment and an id, good only for the list that gave them."""

from datetime import UTC, datetime
from uuid import UUID

from claims.application.calendars import ClockKey, Reached
from claims.application.cursors import packed, unpacked
from claims.application.pages import BadCursor

_PREVIEW = "calendar preview"


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


def preview_cursor(reached: Reached) -> str:
    """Return the cursor behind a part of a preview of a calendar."""
    key = reached.key
    return packed([_PREVIEW, reached.version, key.tenant, key.subject, key.clock_id])


def read_preview_cursor(cursor: str) -> Reached:
    """Return where a part of a preview ended; BadCursor if no preview gave it."""
    try:
        found, version, tenant, subject, clock_id = unpacked(cursor)
        key = ClockKey(tenant, UUID(subject), UUID(clock_id))
    except (ValueError, TypeError, AttributeError):
        raise BadCursor(cursor) from None
    if found != _PREVIEW or type(version) is not int or not isinstance(tenant, str):
        raise BadCursor(cursor)
    return Reached(version, key)
