"""The form of cursors: opaque to callers and URL-safe; what stands in one is the business of the list that gave it."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

import orjson

from claims.application.pages import BadCursor


def packed(parts: Sequence[object]) -> str:
    """Return the cursor that says this."""
    return urlsafe_b64encode(orjson.dumps(list(parts))).decode().rstrip("=")


def unpacked(cursor: str) -> list[Any]:
    """Return what a cursor says; BadCursor for a text that is none."""
    try:
        # Its own form and no other: a decoder that overlooks stray letters would take two texts for one place.
        raw = urlsafe_b64decode(f"{cursor}{'=' * (-len(cursor) % 4)}")
        found: Any = orjson.loads(raw)
    except (binascii.Error, orjson.JSONDecodeError, ValueError):
        raise BadCursor(cursor) from None
    if not isinstance(found, list) or urlsafe_b64encode(raw).decode().rstrip("=") != cursor:
        raise BadCursor(cursor)
    return found
