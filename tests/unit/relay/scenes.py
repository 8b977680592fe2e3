"""Events out of the log and what is known beside them, as the relay meets them; no I/O."""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from jsonschema import Draft202012Validator, FormatChecker
from tests.support.story import CLAIM_ID, Story, a_report, at, reported, rulebooks

from claims.application.clock_columns import clock_columns
from claims.application.pages import ClockRow
from claims.application.recorded import Basis, Recorded
from claims.asyncapi import alert_messages
from claims.domain.claim.events import AccidentGraded, AdvanceRequested, Casualties, ClaimReported
from claims.domain.clock_events import (
    BreachWithdrawn,
    ClockAtRisk,
    ClockBreached,
    ClockEscalated,
    ClockEvent,
    ClockMissed,
    MissWithdrawn,
)
from claims.relay.alerts import Alert, Facts, alert_of

MESSAGES = alert_messages()
TENANT = "picc-sz"
MADE_BY = {
    "clock_at_risk": ClockAtRisk,
    "clock_breached": ClockBreached,
    "clock_escalated": ClockEscalated,
    "breach_withdrawn": BreachWithdrawn,
    "clock_missed": ClockMissed,
    "miss_withdrawn": MissWithdrawn,
}
LEVELS = {"clock_at_risk": 3, "clock_breached": 4, "clock_missed": 4, "clock_escalated": 5}


def recorded(event: object, stream_id: UUID, version: int = 1, when: datetime | None = None) -> Recorded:
    """An event as the codec gives it."""
    moment = when or at("2026-03-10 00:00")
    return Recorded(
        name="as_it_is",
        event=event,
        basis=Basis(("shenzhen-2018@2",), 1),
        tenant=TENANT,
        stream_id=stream_id,
        version=version,
        occurred_at=moment,
        recorded_at=moment,
        actor="sla-watch",
        correlation_id="c-1",
        causation_id=None,
        digest=b"",
    )


def a_story(grade: str = "general", **changes: object) -> Story:
    """A reported claim; a major accident has three dead."""
    deaths = {"general": 1, "major": 3, "serious": 10}[grade]
    return reported(casualties=Casualties(deaths, 0, 4, 4), **changes)


def report_of(story: Story) -> ClaimReported:
    """The first event of the claim."""
    report = a_report(policy=story.claim.known_policy)
    return ClaimReported(
        number=story.claim.number,
        policy=story.claim.known_policy,
        accident=story.claim.known_accident,
        grade=story.claim.grade,
        reported_by=report.reported_by,
        broker_received_at=None,
        insurer_received_at=story.claim.insurer_received_at,
        rulebooks=story.claim.rulebooks,
    )


def clock_row(story: Story, of_rule: str, **changes: object) -> ClockRow:
    """The row of a claim's clock; no level matters to the relay."""
    clock = story.clock(of_rule)
    (columns,) = clock_columns(story.claim, [clock.clock_id])
    named = {name: getattr(columns, name) for name in type(columns).__slots__}
    watched: dict[str, object] = {
        "tenant": TENANT,
        "level": 0,
        "version": 0,
        "breached_at": None,
        "withdrawn_at": None,
        "status": "open",
    }
    whole: dict[str, Any] = {**named, **watched, **changes}
    return ClockRow(**whole)


def clock_event(name: str, row: ClockRow, *, level: int | None = None, alert: bool = True) -> ClockEvent:
    """What the watch says of a clock."""
    return MADE_BY[name](
        subject=row.subject,
        subject_kind="claim",
        rule=row.rule,
        level=LEVELS.get(name, 0) if level is None else level,
        alert=alert,
        due_at=row.due_at,
        tier=row.tier,
        responsible=row.responsible,
    )


def told_of_clock(
    story: Story, row: ClockRow, *names: str, quiet: tuple[str, ...] = (), sandbox: bool = False
) -> Alert | None:
    """The alert of the last of these events, the ones before it in the stream; `quiet` ones were not told."""
    events = [clock_event(name, row, alert=name not in quiet) for name in names]
    stream = tuple(recorded(event, row.clock_id, version) for version, event in enumerate(events, 1))
    facts = Facts(
        rulebooks=rulebooks(),
        sandbox=sandbox,
        claims={CLAIM_ID: report_of(story)},
        clocks={row.clock_id: row},
        streams={row.clock_id: stream},
    )
    return _fitting(alert_of(stream[-1], facts))


def told_of_claim(
    story: Story, event: AdvanceRequested | AccidentGraded | ClaimReported, version: int = 2
) -> Alert | None:
    """The alert of an event of the claim."""
    facts = Facts(rulebooks=rulebooks(), sandbox=False, claims={CLAIM_ID: report_of(story)})
    return _fitting(alert_of(recorded(event, CLAIM_ID, version, at("2026-03-02 11:00")), facts))


def _fitting(alert: Alert | None) -> Alert | None:
    """Hold what is told against the form that was promised to those who receive it."""
    if alert is not None:
        said = orjson.loads(orjson.dumps(alert.document))
        Draft202012Validator(MESSAGES[alert.kind], format_checker=FormatChecker()).validate(said)
    return alert
