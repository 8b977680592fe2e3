"""A condition of an advance that turns out to have been met earlier moves its clock, and only ever to the earlier."""

import pytest
from tests.support.acts import asks, casualties, determines, pays_advance
from tests.support.story import MILLION, YUAN, Story, at, reported

from claims.domain.claim.events import Casualties


def third_surgery(first_told: str, told_later: str, surgeries: int = 3) -> Story:
    """Return a claim on which a count was recorded first, and another one of another moment after it."""
    story = reported(casualties=Casualties(0, 0, 2, 2)).when(asks("medical", 80_000 * YUAN))
    story.when(casualties(first_told, surgeries=3), recorded="2026-03-08 12:00")
    return story.when(casualties(told_later, surgeries=surgeries), recorded="2026-03-08 13:00")


def test_a_third_surgery_that_turns_out_to_have_been_earlier_starts_the_clock_of_the_advance_then() -> None:
    story = third_surgery("2026-03-08 09:00", "2026-03-03 09:00")
    clock = story.clock("SZ-20.8")
    assert (clock.started_at, clock.due_at) == (at("2026-03-03 09:00"), at("2026-03-04 09:00"))
    assert set(clock.flags) == {"tightened", "late_by_reclassification"}
    assert (story.advance("advance").payable_at, clock.generation) == (at("2026-03-03 09:00"), 2)


def test_a_determination_that_turns_out_to_have_been_earlier_starts_the_clock_then_and_leaves_the_amount() -> None:
    story = reported().when(asks("death_indemnity")).when(determines("2026-03-06 09:00", 2 * MILLION))
    story.when(determines("2026-03-03 09:00", MILLION), recorded="2026-03-06 15:00")
    assert story.clock("SZ-20.7").started_at == at("2026-03-03 09:00")
    assert story.clock("SZ-20.7").flags == ("tightened",)
    assert story.advance("advance").amount == MILLION


@pytest.mark.parametrize(("moment", "surgeries"), [("2026-03-08 10:00", 4), ("2026-03-08 10:00", 2)])
def test_a_later_count_changes_nothing_of_a_clock_that_runs(moment: str, surgeries: int) -> None:
    story = third_surgery("2026-03-08 09:00", moment, surgeries)
    assert story.clock("SZ-20.8").started_at == at("2026-03-08 09:00")
    assert story.clock("SZ-20.8").flags == ()


def test_a_condition_met_before_the_request_starts_the_clock_with_the_request() -> None:
    story = reported(casualties=Casualties(0, 0, 2, 2)).when(asks("medical", 100, when="2026-03-04 09:00"))
    story.when(casualties("2026-03-05 09:00", surgeries=3))
    story.when(casualties("2026-03-02 12:00", surgeries=3), recorded="2026-03-05 10:00")
    assert story.clock("SZ-20.8").started_at == at("2026-03-04 09:00")


def test_an_earlier_condition_of_an_advance_that_is_paid_leaves_its_met_clock_as_it_is() -> None:
    story = reported(casualties=Casualties(0, 0, 2, 2)).when(asks("medical", 100))
    story.when(casualties("2026-03-05 09:00", surgeries=3)).when(pays_advance("2026-03-05 10:00", 100))
    met = story.clock("SZ-20.8")
    story.when(casualties("2026-03-03 09:00", surgeries=3), recorded="2026-03-06 09:00")
    assert story.clock("SZ-20.8") == met
