"""A subject's rows in the table of clocks, worked out from the log alone: the subject's side and the watch's side."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from claims.application.clock_columns import subject_columns
from claims.application.recorded import Recorded
from claims.application.subjects import Place
from claims.domain.clock import Clock
from claims.domain.clock_events import BreachWithdrawn, ClockBreached, ClockEvent, ClockMissed, MissWithdrawn
from claims.projections.streams import StreamKey

COMPARED = (
    "tenant", "clock_id", "subject", "rule", "round", "scope", "tier", "responsible", "region", "broker", "started_at",
    "due_at", "due_date", "limit_amount", "limit_unit", "generation", "flags", "rulebook", "calendar_version",
    "provisional", "marks", "ended_at", "ended_as", "level", "version", "breached_at", "withdrawn_at",
)  # fmt: skip
"""All columns but the watch's own stamps, and the status, which the database works out."""

Row = dict[str, Any]


def clock_rows(
    key: StreamKey, place: Place, clocks: Mapping[UUID, Clock], told: Mapping[UUID, Sequence[Recorded]]
) -> list[Row]:
    """Return the rows of a subject's clocks, by id; `told` holds the streams of those clocks that have one."""
    whose = {"tenant": key.tenant, "broker": place.broker}
    return [
        {**whose, **asdict(columns), **_watched(told.get(columns.clock_id, ()))}
        for columns in subject_columns(key.stream_id, place.region, clocks, clocks)
    ]


def _watched(history: Sequence[Recorded]) -> Row:
    """Return the watch's side after the events of a clock's stream: each says the level that was reached by it."""
    row: Row = {"level": 0, "version": len(history), "breached_at": None, "withdrawn_at": None}
    for recorded in history:
        match recorded.event:
            case ClockBreached() | ClockMissed():
                row["breached_at"], row["withdrawn_at"] = recorded.occurred_at, None
            case BreachWithdrawn() | MissWithdrawn():
                row["withdrawn_at"] = recorded.occurred_at
            case ClockEvent():
                pass
            case other:
                raise TypeError(f"{type(other).__name__} is not an event of a clock")
        row["level"] = recorded.event.level
    return row
