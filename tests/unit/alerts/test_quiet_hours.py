"""When a warning waits: quiet hours, maintenance windows, and who is never made to wait."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError
from tests.unit.alerts.test_routing import RECIPIENT

from notifications.api.recipients import RecipientGiven
from notifications.domain.holding import MaintenanceWindow, held_until
from notifications.domain.quiet_hours import SHANGHAI, QuietHours

NIGHT = QuietHours(time(22), time(8))
STAFF = replace(RECIPIENT, role="operations", tenant="picc-sz", quiet_hours=NIGHT)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 in Shanghai (the 20th is a Friday), as the service has it."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def window(tenant: str | None = None) -> MaintenanceWindow:
    """The morning of the 20th."""
    return MaintenanceWindow(UUID(int=1), at(20, 9), at(20, 12), "升级", tenant)


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        (at(20, 21, 59), None),
        (at(20, 22), at(21, 8)),
        (at(21, 3), at(21, 8)),
        (at(21, 7, 59), at(21, 8)),
        (at(21, 8), None),
    ],
)
def test_quiet_hours_go_over_midnight_and_end_on_the_minute(now: datetime, ends: datetime | None) -> None:
    assert NIGHT.ends_after(now) == ends


def test_quiet_hours_begin_on_their_weekdays_only() -> None:
    friday = replace(NIGHT, weekdays=(5,))
    assert friday.ends_after(at(21, 3)) == at(21, 8), "Saturday's small hours belong to Friday's night"
    assert friday.ends_after(at(21, 23)) is None
    assert friday.ends_after(at(20, 3)) is None


def test_the_same_time_twice_is_a_whole_day() -> None:
    sunday = QuietHours(time(), time(), (7,))
    assert sunday.ends_after(at(22, 12)) == at(23, 0)
    assert sunday.ends_after(at(23, 0)) is None


@pytest.mark.parametrize("severity", ["warning", "information", "at_risk"])
def test_a_warning_to_staff_waits_for_the_morning(severity: str) -> None:
    assert held_until(severity, STAFF, [], at(20, 23)) == at(21, 8)


@pytest.mark.parametrize("severity", ["breach", "escalation", "something-new"])
def test_a_breach_never_waits_and_neither_does_what_nobody_thought_of(severity: str) -> None:
    assert held_until(severity, STAFF, [window()], at(20, 23)) is None


@pytest.mark.parametrize("severity", ["warning", "information", "breach"])
@pytest.mark.parametrize("role", ["insurance_regulator", "safety_authority", "joint_conference_office"])
def test_nothing_to_an_authority_waits(role: str, severity: str) -> None:
    assert held_until(severity, replace(STAFF, role=role), [window()], at(20, 10)) is None


def test_a_window_is_of_one_insurer_or_of_all() -> None:
    awake = replace(STAFF, quiet_hours=None)
    assert held_until("warning", awake, [window()], at(20, 9)) == at(20, 12)
    assert held_until("warning", awake, [window("picc-sz")], at(20, 9)) == at(20, 12)
    assert held_until("warning", awake, [window("pingan-bj")], at(20, 9)) is None
    assert held_until("warning", awake, [window()], at(20, 12)) is None


def test_of_several_holds_the_longest_counts() -> None:
    long = replace(window(), ends_at=at(21, 9))
    assert held_until("warning", STAFF, [window(), long], at(20, 11)) == at(21, 9)
    assert held_until("warning", STAFF, [replace(long, ends_at=at(21, 1))], at(20, 23)) == at(21, 8)


def test_a_hold_lies_ahead_whenever_there_is_one() -> None:
    moments = (at(20, 0) + timedelta(minutes=17 * n) for n in range(300))
    held = [(now, until) for now in moments if (until := held_until("warning", STAFF, [window()], now)) is not None]
    assert held
    assert all(until > now for now, until in held)


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_hours": {"from": "22:00"}},
        {"quiet_hours": {"from": "24:00", "to": "08:00"}},
        {"quiet_hours": {"from": "22:00", "to": "08:00", "zone": "Europe/Berlin"}},
        {"quiet_hours": {"from": "22:00", "to": "08:00", "weekdays": [0]}},
        {"quiet_hours": {"from": "22:00", "to": "08:00", "weekdays": []}},
        {"quiet_hours": {"from": "00:00", "to": "00:00"}},
        {"quiet_hours": {"from": "09:30", "to": "09:30", "weekdays": [7, 6, 5, 4, 3, 2, 1]}},
    ],
)
def test_quiet_hours_that_are_none_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RecipientGiven.model_validate({"name": "x", "role": "operations"} | wrong)
