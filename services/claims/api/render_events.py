"""Facts of the log as JSON: who recorded what when, with amounts as decimal strings."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from claims.api.answers.lists import EventAnswer
from claims.api.render import id_or_none, moment
from claims.application.recorded import Recorded
from claims.domain.moments import NEVER
from claims.domain.money import format_yuan

AMOUNTS = frozenset(
    {
        "amount",
        "stated_amount",
        "deductible",
        "asked",
        "self_borne",
        "direct_loss",
        "medical_deductible",
        "per_accident",
        "per_person",
        "rescue",
        "medical",
        "aggregate",
    }
)
"""The fields of events that are fen; every other whole number is a count."""


def event_answer(recorded: Recorded) -> EventAnswer:
    """Return one event with what is known of its recording."""
    return {
        "name": recorded.name,
        "stream_id": str(recorded.stream_id),
        "version": recorded.version,
        "insurer": recorded.tenant,
        "occurred_at": moment(recorded.occurred_at),
        "recorded_at": moment(recorded.recorded_at),
        "actor": recorded.actor,
        "correlation_id": recorded.correlation_id,
        "causation_id": id_or_none(recorded.causation_id),
        "hash": recorded.digest.hex(),
        "rulebooks": list(recorded.basis.rulebooks),
        "calendar_version": recorded.basis.calendar,
        "data": _data(recorded.event),
    }


def _data(event: Any) -> dict[str, Any]:
    return {each.name: _value(each.name, getattr(event, each.name)) for each in fields(event)}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_value(name, each) for each in value]
    if isinstance(value, Mapping):
        return {str(key): _value(str(key), each) for key, each in value.items()}
    if is_dataclass(value):
        return _data(value)
    if isinstance(value, int) and name in AMOUNTS:
        return format_yuan(value)
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, datetime):
        return None if value == NEVER else moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID | Enum):
        return str(value)
    return value
