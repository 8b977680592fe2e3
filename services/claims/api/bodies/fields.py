"""The kinds of fields that bodies and queries are made of: each says what it takes and refuses the rest."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeAlias
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, StringConstraints, WithJsonSchema

from claims.domain.money import Fen, parse_yuan

_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_REFERENCE = re.compile(r"[\w\-/.()〔〕\[\]]+")
_EARLIEST, _LATEST = 1900, 2999
"""Years between which every instant can be told in any zone; a claim of other centuries is a slip of the pen."""

MOST_ITEMS = 200
"""How many items a list in a body may have."""


class Fields(BaseModel):
    """What a body, a part of one, or a query is: unknown fields are refused, and nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


def instant(value: object) -> datetime:
    """Return the UTC instant of an RFC 3339 text; ValueError if it has no offset or is none."""
    if not isinstance(value, str):
        raise ValueError("a moment is a text in RFC 3339, such as 2026-11-16T09:30:00+08:00")  # noqa: TRY004
    found = _INSTANT.fullmatch(value.upper())
    if found is None:
        raise ValueError("not a moment in RFC 3339, such as 2026-11-16T09:30:00+08:00")
    if found[1] is None:
        raise ValueError("a moment needs its offset, such as 2026-11-16T09:30:00+08:00")
    try:
        moment = datetime.fromisoformat(value.upper())
    except ValueError:
        raise ValueError("there is no such moment") from None
    if not _EARLIEST <= moment.year <= _LATEST:
        raise ValueError(f"a moment lies between the years {_EARLIEST} and {_LATEST}")
    return moment.astimezone(UTC)


def day(value: object) -> date:
    """Return the day of a text such as 2026-11-16; ValueError if it is none."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("a day is a text such as 2026-11-16")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("there is no such day") from None


def identity(value: object) -> UUID:
    """Return the UUID of its usual text; ValueError if it is none."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ValueError("an id is a UUID, such as 01900000-0000-7000-8000-000000000000")
    return UUID(value)


def _fen(value: object) -> Fen:
    if not isinstance(value, str):
        raise ValueError('an amount is a decimal string in yuan, such as "600000.00"')  # noqa: TRY004
    return parse_yuan(value)


def _some_fen(value: object) -> Fen:
    amount = _fen(value)
    if not amount:
        raise ValueError("the amount is more than zero")
    return amount


def _clear(value: str) -> str:
    if "\x00" in value:
        raise ValueError("a text has no NUL")
    return value


def _said(value: str) -> str:
    if not value.strip():
        raise ValueError("the text is empty")
    return _clear(value)


def _reference(value: str) -> str:
    if not _REFERENCE.fullmatch(value):
        raise ValueError("a document's number is made of letters, digits and -_/.()〔〕[], such as 深人保〔2026〕17号")
    return value


def _money(least: str) -> dict[str, Any]:
    return {
        "type": "string",
        "pattern": r"^(0|[1-9][0-9]*)(\.[0-9]{1,2})?$",
        "description": f"Yuan (CNY), at most two places, {least}.",
        "examples": ["600000.00"],
    }


Yuan: TypeAlias = Annotated[Fen, PlainValidator(_fen), WithJsonSchema(_money("not negative"))]
PositiveYuan: TypeAlias = Annotated[Fen, PlainValidator(_some_fen), WithJsonSchema(_money("more than zero"))]
Instant: TypeAlias = Annotated[
    datetime, PlainValidator(instant), WithJsonSchema({"type": "string", "format": "date-time"})
]
Day: TypeAlias = Annotated[date, PlainValidator(day), WithJsonSchema({"type": "string", "format": "date"})]
Id: TypeAlias = Annotated[UUID, PlainValidator(identity), WithJsonSchema({"type": "string", "format": "uuid"})]

Region: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
"""GB/T 2260."""
PartyCode: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""An insurer or a broker."""
StaffCode: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$"),
    Field(description="A code of the insurer's staff; it is kept in clear: no names."),
]
PolicyNumber: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[^\s/\\\x00-\x1f\x7f]{1,64}$")]
Sha256: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Phone: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=40), AfterValidator(_said)]
Code: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_said)]
Line: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_said)]
Prose: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=4000), AfterValidator(_said)]
Address: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=2000), AfterValidator(_said)]
Reference: TypeAlias = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100),
    AfterValidator(_reference),
    Field(
        description="The document's number, such as 深人保〔2026〕17号: letters, digits and -_/.()〔〕[], no spaces; "
        "it is kept in clear: no names, no free text."
    ),
]
AnyProse: TypeAlias = Annotated[str, StringConstraints(max_length=4000), AfterValidator(_clear)]
"""May be empty: a rule of the business says what then."""
Count: TypeAlias = Annotated[int, Field(ge=0, le=100_000)]
"""Persons."""
