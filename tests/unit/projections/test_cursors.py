"""Cursors are opaque, safe in an address, and good for one list alone."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from uuid import UUID

import pytest

from claims.application.pages import BadCursor
from claims.application.rows import Position
from claims.event_store.log_cursors import log_cursor, read_log_cursor
from claims.projections.cursors import read_row_cursor, row_cursor

AT = datetime(2026, 3, 2, 4, 0, 0, 7, tzinfo=UTC)
ROW = UUID(int=9)


def packed(text: str) -> str:
    """A cursor that says something of the caller's own making."""
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def test_a_cursor_is_read_as_it_was_given() -> None:
    assert read_row_cursor("clocks", row_cursor("clocks", AT, ROW)) == (AT, ROW)
    assert read_log_cursor(log_cursor(Position(2, 3**20, 5))) == Position(2, 3**20, 5)


def test_a_cursor_needs_no_escaping_in_an_address() -> None:
    for cursor in (row_cursor("claims", AT, ROW), log_cursor(Position(1, 2**63 - 1, 2**63 - 1))):
        assert cursor.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "%",
        "é",
        "nonsense",
        row_cursor("claims", AT, ROW),
        log_cursor(Position()),
        row_cursor("clocks", AT, ROW) + "!",
        row_cursor("clocks", AT, ROW) + "=",
        row_cursor("clocks", AT.replace(tzinfo=None), ROW),
        packed('["clocks"]'),
        packed('["clocks", 1, 2]'),
        packed('["clocks", "yesterday", "me"]'),
        packed('["clocks", "0001-01-01T00:00:00+14:00", "00000000-0000-0000-0000-000000000009"]'),
        packed("null"),
        packed("7"),
        packed("{}"),
    ],
)
def test_a_cursor_of_another_making_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        read_row_cursor("clocks", cursor)


@pytest.mark.parametrize(
    "text",
    [
        '["log",1,2]',
        '["log",1,2,3,4]',
        '["log",1,2,-3]',
        '["log",1,2,"3"]',
        '["log",1,2,3.0]',
        '["log",true,2,3]',
        '["log",32768,2,3]',
        '["log",1,2,9223372036854775808]',
        '["clocks",1,2,3]',
        "[]",
        "null",
    ],
)
def test_a_place_that_the_log_cannot_have_is_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        read_log_cursor(packed(text))


def test_without_a_cursor_the_log_begins_at_its_beginning() -> None:
    assert read_log_cursor(None) == Position()
