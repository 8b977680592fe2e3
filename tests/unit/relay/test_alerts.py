"""Which events become alerts, what an alert says, and to whom."""

from typing import Any
from uuid import uuid5

import orjson
import pytest
from tests.support.story import CLAIM_ID, MILLION, Story, ident
from tests.unit.relay.scenes import a_story, clock_event, clock_row, recorded, report_of, told_of_claim, told_of_clock

from claims.domain.claim.events import AccidentGraded, AdvanceRequested
from claims.domain.moments import to_shanghai
from claims.event_store.names import EVENT_TYPES
from claims.relay.alerts import Alert, event_id, is_told
from claims.relay.clock_parts import UnknownToRelayError
from notifications.intake.cloud_event import CloudEvent
from notifications.intake.known_fields import DATA, only_known

BREACH = ("operations", "compliance", "insurance_regulator")
ESCALATION = (*BREACH, "safety_authority", "joint_conference_office")
EMERGENCY = ("operations", "insurance_regulator", "safety_authority", "joint_conference_office")


ADVANCE = AdvanceRequested(ident("a"), "rescue", "王某", MILLION, (), None, "私人理由")


@pytest.fixture
def story() -> Story:
    """A claim with its first clock, a target (SZ-20.1)."""
    return a_story()


def service_row(story: Story, **changes: Any) -> Any:
    """The row of a service clock of the insurer: the target's, as the text's number would make it."""
    return clock_row(story, "SZ-20.1", rule="SZ-20.6", tier="service", **changes)


def data(alert: Alert | None) -> dict[str, Any]:
    """What the alert says."""
    assert alert is not None
    said: dict[str, Any] = orjson.loads(orjson.dumps(alert.document))["data"]
    return said


@pytest.mark.parametrize(
    ("events", "kind", "level", "severity", "roles"),
    [
        (["clock_at_risk"], "clock.at_risk", "at_risk", "warning", ("operations",)),
        (["clock_at_risk", "clock_breached"], "clock.breached", "breached", "breach", BREACH),
        (["clock_breached", "clock_escalated"], "clock.escalated", "escalated", "escalation", ESCALATION),
        (["clock_breached", "breach_withdrawn"], "breach.withdrawn", "withdrawn", "information", BREACH),
        (
            ["clock_breached", "clock_escalated", "breach_withdrawn"],
            "breach.withdrawn",
            "withdrawn",
            "information",
            ESCALATION,
        ),
        (
            ["clock_escalated", "breach_withdrawn", "clock_breached", "breach_withdrawn"],
            "breach.withdrawn",
            "withdrawn",
            "information",
            BREACH,
        ),
    ],
)
def test_a_clock_of_the_text_is_told_to_whom_the_rulebook_names(
    story: Story, events: list[str], kind: str, level: str, severity: str, roles: tuple[str, ...]
) -> None:
    alert = told_of_clock(story, service_row(story), *events)
    said = data(alert)
    assert alert is not None
    assert (alert.kind, said["clock"]["level"], said["severity"], said["sequence"]) == (
        kind,
        level,
        severity,
        len(events),
    )
    assert set(said["roles"]) == set(roles)


@pytest.mark.parametrize(
    ("events", "kind", "level", "severity", "roles"),
    [
        (["clock_at_risk"], "clock.at_risk", "at_risk", "warning", ["operations"]),
        (["clock_missed"], "clock.missed", "missed", "warning", ["operations", "compliance"]),
        (
            ["clock_missed", "miss_withdrawn"],
            "miss.withdrawn",
            "withdrawn",
            "information",
            ["operations", "compliance"],
        ),
    ],
)
def test_a_missed_target_stays_inside_the_insurer_and_is_no_breach(
    story: Story, events: list[str], kind: str, level: str, severity: str, roles: list[str]
) -> None:
    alert = told_of_clock(story, clock_row(story, "SZ-20.1"), *events)
    said = data(alert)
    assert alert is not None
    assert (alert.kind, said["clock"]["level"], said["severity"]) == (kind, level, severity)
    assert (said["roles"], said["clock"]["tier"]) == (roles, "target")


def test_a_withdrawal_after_an_outage_goes_to_whom_the_one_told_level_went(story: Story) -> None:
    alert = told_of_clock(
        story, service_row(story), "clock_breached", "clock_escalated", "breach_withdrawn", quiet=("clock_breached",)
    )
    assert set(data(alert)["roles"]) == set(ESCALATION)


def test_a_provisional_clock_never_leaves_the_insurer(story: Story) -> None:
    for name in ("clock_at_risk", "clock_breached", "clock_escalated"):
        roles = set(data(told_of_clock(story, service_row(story, provisional=True), name))["roles"])
        assert roles <= {"operations", "compliance", "insurer"}


def test_a_breach_that_became_provisional_is_withdrawn_with_everybody_who_heard_of_it(story: Story) -> None:
    row = service_row(story, provisional=True)
    assert set(data(told_of_clock(story, row, "clock_breached", "breach_withdrawn"))["roles"]) == set(BREACH)


def test_a_level_that_another_overtook_at_the_same_moment_is_not_told(story: Story) -> None:
    assert told_of_clock(story, service_row(story), "clock_breached", quiet=("clock_breached",)) is None


def test_an_alert_is_a_cloud_event_of_the_contracts_shape(story: Story) -> None:
    row = service_row(story)
    alert = told_of_clock(story, row, "clock_at_risk", "clock_breached", sandbox=True)
    assert alert is not None
    document = orjson.loads(orjson.dumps(alert.document))
    said = document.pop("data")
    assert document == {
        "specversion": "1.0",
        "id": str(uuid5(row.clock_id, "2")),
        "source": "/claims",
        "type": "clock.breached",
        "time": "2026-03-10T00:00:00+08:00",
        "subject": f"claims/{CLAIM_ID}",
        "datacontenttype": "application/json",
        "correlationid": "c-1",
    }
    assert said["claim"] == {
        "id": str(CLAIM_ID),
        "number": story.claim.number,
        "policy_number": story.claim.known_policy.number,
    }
    assert (said["tenant"], said["region"], said["sandbox"]) == ("picc-sz", "440300", True)
    assert said["clock"]["id"] == str(row.clock_id)
    assert said["clock"]["due_at"] == to_shanghai(row.due_at).isoformat()
    assert set(said["clock"]["title"]) == {"zh", "en"}
    assert said["clock"]["citation"]


def test_a_requested_advance_is_told_to_operations_without_who_asked_or_why(story: Story) -> None:
    alert = told_of_claim(story, ADVANCE)
    said = data(alert)
    assert alert is not None
    assert alert.kind == "advance.requested"
    assert said["advance"] == {
        "id": str(ident("a")),
        "kind": "rescue",
        "amount": "1000000.00",
        "requested_at": "2026-03-02T11:00:00+08:00",
    }
    assert (said["roles"], said["severity"]) == (["operations"], "information")
    assert "王某" not in str(said)
    assert "私人理由" not in str(said)


@pytest.mark.parametrize(
    ("before", "grade", "severity", "roles"),
    [
        ("general", "major", "warning", EMERGENCY),
        ("major", "serious", "warning", EMERGENCY),
        ("major", "general", "information", EMERGENCY),
    ],
)
def test_a_grade_is_told_to_the_authorities_that_it_makes_an_emergency_for(
    story: Story, before: str, grade: str, severity: str, roles: tuple[str, ...]
) -> None:
    alert = told_of_claim(story, AccidentGraded(before, grade))
    said = data(alert)
    assert alert is not None
    assert alert.kind == "claim.accident_graded"
    assert (said["accident"]["previous_grade"], said["accident"]["grade"]) == (before, grade)
    assert said["severity"] == severity
    assert set(said["roles"]) == set(roles)


def test_a_report_of_an_emergency_is_told_at_once_and_another_is_not() -> None:
    ordinary, grave = a_story("general"), a_story("major")
    assert told_of_claim(ordinary, report_of(ordinary), 1) is None
    alert = told_of_claim(grave, report_of(grave), 1)
    said = data(alert)
    assert alert is not None
    assert alert.kind == "claim.accident_graded"
    assert said["accident"]["previous_grade"] is None
    assert set(said["roles"]) == set(EMERGENCY)
    for personal in ("王某", "13800000000", "南山区某工地", "脚手架坍塌"):
        assert personal not in str(said)


def test_notifications_takes_every_kind_of_alert_and_drops_nothing_of_it(story: Story) -> None:
    alerts = [
        told_of_clock(story, service_row(story), "clock_breached"),
        told_of_clock(story, clock_row(story, "SZ-20.1"), "clock_missed"),
        told_of_clock(story, service_row(story), "clock_breached", "breach_withdrawn"),
        told_of_claim(story, ADVANCE),
        told_of_claim(story, AccidentGraded("general", "major")),
    ]
    for alert in alerts:
        assert alert is not None
        sent = orjson.loads(orjson.dumps(alert.document))
        CloudEvent.model_validate(sent)
        assert only_known(sent["data"], DATA) == sent["data"]


def test_every_stored_event_is_told_or_known_to_be_nobodys_business() -> None:
    told = {name for name, known in EVENT_TYPES.items() if _told(known.cls)}
    assert told == {
        "claim_reported",
        "accident_graded",
        "advance_requested",
        "period_opened",
        "clock_at_risk",
        "clock_breached",
        "clock_escalated",
        "breach_withdrawn",
        "clock_missed",
        "miss_withdrawn",
        "clock_rescheduled",
    }


def _told(cls: type) -> bool:
    event: object = object.__new__(cls)
    if "alert" in {name for base in cls.__mro__ for name in getattr(base, "__slots__", ())}:
        object.__setattr__(event, "alert", True)
    return is_told(event)


def test_an_event_that_nobody_has_thought_of_is_an_error(story: Story) -> None:
    class Surprise:
        pass

    with pytest.raises(UnknownToRelayError, match="Surprise"):
        is_told(Surprise())


def test_the_id_of_an_alert_is_the_same_however_often_it_is_told(story: Story) -> None:
    row = service_row(story)
    event = recorded(clock_event("clock_breached", row), row.clock_id, 7)
    assert event_id(event.stream_id, event.version) == event_id(row.clock_id, 7)
    assert event_id(row.clock_id, 7) != event_id(row.clock_id, 8)
