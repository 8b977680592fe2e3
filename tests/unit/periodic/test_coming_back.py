"""Who leaves a region by a slip, and is registered there again, owes what it owed, by clocks that never stopped."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.story import at
from tests.unit.periodic.scenes import Tale

SHENZHEN, BEIJING = "440300", "110000"


def test_a_slip_that_is_corrected_before_anybody_looks_changes_nothing() -> None:
    tale = Tale("SZ-28.1q")
    tale.register("2026-03-01 00:00", SHENZHEN)
    tale.look("2026-04-01 00:00")
    before = tale.clock("2026-Q1")
    tale.register("2026-04-07 15:00", "440100")
    tale.register("2026-04-07 15:01", SHENZHEN)
    assert tale.look("2026-04-08 00:00") == []
    assert tale.clock("2026-Q1") == before


@pytest.mark.parametrize(
    "slip",
    [{"regions": ("440100",)}, {"regions": ()}, {"regions": (SHENZHEN,), "active_from": date(2027, 1, 1)}],
)
@pytest.mark.parametrize("moment", ["2026-04-07 15:00", "2026-04-20 15:00"])
def test_a_slip_that_was_looked_at_and_its_correction_leave_the_clock_as_it_was(
    slip: dict[str, Any], moment: str
) -> None:
    tale = Tale("SZ-28.1q")
    tale.register("2026-03-01 00:00", SHENZHEN)
    tale.look("2026-04-01 00:00")
    before = tale.clock("2026-Q1")
    tale.register(moment, *slip["regions"], active_from=slip.get("active_from", date(2020, 1, 1)))
    assert tale.look(moment) == [("PeriodLapsed", "2026-Q1", moment)]
    tale.register("2026-05-02 00:00", SHENZHEN)
    assert tale.look("2026-05-02 00:01") == [("PeriodReinstated", "2026-Q1", "2026-05-02 00:00")]
    assert tale.clock("2026-Q1") == before
    assert tale.look("2026-05-02 00:02") == []


def test_a_first_active_day_that_arrives_brings_nothing_back_and_one_that_moves_back_does() -> None:
    tale = Tale("SZ-28.1q")
    tale.register("2026-03-01 00:00", SHENZHEN)
    tale.look("2026-04-01 00:00")
    tale.register("2026-04-02 00:00", SHENZHEN, active_from=date(2026, 6, 1))
    tale.look("2026-04-02 00:01")
    tale.register("2026-06-15 00:00", SHENZHEN, BEIJING, active_from=date(2026, 6, 1))
    assert tale.look("2026-06-16 00:00") == []
    tale.register("2026-06-17 00:00", SHENZHEN, BEIJING, active_from=date(2026, 1, 1))
    assert tale.look("2026-06-17 00:00") == [("PeriodReinstated", "2026-Q1", "2026-06-17 00:00")]


def test_a_report_from_while_it_was_away_meets_the_clock_that_is_reinstated() -> None:
    tale = Tale("SZ-28.1q")
    tale.register("2026-03-01 00:00", SHENZHEN)
    tale.look("2026-04-01 00:00")
    tale.register("2026-04-03 00:00")
    tale.look("2026-04-03 00:01")
    assert tale.submit("2026-Q1", "2026-04-06 09:00").ended_as == "cancelled"
    tale.register("2026-04-07 00:00", SHENZHEN)
    tale.look("2026-04-07 00:01")
    clock = tale.clock("2026-Q1")
    assert (clock.ended_as, clock.ended_at) == ("met", at("2026-04-06 09:00"))


def test_who_is_away_as_the_window_begins_does_not_come_back_to_a_period_that_its_warning_opened() -> None:
    tale = Tale("BJ-6.3m")
    tale.register("2026-09-20 09:00", BEIJING)
    tale.look("2026-09-30 00:00")
    tale.register("2026-09-30 10:00")
    tale.register("2026-10-02 10:00", BEIJING)
    assert tale.look("2026-10-02 11:00") == [("PeriodLapsed", "2026-09", "2026-09-30 10:00")]
    other = Tale("BJ-6.3m")
    other.register("2026-09-20 09:00", BEIJING)
    other.look("2026-09-30 00:00")
    other.register("2026-09-30 10:00")
    other.look("2026-09-30 10:01")
    other.register("2026-09-30 11:00", BEIJING)
    assert other.look("2026-10-02 11:00") == [("PeriodReinstated", "2026-09", "2026-09-30 11:00")]


REGISTRATIONS = st.lists(
    st.tuples(
        st.integers(1, 9_000),
        st.sampled_from([(), (SHENZHEN,), ("440100",)]),
        st.sampled_from([date(2020, 1, 1), date(2026, 4, 4), date(2026, 5, 1)]),
    ),
    max_size=6,
)


@settings(max_examples=40)
@given(REGISTRATIONS, st.booleans())
def test_what_is_owed_in_the_end_hangs_on_no_look_between_two_registrations(
    told: list[tuple[int, tuple[str, ...], date]], submits: bool
) -> None:
    tales = [Tale("SZ-28.1q"), Tale("SZ-28.1q")]
    for number, tale in enumerate(tales):
        tale.register("2026-03-01 00:00", SHENZHEN)
        tale.look("2026-04-01 00:00")
        if submits:
            tale.submit("2026-Q1", "2026-04-03 00:00")
        moment = at("2026-04-04 00:00")
        for minutes, regions, active_from in told:
            moment += timedelta(minutes=minutes)
            tale.register(f"{moment:%Y-%m-%d %H:%M}", *regions, active_from=active_from)
            if number:
                tale.look(f"{moment:%Y-%m-%d %H:%M}")
        tale.look("2026-06-30 00:00")
    assert tales[0].series.clocks == tales[1].series.clocks
