"""What the demo expects, against days counted here, and its comparison, which must be able to fail."""

from datetime import date, timedelta

import pytest

from anze.demo.expected import ALERTS, CLOCKS, Alert, ExpectedClock
from anze.demo.receiver import Delivery, Receiver
from anze.demo.verify import await_alerts, missing


def _working_days_after(start: date, count: int) -> date:
    """March 2026 has no holiday and no make-up day, so Monday to Friday is all there is to know."""
    day = start
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


@pytest.mark.parametrize(
    ("rule", "started", "working_days"),
    [
        ("SZ-20.1", date(2026, 3, 2), 1),
        ("SZ-20.2", date(2026, 3, 2), 1),
        ("SZ-20.3", date(2026, 3, 6), 10),
        ("SZ-20.3b", date(2026, 3, 13), 1),
        ("SZ-20.6", date(2026, 3, 2), 5),
        ("SZ-20.7", date(2026, 3, 4), 5),
        ("SZ-20.9", date(2026, 3, 16), 10),
    ],
)
def test_the_last_day_is_counted_from_the_day_after_the_start(rule: str, started: date, working_days: int) -> None:
    stated = {clock.rule: clock.due for clock in CLOCKS}
    assert stated[rule] == _working_days_after(started, working_days).isoformat()


def test_every_alert_of_the_story_is_about_the_advance_that_was_paid_late() -> None:
    assert {alert.rule for alert in ALERTS} == {clock.rule for clock in CLOCKS if clock.status == "met_late"}


def test_an_alert_that_did_not_come_is_named() -> None:
    assert missing(ALERTS, ALERTS[1:]) == [str(ALERTS[0])]


def test_two_alerts_expected_are_not_satisfied_by_one() -> None:
    twice = (ALERTS[0], ALERTS[0])
    assert missing(twice, [ALERTS[0]]) == [str(ALERTS[0])]


def test_a_clock_with_another_status_counts_as_missing() -> None:
    wrong = ExpectedClock(CLOCKS[0].rule, "overdue", CLOCKS[0].due)
    assert missing(CLOCKS, [wrong, *CLOCKS[1:]]) == [str(CLOCKS[0])]


def test_an_alert_more_than_expected_is_no_failure() -> None:
    assert missing(ALERTS, [*ALERTS, Alert("2026-03-05 00:00", "advance.requested", "", "operations")]) == []


def test_of_all_that_was_delivered_only_the_storys_own_counts() -> None:
    receiver = Receiver(("operations", "picc-sz.desk"))
    for number, (office, claim, repeat) in enumerate(
        [("operations", "1", None), ("operations", "2", None), ("picc-sz.desk", "1", None), ("operations", "1", 1)]
    ):
        data = {"clock": {"rule": "SZ-20.8"}, "claim": {"id": claim}, "repeat": repeat}
        event = {"type": "clock.at_risk", "time": "2026-03-03T06:12:00+08:00", "data": data}
        receiver._keep(Delivery(office, str(number), event))
    at_risk = Alert("2026-03-03 06:12", "clock.at_risk", "SZ-20.8", "operations")
    assert await_alerts(receiver, "1", expected=[at_risk]) == [at_risk]
