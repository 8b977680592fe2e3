"""The digest of an event: computed in SQL when it is stored, computed here to verify it."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from claims.application.rows import StoredEventRow

_POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def digest(  # noqa: PLR0913, PLR0917  (every field that is signed for)
    tenant: str, stream_id: UUID, version: int, name: str, schema_version: int, occurred_at: datetime, payload: bytes
) -> bytes:
    """Return the SHA-256 over the fields, none of which can run into another.

    Texts are UTF-8 led by their length, integers are 4 bytes, big-endian; the moment is 8 bytes of microseconds since
    2000-01-01 UTC; the payload comes last.
    """
    moment = (occurred_at - _POSTGRES_EPOCH) // _MICROSECOND
    return sha256(
        _text(tenant)
        + stream_id.bytes
        + _int(version)
        + _text(name)
        + _int(schema_version)
        + moment.to_bytes(8, "big", signed=True)
        + payload
    ).digest()


def is_intact(row: StoredEventRow) -> bool:
    """Whether a stored event is as it was recorded."""
    return row.digest == digest(
        row.tenant, row.stream_id, row.version, row.name, row.schema_version, row.occurred_at, row.payload
    )


def _int(value: int) -> bytes:
    return value.to_bytes(4, "big", signed=True)


def _text(value: str) -> bytes:
    encoded = value.encode()
    return _int(len(encoded)) + encoded
