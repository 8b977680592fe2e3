"""Which events are told, and as what: domain event in, CloudEvent out, or nothing; an unknown event is never skipped.

A miss of a target is no breach and is never called one: its kinds are `clock.missed` and `miss.withdrawn`, to roles
inside the insurer alone. A clock that passed several marks during an outage says so in several events, of which one
alone asks to be told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, get_args
from uuid import UUID, uuid5

from claims.application.pages import ClockRow
from claims.application.recorded import Recorded
from claims.domain.claim.events import AccidentGraded, AdvanceRequested, ClaimReported
from claims.domain.claim.evolve import understood
from claims.domain.clock_events import (
    BreachWithdrawn,
    ClockAtRisk,
    ClockBreached,
    ClockEscalated,
    ClockEvent,
    ClockMissed,
    MissWithdrawn,
)
from claims.domain.clock_facts import ClockRescheduled
from claims.domain.moments import to_shanghai
from claims.domain.money import format_yuan
from claims.domain.policy.events import PolicyEvent
from claims.domain.rulebook import Obligation, Rulebook
from claims.relay.roles import (
    STAFF,
    roles_of_accident,
    roles_of_level,
    roles_of_recalculation,
    roles_of_withdrawal,
    with_staff,
)

SOURCE = "/claims"

_UNTOLD = tuple(understood() | {*get_args(PolicyEvent)})


class UnknownToRelayError(Exception):
    """An event is neither one that is told nor one that is known to be nobody's business."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known beside the event itself."""

    rulebooks: Mapping[str, Rulebook]
    sandbox: bool
    claims: Mapping[UUID, ClaimReported] = field(default_factory=dict)
    """By the claim's id: how it was reported."""
    clocks: Mapping[UUID, ClockRow] = field(default_factory=dict)
    streams: Mapping[UUID, tuple[Recorded, ...]] = field(default_factory=dict)
    """By the clock's id: its stream, for withdrawals."""


@dataclass(frozen=True, slots=True)
class Alert:
    """An event as notifications is told it."""

    tenant: str
    stream_id: UUID
    version: int
    subject: UUID
    """Alerts on one subject are sent in order."""
    kind: str
    correlation_id: str
    document: Mapping[str, Any]
    """The CloudEvent."""


def is_told(event: object) -> bool:
    """Say whether an event may become an alert; UnknownToRelayError for one that nobody has thought of."""
    if isinstance(event, ClockEvent):
        return event.alert
    if isinstance(event, AdvanceRequested | AccidentGraded | ClaimReported | ClockRescheduled):
        return True
    if isinstance(event, _UNTOLD):
        return False
    raise UnknownToRelayError(f"nobody has said whether {type(event).__name__} is to be told")


def alert_of(recorded: Recorded, facts: Facts) -> Alert | None:
    """Return the alert that an event is told as; None if it is not told."""
    return _told(recorded, facts) if is_told(recorded.event) else None


def _told(recorded: Recorded, facts: Facts) -> Alert | None:
    match recorded.event:
        case ClockEvent() as event:
            return _of_clock(recorded, event, facts)
        case ClockRescheduled() as event if event.reason == "calendar" and event.due_at != event.due_before:
            return _of_recalculation(recorded, event, facts)
        case AdvanceRequested() as event:
            return _of_advance(recorded, event, facts)
        case AccidentGraded() as event:
            return _of_grade(recorded, event.grade, event.before, facts)
        case ClaimReported() as event if roles_of_accident([event.grade], facts.rulebooks, event.rulebooks):
            return _of_grade(recorded, event.grade, None, facts)
        case _:
            return None


def _of_clock(recorded: Recorded, event: ClockEvent, facts: Facts) -> Alert:
    clock = facts.clocks[recorded.stream_id]
    rulebook = facts.rulebooks[clock.rulebook]
    obligation = rulebook.obligation(clock.rule)
    kind, level, severity = _told_as(event)
    if isinstance(event, BreachWithdrawn | MissWithdrawn):
        before = facts.streams[recorded.stream_id][: recorded.version - 1]
        roles = roles_of_withdrawal(clock, rulebook, before)
    else:
        roles = roles_of_level(clock, rulebook, event.level)
    shown = {**_shown(clock, obligation, event.due_at), "level": level}
    claim = facts.claims[event.subject] if event.subject_kind == "claim" else None
    subject = (event.subject_kind, event.subject)
    data = {
        "clock": shown,
        **_about(event.subject, claim),
        "region": clock.region,
        "roles": roles,
        "severity": severity,
    }
    return _alert(recorded, subject, kind, data, facts)


def _of_recalculation(recorded: Recorded, event: ClockRescheduled, facts: Facts) -> Alert:
    """Tell staff that a new calendar moved a due date; what it makes of a breach is told as that."""
    clock = facts.clocks[event.clock_id]
    rulebook = facts.rulebooks[clock.rulebook]
    obligation = rulebook.obligation(clock.rule)
    moved = {
        "due_date": None if event.due_date is None else event.due_date.isoformat(),
        "previous_due_at": to_shanghai(event.due_before).isoformat(),
        "provisional": event.provisional,
        "calendar_version": event.calendar_version,
    }
    data = {
        "clock": {**_shown(clock, obligation, event.due_at), **moved},
        **_about(recorded.stream_id, facts.claims.get(recorded.stream_id)),
        "region": clock.region,
        "roles": roles_of_recalculation(clock, rulebook),
        "severity": "information",
    }
    return _alert(recorded, ("claim", recorded.stream_id), "clock.recalculated", data, facts)


def _shown(clock: ClockRow, obligation: Obligation, due_at: datetime) -> dict[str, Any]:
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


def _told_as(event: ClockEvent) -> tuple[str, str, str]:
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


def _of_advance(recorded: Recorded, event: AdvanceRequested, facts: Facts) -> Alert:
    claim = facts.claims[recorded.stream_id]
    advance = {
        "id": str(event.advance_id),
        "kind": event.kind,
        "amount": None if event.amount is None else format_yuan(event.amount),
        "requested_at": to_shanghai(recorded.occurred_at).isoformat(),
    }
    data = {
        "advance": advance,
        **_about(recorded.stream_id, claim),
        "region": claim.accident.region,
        "roles": STAFF,
        "severity": "information",
    }
    return _alert(recorded, ("claim", recorded.stream_id), "advance.requested", data, facts)


def _of_grade(recorded: Recorded, grade: str, before: str | None, facts: Facts) -> Alert:
    """Tell a grade: who heard of an emergency also hears that the grade fell below it."""
    claim = facts.claims[recorded.stream_id]
    grades = [grade] if before is None else [grade, before]
    accident = {
        "grade": grade,
        "previous_grade": before,
        "occurred_at": to_shanghai(claim.accident.occurred_at).isoformat(),
        "kind": claim.accident.kind,
        "region": claim.accident.region,
    }
    emergency = roles_of_accident([grade], facts.rulebooks, claim.rulebooks)
    data = {
        "accident": accident,
        **_about(recorded.stream_id, claim),
        "region": claim.accident.region,
        "roles": with_staff(roles_of_accident(grades, facts.rulebooks, claim.rulebooks)),
        "severity": "warning" if emergency else "information",
    }
    return _alert(recorded, ("claim", recorded.stream_id), "claim.accident_graded", data, facts)


def _about(claim_id: UUID, claim: ClaimReported | None) -> dict[str, Any]:
    if claim is None:
        return {}
    return {"claim": {"id": str(claim_id), "number": claim.number, "policy_number": claim.policy.number}}


def _alert(recorded: Recorded, subject: tuple[str, UUID], kind: str, data: Mapping[str, Any], facts: Facts) -> Alert:
    document = {
        "specversion": "1.0",
        "id": str(event_id(recorded.stream_id, recorded.version)),
        "source": SOURCE,
        "type": kind,
        "time": to_shanghai(recorded.occurred_at).isoformat(),
        "subject": f"{subject[0]}s/{subject[1]}",
        "datacontenttype": "application/json",
        "correlationid": recorded.correlation_id,
        "data": {**data, "tenant": recorded.tenant, "sequence": recorded.version, "sandbox": facts.sandbox},
    }
    return Alert(
        tenant=recorded.tenant,
        stream_id=recorded.stream_id,
        version=recorded.version,
        subject=subject[1],
        kind=kind,
        correlation_id=recorded.correlation_id,
        document=document,
    )


def event_id(stream_id: UUID, version: int) -> UUID:
    """Return the CloudEvent's id: the same however often an event is told."""
    return uuid5(stream_id, str(version))
