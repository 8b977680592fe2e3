"""Cursors of the log: a position in the form that callers get, opaque to them and to the rest of the service."""

from claims.application.cursors import packed, unpacked
from claims.application.pages import BadCursor
from claims.application.rows import Position

_LOG = "log"
_MOST = (2**15 - 1, 2**63 - 1, 2**63 - 1)
"""The largest epoch, transaction and place in it that the database can be asked for."""


def log_cursor(position: Position) -> str:
    """Return the cursor behind a place in the log."""
    return packed([_LOG, position.epoch, position.tx_id, position.seq])


def read_log_cursor(cursor: str | None) -> Position:
    """Return the place in the log, the beginning without a cursor; BadCursor if the log did not give it."""
    if cursor is None:
        return Position()
    try:
        found, *parts = unpacked(cursor)
        within = [type(part) is int and 0 <= part <= most for part, most in zip(parts, _MOST, strict=True)]
    except (ValueError, TypeError):
        raise BadCursor(cursor) from None
    if found != _LOG or not all(within):
        raise BadCursor(cursor)
    return Position(*parts)
