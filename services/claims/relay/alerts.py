"""Which events are told, and as what: domain event in, CloudEvent out, or nothing; an unknown event is never skipped.

A miss of a target is no breach and is never called one: its kinds are `clock.missed` and `miss.withdrawn`, to roles
inside the insurer alone. A clock that passed several marks during an outage says so in several events, of which one
alone asks to be told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, get_args
from uuid import UUID, uuid5

from claims.application.pages import ClockRow
from claims.application.recorded import Recorded
from claims.application.subjects import KINDS, subject_name
from claims.domain.claim.events import AccidentGraded, AdvanceRequested, ClaimReported
from claims.domain.clock_events import BreachWithdrawn, ClockEvent, MissWithdrawn
from claims.domain.clock_facts import ClockRescheduled
from claims.domain.clockwork import clock_id
from claims.domain.moments import to_shanghai
from claims.domain.money import format_yuan
from claims.domain.party.events import PartyEvent
from claims.domain.periodic.events import PeriodOpened
from claims.domain.policy.events import PolicyEvent
from claims.domain.rulebook import Rulebook
from claims.relay.clock_parts import UnknownToRelayError, report_of, shown, told_as
from claims.relay.roles import (
    REPORTERS,
    STAFF,
    roles_of_accident,
    roles_of_level,
    roles_of_recalculation,
    roles_of_withdrawal,
    with_staff,
)

SOURCE = "/claims"
_INSURER = "insurer"

_UNTOLD = (*get_args(PolicyEvent), *get_args(PartyEvent), *(event for kind in KINDS.values() for event in kind.events))


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known beside the event itself."""

    rulebooks: Mapping[str, Rulebook]
    sandbox: bool
    claims: Mapping[UUID, ClaimReported] = field(default_factory=dict)
    """By the claim's id: how it was reported."""
    insurers: Mapping[UUID, str] = field(default_factory=dict)
    """By the subject's id: the insurer that hears of a broker's breach, where the broker's tenant is another."""
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
    if isinstance(event, AdvanceRequested | AccidentGraded | ClaimReported | ClockRescheduled | PeriodOpened):
        return True
    if isinstance(event, _UNTOLD):
        return False
    raise UnknownToRelayError(f"nobody has said whether {type(event).__name__} is to be told")


def alerts_of(recorded: Recorded, facts: Facts) -> tuple[Alert, ...]:
    """Return the alerts that an event is told as: one, and one for the insurer of what a broker owes."""
    alert = alert_of(recorded, facts)
    insurer = None if alert is None else facts.insurers.get(alert.subject)
    if alert is None or insurer is None or _INSURER not in alert.document["data"]["roles"]:
        return () if alert is None else (alert,)
    others = tuple(role for role in alert.document["data"]["roles"] if role != _INSURER)
    to_insurer = _addressed(alert, event_id(alert.stream_id, alert.version, insurer), insurer, (_INSURER,))
    return (_addressed(alert, event_id(alert.stream_id, alert.version), alert.tenant, others), to_insurer)


def _addressed(alert: Alert, alert_id: UUID, tenant: str, roles: tuple[str, ...]) -> Alert:
    data = {**alert.document["data"], "tenant": tenant, "roles": roles}
    return replace(alert, tenant=tenant, document={**alert.document, "id": str(alert_id), "data": data})


def alert_of(recorded: Recorded, facts: Facts) -> Alert | None:
    """Return the alert that an event is told as to all whom it names; None if it is not told."""
    return _told(recorded, facts) if is_told(recorded.event) else None


def _told(recorded: Recorded, facts: Facts) -> Alert | None:
    alert: Alert | None = None
    match recorded.event:
        case ClockEvent() as event:
            alert = _of_clock(recorded, event, facts)
        case ClockRescheduled() as event if event.reason == "calendar" and event.due_at != event.due_before:
            alert = _of_recalculation(recorded, event, facts)
        case PeriodOpened() as event:
            alert = _of_period(recorded, event, facts)
        case AdvanceRequested() as event:
            alert = _of_advance(recorded, event, facts)
        case AccidentGraded() as event:
            alert = _of_grade(recorded, event.grade, event.before, facts)
        case ClaimReported() as event if roles_of_accident([event.grade], facts.rulebooks, event.rulebooks):
            alert = _of_grade(recorded, event.grade, None, facts)
        case _:
            pass
    return alert


def _of_clock(recorded: Recorded, event: ClockEvent, facts: Facts) -> Alert:
    clock = facts.clocks[recorded.stream_id]
    rulebook = facts.rulebooks[clock.rulebook]
    obligation = rulebook.obligation(clock.rule)
    kind, level, severity = told_as(event)
    if isinstance(event, BreachWithdrawn | MissWithdrawn):
        before = facts.streams[recorded.stream_id][: recorded.version - 1]
        roles = roles_of_withdrawal(clock, rulebook, before)
    else:
        roles = roles_of_level(clock, rulebook, event.level)
    seen = {**shown(clock, obligation, event.due_at), "level": level}
    subject = (event.subject_kind, event.subject)
    data = {
        "clock": seen,
        **report_of(clock),
        **_about(subject, facts),
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
    subject = (clock.subject_kind, recorded.stream_id)
    moved = {
        "due_date": None if event.due_date is None else event.due_date.isoformat(),
        "previous_due_at": to_shanghai(event.due_before).isoformat(),
        "provisional": event.provisional,
        "calendar_version": event.calendar_version,
    }
    data = {
        "clock": {**shown(clock, obligation, event.due_at), **moved},
        **report_of(clock),
        **_about(subject, facts),
        "region": clock.region,
        "roles": roles_of_recalculation(clock, rulebook),
        "severity": "information",
    }
    return _alert(recorded, subject, "clock.recalculated", data, facts)


def _of_period(recorded: Recorded, event: PeriodOpened, facts: Facts) -> Alert:
    """Tell the staff and compliance of the party that owes it that a report is due, as soon as it can be done."""
    clock = facts.clocks[clock_id(recorded.stream_id, event.rule, 1, event.about)]
    obligation = facts.rulebooks[clock.rulebook].obligation(clock.rule)
    subject = (clock.subject_kind, recorded.stream_id)
    data = {
        "clock": shown(clock, obligation, clock.due_at),
        **report_of(clock),
        **_about(subject, facts),
        "region": clock.region,
        "roles": REPORTERS,
        "severity": "information",
    }
    return _alert(recorded, subject, "report.due", data, facts)


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
        **_about(("claim", recorded.stream_id), facts),
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
        **_about(("claim", recorded.stream_id), facts),
        "region": claim.accident.region,
        "roles": with_staff(roles_of_accident(grades, facts.rulebooks, claim.rulebooks)),
        "severity": "warning" if emergency else "information",
    }
    return _alert(recorded, ("claim", recorded.stream_id), "claim.accident_graded", data, facts)


def _about(subject: tuple[str, UUID], facts: Facts) -> dict[str, Any]:
    """Say what it is about, by kind and id: of a claim its numbers too; nothing else can be said without a name."""
    kind, subject_id = subject
    named = {"subject": {"kind": kind, "id": str(subject_id)}}
    if kind != "claim":
        return {"claim": None, **named}
    claim = facts.claims[subject_id]
    return {
        "claim": {"id": str(subject_id), "number": claim.number, "policy_number": claim.policy.number},
        **named,
    }


def _alert(recorded: Recorded, subject: tuple[str, UUID], kind: str, data: Mapping[str, Any], facts: Facts) -> Alert:
    document = {
        "specversion": "1.0",
        "id": str(event_id(recorded.stream_id, recorded.version)),
        "source": SOURCE,
        "type": kind,
        "time": to_shanghai(recorded.occurred_at).isoformat(),
        "subject": subject_name(*subject, recorded.tenant),
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


def event_id(stream_id: UUID, version: int, besides: str = "") -> UUID:
    """Return the CloudEvent's id: the same however often an event is told; another for whom it is told `besides`."""
    return uuid5(stream_id, f"{version} {besides}".strip())
