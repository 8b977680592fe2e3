"""A due date that a new calendar moved is told to staff; what else changes a clock's marks is told to nobody."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest
from tests.support.story import CLAIM_ID, Story, rulebooks
from tests.unit.relay.scenes import a_story, clock_row, recorded, report_of

from claims.domain.clock_facts import ClockRescheduled
from claims.domain.moments import to_shanghai
from claims.relay.alerts import Alert, Facts, alert_of
from notifications.intake.cloud_event import CloudEvent
from notifications.intake.known_fields import DATA, only_known

RULE = "SZ-20.1"


@pytest.fixture
def story() -> Story:
    return a_story()


def moved(story: Story, **changes: Any) -> tuple[ClockRescheduled, Alert | None]:
    """A clock that is due a day later by calendar 2, and what is told of it."""
    clock, row = story.clock(RULE), clock_row(story, RULE)
    fact = ClockRescheduled(
        clock_id=clock.clock_id,
        reason="calendar",
        due_before=clock.due_at,
        started_at=clock.started_at,
        limit_amount=clock.limit_amount,
        limit_unit=clock.limit_unit,
        due_at=clock.due_at + timedelta(days=1),
        due_date=clock.due_date,
        provisional=False,
        marks=clock.marks,
        calendar_version=2,
        flags=clock.flags,
    )
    fact = replace(fact, **changes)
    facts = Facts(rulebooks(), sandbox=False, claims={CLAIM_ID: report_of(story)}, clocks={row.clock_id: row})
    return fact, alert_of(recorded(fact, CLAIM_ID, 7), facts)


def test_staff_hear_from_what_to_what_a_due_date_moved(story: Story) -> None:
    fact, alert = moved(story)
    assert alert is not None
    document = orjson.loads(orjson.dumps(alert.document))
    assert (document["type"], document["subject"]) == ("clock.recalculated", f"claims/{CLAIM_ID}")
    clock = document["data"]["clock"]
    assert clock["rule"] == RULE
    assert clock["previous_due_at"] == to_shanghai(fact.due_before).isoformat()
    assert clock["due_at"] == to_shanghai(fact.due_at).isoformat()
    assert clock["calendar_version"] == 2
    assert document["data"]["claim"]["number"] == story.claim.number
    CloudEvent.model_validate(document)
    assert only_known(document["data"], DATA) == document["data"]


def test_it_never_leaves_the_insurer(story: Story) -> None:
    _, alert = moved(story)
    assert alert is not None
    assert set(alert.document["data"]["roles"]) <= {"operations", "compliance", "insurer"}


@pytest.mark.parametrize("reason", ["tightened", "emergency", "paused", "resumed"])
def test_what_is_no_recalculation_is_told_to_nobody(story: Story, reason: str) -> None:
    assert moved(story, reason=reason)[1] is None


def test_a_recalculation_that_leaves_the_due_date_is_told_to_nobody(story: Story) -> None:
    assert moved(story, due_at=story.clock(RULE).due_at)[1] is None
