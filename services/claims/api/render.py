"""How values look outside: instants in +08:00, amounts as decimal strings, days, ids."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from starlette.responses import Response

from claims.domain.moments import to_shanghai
from claims.domain.money import Fen, format_yuan


def moment(instant: datetime) -> str:
    """Return an instant in RFC 3339 on Shanghai's wall clock."""
    return to_shanghai(instant).isoformat()


def moment_or_none(instant: datetime | None) -> str | None:
    """Return an instant that may not have come."""
    return None if instant is None else moment(instant)


def day_or_none(day: date | None) -> str | None:
    """Return a day that may not be set."""
    return None if day is None else day.isoformat()


def yuan_or_none(fen: Fen | None) -> str | None:
    """Return an amount that may not be known, as a decimal string."""
    return None if fen is None else format_yuan(fen)


def id_or_none(identity: UUID | None) -> str | None:
    """Return an id that may not be there."""
    return None if identity is None else str(identity)


def json_response(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return content as a JSON answer."""
    return Response(orjson.dumps(content), status, headers, "application/json")
