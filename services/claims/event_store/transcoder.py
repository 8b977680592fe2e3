"""Plain data to bytes and back: JSON with sorted keys, so that equal data give equal bytes and digests."""

from datetime import UTC, date, datetime
from typing import Any

import orjson
from eventsourcing.persistence import Transcoder

OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


class OrjsonTranscoder(Transcoder):
    """Moments are RFC 3339 in UTC with six decimals, days ISO 8601, UUIDs their text, enums their value."""

    def encode(self, obj: Any) -> bytes:
        """Return `obj` as JSON.

        Raises:
            TypeError: a moment without offset, or a type that events may not have.
        """
        return orjson.dumps(obj, default=_text, option=OPTIONS)

    def decode(self, data: bytes) -> Any:
        """Return the plain data (dict, list, str, int, bool, None) in the JSON."""
        return orjson.loads(data)


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("a moment without offset")
        return value.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no type that events may have")
