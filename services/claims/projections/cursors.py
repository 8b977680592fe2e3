"""Cursors of lists and of the log: opaque to callers, URL-safe, and good only for the list that gave them."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from claims.application.pages import BadCursor
from claims.application.rows import Position

_LOG = "log"
_MOST = (2**15 - 1, 2**63 - 1, 2**63 - 1)
"""The largest epoch, transaction and place in it that the database can be asked for."""


def row_cursor(kind: str, at: datetime, row_id: UUID) -> str:
    """Return the cursor behind a row of a list that is ordered by a moment and an id."""
    return _packed([kind, at, row_id])


def read_row_cursor(kind: str, cursor: str) -> tuple[datetime, UUID]:
    """Return where the page before ended; BadCursor if the list of this kind did not give it."""
    try:
        found, at, row_id = _unpacked(cursor)
        moment, identity = datetime.fromisoformat(at), UUID(row_id)
        if found == kind and moment.tzinfo is not None:
            return moment.astimezone(UTC), identity
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise BadCursor(cursor) from None
    raise BadCursor(cursor)


def log_cursor(position: Position) -> str:
    """Return the cursor behind a place in the log."""
    return _packed([_LOG, position.epoch, position.tx_id, position.seq])


def read_log_cursor(cursor: str | None) -> Position:
    """Return the place in the log, the beginning without a cursor; BadCursor if the log did not give it."""
    if cursor is None:
        return Position()
    try:
        found, *parts = _unpacked(cursor)
        within = [type(part) is int and 0 <= part <= most for part, most in zip(parts, _MOST, strict=True)]
    except (ValueError, TypeError):
        raise BadCursor(cursor) from None
    if found != _LOG or not all(within):
        raise BadCursor(cursor)
    return Position(*parts)


def _packed(parts: list[object]) -> str:
    return urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def _unpacked(cursor: str) -> list[Any]:
    try:
        # Its own form and no other: a decoder that overlooks stray letters would take two texts for one place.
        packed = urlsafe_b64decode(f"{cursor}{'=' * (-len(cursor) % 4)}")
        found: Any = orjson.loads(packed)
    except (binascii.Error, orjson.JSONDecodeError, ValueError):
        raise BadCursor(cursor) from None
    if not isinstance(found, list) or urlsafe_b64encode(packed).decode().rstrip("=") != cursor:
        raise BadCursor(cursor)
    return found
