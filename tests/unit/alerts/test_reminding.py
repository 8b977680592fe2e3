"""When a breach is said again, and to whom."""

import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from pydantic import ValidationError
from tests.unit.alerts.test_routing import ALERT

from notifications.application.repeated import with_repeat
from notifications.domain.kinds import AUTHORITIES, KINDS
from notifications.domain.quiet_hours import QuietHours
from notifications.domain.reminding import (
    LADDER,
    Again,
    Later,
    Reminder,
    Repeating,
    is_repeated,
    rungs_above,
    when_due,
)
from notifications.settings import Settings

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
"""Noon in Shanghai."""
HOW = Repeating()
REMINDER = Reminder(0, 0, NOW + timedelta(hours=60), None, None)


def test_a_breach_is_repeated_every_four_hours() -> None:
    assert when_due(REMINDER, NOW, HOW) == Again(NOW + timedelta(hours=4), climbs=False)


def test_a_standing_acknowledgement_puts_the_repeat_off_to_its_expiry() -> None:
    until = NOW + timedelta(hours=20)
    assert when_due(replace(REMINDER, acknowledged_until=until), NOW, HOW) == Later(until)


def test_an_expired_acknowledgement_holds_nothing_back() -> None:
    assert isinstance(when_due(replace(REMINDER, acknowledged_until=NOW), NOW, HOW), Again)


def test_a_repeat_wakes_nobody() -> None:
    quiet = QuietHours(time(11), time(13))
    assert when_due(replace(REMINDER, quiet_hours=quiet), NOW, HOW) == Later(NOW + timedelta(hours=1))


def test_every_third_repeat_that_nobody_answers_climbs() -> None:
    climbs = []
    for unanswered in range(9):
        step = when_due(replace(REMINDER, repeats=unanswered + 5, unanswered=unanswered), NOW, HOW)
        assert isinstance(step, Again)
        climbs.append(step.climbs)
    assert climbs == [False, False, True] * 3


def test_the_last_repeat_is_the_one_after_which_the_next_would_be_too_late() -> None:
    assert when_due(replace(REMINDER, until=NOW + timedelta(hours=4)), NOW, HOW) == Again(
        NOW + timedelta(hours=4), False
    )
    assert when_due(replace(REMINDER, until=NOW + timedelta(hours=3)), NOW, HOW) == Again(None, False)


def test_what_is_due_is_said_however_late_the_worker_is() -> None:
    assert when_due(replace(REMINDER, until=NOW - timedelta(days=3)), NOW, HOW) == Again(None, False)


@pytest.mark.parametrize(
    ("role", "told", "above"),
    [
        ("operations", {"operations"}, ("compliance", "insurer", "admin")),
        ("operations", {"operations", "compliance", "insurance_regulator"}, ("insurer", "admin")),
        ("compliance", {"operations", "compliance"}, ("insurer", "admin")),
        ("insurer", set(LADDER), ()),
        ("operations_service_centre", {"operations"}, ("compliance", "insurer", "admin")),
    ],
)
def test_the_next_rung_is_the_nearest_that_has_not_heard(role: str, told: set[str], above: tuple[str, ...]) -> None:
    assert rungs_above(role, told, LADDER) == above


def test_the_ladder_never_leaves_the_insurer() -> None:
    assert AUTHORITIES.isdisjoint(LADDER)


def test_a_ladder_with_an_authority_on_it_is_refused_when_the_process_starts() -> None:
    with pytest.raises(ValidationError, match="insurance_regulator"):
        Settings.model_validate({"ladder": ("operations", "insurance_regulator")})


def test_only_breaches_to_staff_are_repeated() -> None:
    repeated = {kind for kind in KINDS if is_repeated(replace(ALERT, kind=kind), "operations")}
    assert repeated == {"clock.breached", "clock.escalated"}
    assert not any(is_repeated(ALERT, role) for role in AUTHORITIES)


def test_a_repeat_says_which_one_it_is_and_changes_nothing_else() -> None:
    event = {"id": "e", "type": "clock.breached", "data": {"severity": "breach", "clock": {"rule": "SZ-20.6"}}}
    said = json.loads(with_repeat(json.dumps(event), 2))
    assert said["data"].pop("repeat") == 2
    assert said == event
