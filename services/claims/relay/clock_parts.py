"""What an alert says of a clock: which rule, due when, at what level, and of a periodic report about which period."""

from datetime import datetime
from typing import Any

from claims.application.pages import ClockRow
from claims.application.subjects import PERIOD
from claims.domain.clock_events import (
    BreachWithdrawn,
    ClockAtRisk,
    ClockBreached,
    ClockEscalated,
    ClockEvent,
    ClockMissed,
    MissWithdrawn,
)
from claims.domain.moments import to_shanghai
from claims.domain.rulebook import Obligation


class UnknownToRelayError(Exception):
    """An event is neither one that is told nor one that is known to be nobody's business."""


def shown(clock: ClockRow, obligation: Obligation, due_at: datetime) -> dict[str, Any]:
    """Return the clock of an alert, due as the event says."""
    return {
        "id": str(clock.clock_id),
        "rule": clock.rule,
        "title": {"zh": obligation.title_zh, "en": obligation.title_en},
        "citation": obligation.citation,
        "tier": clock.tier,
        "responsible": clock.responsible,
        "started_at": to_shanghai(clock.started_at).isoformat(),
        "due_at": to_shanghai(due_at).isoformat(),
        "generation": clock.generation,
        "rulebook": clock.rulebook,
    }


def report_of(clock: ClockRow) -> dict[str, Any]:
    """Return the report that a clock waits for: whose, about which period, by which day; nothing for another clock."""
    if clock.subject_kind != PERIOD.name:
        return {}
    due_date = None if clock.due_date is None else clock.due_date.isoformat()
    return {"report": {"party": clock.tenant, "about": clock.scope, "due_date": due_date}}


def told_as(event: ClockEvent) -> tuple[str, str, str]:
    """Return kind, name of the level, and severity."""
    match event:
        case ClockAtRisk():
            return "clock.at_risk", "at_risk", "warning"
        case ClockBreached():
            return "clock.breached", "breached", "breach"
        case ClockEscalated():
            return "clock.escalated", "escalated", "escalation"
        case BreachWithdrawn():
            return "breach.withdrawn", "withdrawn", "information"
        case ClockMissed():
            return "clock.missed", "missed", "warning"
        case MissWithdrawn():
            return "miss.withdrawn", "withdrawn", "information"
        case _:
            raise UnknownToRelayError(f"{type(event).__name__} is told as nothing that is known")
