"""When a delivery is tried again, by whom it is for and over what, and what follows from each outcome."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.domain.delivery import (
    Delivered,
    DeliveryStatus,
    GiveUp,
    NextStep,
    Outcome,
    Retry,
    after_attempt,
    name_of,
)
from notifications.domain.endpoint import ChannelName
from notifications.domain.kinds import AUTHORITIES
from notifications.domain.retry import Schedule, ScheduleName, Schedules, schedule_of

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
STANDING = Schedules.standing()
AUTHORITY, BRIEF = STANDING[ScheduleName.AUTHORITY], STANDING[ScheduleName.BRIEF]
DEADLINE = START + AUTHORITY.patience
ROBOTS = (ChannelName.DINGTALK, ChannelName.WECOM, ChannelName.FEISHU, ChannelName.SMS)


def waits(schedule: Schedule, jitter: float) -> list[timedelta]:
    """The waits of a delivery that always fails at once."""
    now, found, deadline = START, list[timedelta](), START + schedule.patience
    while (following := schedule.next_attempt(len(found) + 1, now, deadline, jitter)) is not None:
        found.append(following - now)
        now = following
    return found


def test_an_authority_is_tried_at_growing_intervals_for_seventy_five_hours() -> None:
    seconds = [wait.total_seconds() for wait in waits(AUTHORITY, 0)]
    assert seconds[:9] == [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 84295]
    assert sum(seconds) == 75 * 3600


@given(st.floats(-1, 1))
def test_whatever_the_jitter_the_last_attempt_is_after_seventy_five_hours(jitter: float) -> None:
    made = waits(AUTHORITY, jitter)
    assert sum(made, timedelta()) == AUTHORITY.patience
    assert all(wait > timedelta() for wait in made)
    assert abs(made[3] / AUTHORITY.delays[3] - 1) <= 0.2 + 1e-9


def test_jitter_moves_a_wait_by_a_fifth_at_most() -> None:
    assert AUTHORITY.next_attempt(2, START, DEADLINE, 1) == START + timedelta(minutes=6)
    assert AUTHORITY.next_attempt(2, START, DEADLINE, -1) == START + timedelta(minutes=4)


def test_somebody_who_is_to_read_it_now_is_tried_for_minutes_over_one_channel() -> None:
    assert [wait.total_seconds() for wait in waits(BRIEF, 0)] == [5, 30, 120]


@pytest.mark.parametrize("role", sorted(AUTHORITIES))
@pytest.mark.parametrize("channel", list(ChannelName))
def test_an_authority_keeps_its_channel_whatever_it_is(role: str, channel: ChannelName) -> None:
    assert schedule_of(role, channel) is ScheduleName.AUTHORITY
    assert not AUTHORITY.hands_on


@pytest.mark.parametrize("channel", list(ChannelName))
def test_staff_are_tried_briefly_over_robots_and_sms_and_get_everything_over_another_channel_in_the_end(
    channel: ChannelName,
) -> None:
    expected = ScheduleName.BRIEF if channel in ROBOTS else ScheduleName.STEADY
    assert schedule_of("operations", channel) is expected
    assert STANDING[expected].hands_on


def test_what_the_receiver_asks_for_lengthens_a_wait_and_never_shortens_it() -> None:
    assert AUTHORITY.next_attempt(1, START, DEADLINE, 0, timedelta(hours=1)) == START + timedelta(hours=1)
    assert AUTHORITY.next_attempt(1, START, DEADLINE, 0, timedelta(0)) == START + timedelta(seconds=5)
    assert AUTHORITY.next_attempt(1, START, DEADLINE, 0, timedelta(days=9)) == DEADLINE


def test_what_came_too_soon_is_tried_after_the_wait_asked_for_even_when_no_attempt_is_left() -> None:
    last = len(BRIEF.delays) + 1
    deadline = START + BRIEF.patience
    minute = timedelta(minutes=1)
    assert after_attempt(Retry("HTTP 500"), BRIEF, last, START, deadline, 0).status is DeliveryStatus.DEAD
    step = after_attempt(Retry("too often", after=minute, costs_attempt=False), BRIEF, last, START, deadline, 0)
    assert step.status is DeliveryStatus.PENDING
    assert not step.counts
    assert step.rests_until == START + minute
    assert step.next_at == START + timedelta(minutes=2), "its own wait is longer"


def test_the_time_runs_out_even_for_what_always_comes_too_soon() -> None:
    deadline = START + BRIEF.patience
    soon = Retry("too often", after=timedelta(minutes=1), costs_attempt=False)
    step = after_attempt(soon, BRIEF, 1, deadline, deadline, 0)
    assert step.status is DeliveryStatus.DEAD
    assert step.reason == "the time is up; the last one: too often"


SOON = START + timedelta(seconds=5)


@pytest.mark.parametrize(
    ("outcome", "step", "name"),
    [
        (Delivered("HTTP 200"), NextStep(DeliveryStatus.DELIVERED), "delivered"),
        (Retry("HTTP 500"), NextStep(DeliveryStatus.PENDING, SOON), "failed"),
        (Retry("", ambiguous=True), NextStep(DeliveryStatus.PENDING, SOON), "ambiguous"),
        (Retry("", costs_attempt=False), NextStep(DeliveryStatus.PENDING, SOON, counts=False), "deferred"),
        (GiveUp("refused"), NextStep(DeliveryStatus.DEAD, reason="refused"), "refused"),
        (
            GiveUp("HTTP 410", gone=True),
            NextStep(DeliveryStatus.DEAD, disables_endpoint=True, reason="HTTP 410"),
            "refused",
        ),
    ],
)
def test_each_outcome_has_its_step_and_its_name(outcome: Outcome, step: NextStep, name: str) -> None:
    assert after_attempt(outcome, AUTHORITY, 1, START, DEADLINE, 0) == step
    assert name_of(outcome) == name


def test_a_failure_at_the_deadline_is_the_last() -> None:
    step = after_attempt(Retry("HTTP 500"), AUTHORITY, 3, DEADLINE, DEADLINE, 0)
    assert step == NextStep(DeliveryStatus.DEAD, reason="the time is up; the last one: HTTP 500")


def test_other_waits_change_neither_what_repeats_nor_what_is_handed_on() -> None:
    hasty = STANDING.with_delays([timedelta(seconds=1)])
    assert [wait.total_seconds() for wait in waits(hasty[ScheduleName.BRIEF], 0)] == [1]
    assert sum(waits(hasty[ScheduleName.AUTHORITY], 0)[:3], timedelta()) == timedelta(seconds=3)
    assert {name: hasty[name].hands_on for name in ScheduleName} == {
        name: STANDING[name].hands_on for name in ScheduleName
    }
