"""When a delivery is tried again, and what follows from each outcome."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.domain import retry
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

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DEADLINE = START + retry.PATIENCE


def waits(jitter: float) -> list[timedelta]:
    """The waits of a delivery that always fails at once."""
    now, found = START, list[timedelta]()
    while (following := retry.next_attempt(len(found) + 1, now, DEADLINE, jitter)) is not None:
        found.append(following - now)
        now = following
    return found


def test_the_waits_without_jitter_are_those_of_the_schedule() -> None:
    seconds = [wait.total_seconds() for wait in waits(0)]
    assert seconds[:9] == [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 84295]
    assert sum(seconds) == 75 * 3600


@given(st.floats(-1, 1))
def test_whatever_the_jitter_the_last_attempt_is_after_seventy_five_hours(jitter: float) -> None:
    made = waits(jitter)
    assert sum(made, timedelta()) == retry.PATIENCE
    assert all(wait > timedelta() for wait in made)
    assert abs(made[3] / retry.DELAYS[3] - 1) <= 0.2 + 1e-9


def test_jitter_moves_a_wait_by_a_fifth_at_most() -> None:
    assert retry.next_attempt(2, START, DEADLINE, 1) == START + timedelta(minutes=6)
    assert retry.next_attempt(2, START, DEADLINE, -1) == START + timedelta(minutes=4)


def test_what_the_receiver_asks_for_lengthens_a_wait_and_never_shortens_it() -> None:
    assert retry.next_attempt(1, START, DEADLINE, 0, timedelta(hours=1)) == START + timedelta(hours=1)
    assert retry.next_attempt(1, START, DEADLINE, 0, timedelta(0)) == START + timedelta(seconds=5)
    assert retry.next_attempt(1, START, DEADLINE, 0, timedelta(days=9)) == DEADLINE


@pytest.mark.parametrize(
    ("outcome", "step", "name"),
    [
        (Delivered("HTTP 200"), NextStep(DeliveryStatus.DELIVERED), "delivered"),
        (Retry("HTTP 500"), NextStep(DeliveryStatus.PENDING, START + timedelta(seconds=5)), "failed"),
        (Retry("", ambiguous=True), NextStep(DeliveryStatus.PENDING, START + timedelta(seconds=5)), "unknown"),
        (GiveUp("refused"), NextStep(DeliveryStatus.DEAD), "refused"),
        (GiveUp("HTTP 410", gone=True), NextStep(DeliveryStatus.DEAD, disables_endpoint=True), "refused"),
    ],
)
def test_each_outcome_has_its_step_and_its_name(outcome: Outcome, step: NextStep, name: str) -> None:
    assert after_attempt(outcome, 1, START, DEADLINE, 0) == step
    assert name_of(outcome) == name


def test_a_failure_at_the_deadline_is_the_last() -> None:
    assert after_attempt(Retry("HTTP 500"), 3, DEADLINE, DEADLINE, 0) == NextStep(DeliveryStatus.DEAD)
