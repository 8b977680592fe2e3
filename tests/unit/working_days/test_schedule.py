"""When a clock is due, and the moments at which its level rises."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.working_days import oracle

from claims.domain.moments import NEVER, SHANGHAI, local_date
from claims.domain.rulebook import Limit, Unit
from claims.domain.schedule import Schedule, schedule
from claims.domain.working_days import Calendar
from claims.reference.calendar_seed import seed_calendar

SEED = seed_calendar()
FIVE_WD = Limit(5, Unit.WORKING_DAYS)
TEN_WD = Limit(10, Unit.WORKING_DAYS)
ONE_HOUR = Limit(1, Unit.HOURS)
A_DAY_OF_HOURS = Limit(24, Unit.HOURS)

INSTANTS = st.datetimes(datetime(2025, 1, 2), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
LIMITS = st.one_of(
    st.builds(Limit, st.integers(1, 72), st.just(Unit.HOURS)),
    st.builds(Limit, st.integers(1, 30), st.sampled_from([Unit.WORKING_DAYS, Unit.CALENDAR_DAYS])),
)


def local(text: str) -> datetime:
    """An instant written on Shanghai's wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_a_start_half_an_hour_after_midnight_counts_from_the_new_day(calendar: Calendar) -> None:
    after = schedule(datetime(2026, 2, 14, 16, 30, tzinfo=UTC), FIVE_WD, calendar, emergency=False)
    assert after.due_date == date(2026, 2, 28)
    assert after.due_at == local("2026-03-01T00:00")
    before = schedule(datetime(2026, 2, 13, 15, 59, 59, tzinfo=UTC), FIVE_WD, calendar, emergency=False)
    assert before.due_date == date(2026, 2, 27)


def test_a_day_clock_warns_at_four_fifths_and_on_its_last_working_morning(calendar: Calendar) -> None:
    planned = schedule(local("2026-03-02T09:00"), FIVE_WD, calendar, emergency=False)
    assert planned == Schedule(
        due_at=local("2026-03-10T00:00"),
        due_date=date(2026, 3, 9),
        provisional=False,
        marks=(
            local("2026-03-08T11:24"),
            local("2026-03-08T11:24"),
            local("2026-03-09T00:00"),
            local("2026-03-10T00:00"),
            local("2026-03-11T00:00"),
            local("2026-03-13T00:00"),
        ),
    )


def test_an_emergency_warns_at_half_of_the_time_too(calendar: Calendar) -> None:
    planned = schedule(local("2026-03-02T09:00"), FIVE_WD, calendar, emergency=True)
    assert planned.marks[:3] == (local("2026-03-06T04:30"), local("2026-03-08T11:24"), local("2026-03-09T00:00"))


def test_warnings_stand_in_the_order_of_time_when_a_holiday_lies_before_the_end(calendar: Calendar) -> None:
    planned = schedule(local("2026-02-13T10:00"), Limit(3, Unit.CALENDAR_DAYS), calendar, emergency=True)
    assert planned.due_date == date(2026, 2, 24)
    assert planned.marks[:3] == (local("2026-02-19T05:00"), local("2026-02-22T16:24"), local("2026-02-24T00:00"))
    short = schedule(local("2026-03-02T23:00"), Limit(1, Unit.WORKING_DAYS), calendar, emergency=True)
    assert short.marks[:3] == (local("2026-03-03T00:00"), local("2026-03-03T11:30"), local("2026-03-03T19:00"))


def test_escalations_come_at_midnight_after_the_first_and_third_working_day(calendar: Calendar) -> None:
    planned = schedule(local("2026-02-04T10:00"), FIVE_WD, calendar, emergency=False)
    assert planned.due_date == date(2026, 2, 11)
    assert planned.marks[3:] == (local("2026-02-12T00:00"), local("2026-02-13T00:00"), local("2026-02-15T00:00"))
    over_the_holiday = schedule(local("2026-02-06T10:00"), FIVE_WD, calendar, emergency=False)
    assert over_the_holiday.marks[3:] == (
        local("2026-02-14T00:00"),
        local("2026-02-15T00:00"),
        local("2026-02-26T00:00"),
    )


@pytest.mark.parametrize("emergency", [False, True])
def test_an_hour_clock_runs_through_nights_and_holidays_and_ends_inclusively(
    calendar: Calendar, emergency: bool
) -> None:
    began = local("2026-02-14T20:00:00.000001")
    planned = schedule(began, A_DAY_OF_HOURS, calendar, emergency=emergency)
    due = began + timedelta(hours=24)
    warned = began + timedelta(hours=19, minutes=12)
    late = due + timedelta(microseconds=1)
    assert planned == Schedule(
        due_at=due,
        due_date=None,
        provisional=False,
        marks=(warned, warned, warned, late, due + timedelta(hours=1), due + timedelta(hours=4)),
    )


def test_an_hour_clock_is_never_provisional(calendar: Calendar) -> None:
    assert not schedule(local("2027-05-01T00:00"), ONE_HOUR, calendar, emergency=False).provisional


def test_a_provisional_clock_warns_but_is_never_breached(calendar: Calendar) -> None:
    planned = schedule(local("2026-12-07T09:00"), TEN_WD, calendar, emergency=False)
    assert planned.provisional
    assert planned.due_date == date(2026, 12, 21)
    assert planned.due_at == local("2026-12-22T00:00")
    assert planned.marks[2] == local("2026-12-21T00:00")
    assert planned.marks[3:] == (NEVER, NEVER, NEVER)
    assert not schedule(local("2026-12-06T23:59:59"), TEN_WD, calendar, emergency=False).provisional


@settings(deadline=None)
@given(began=INSTANTS, limit=LIMITS, emergency=st.booleans())
def test_marks_ascend_from_after_the_start_and_warnings_come_before_the_breach(
    began: datetime, limit: Limit, emergency: bool
) -> None:
    planned = schedule(began, limit, SEED, emergency=emergency)
    marks = planned.marks
    assert list(marks) == sorted(marks)
    assert began < marks[0]
    assert marks[2] < planned.due_at <= marks[3]
    if not planned.provisional:
        assert marks[3] < marks[4] < marks[5]
    assert {each.tzinfo for each in (planned.due_at, *marks)} == {UTC}


@settings(deadline=None)
@given(began=INSTANTS, limit=LIMITS, emergency=st.booleans())
def test_the_warnings_that_speak_are_the_ones_the_regulation_names(
    began: datetime, limit: Limit, emergency: bool
) -> None:
    planned = schedule(began, limit, SEED, emergency=emergency)
    marks = planned.marks
    speaking = [each for each, following in pairwise(marks[:4]) if each != following]
    micros = (planned.due_at - began) // timedelta(microseconds=1)
    named = {began + timedelta(microseconds=micros * 4 // 5)}
    if planned.due_date is not None:
        if emergency:
            named.add(began + timedelta(microseconds=micros // 2))
        morning = max(each for each in oracle.WORKED if each <= planned.due_date)
        named |= {each for each in [datetime(*morning.timetuple()[:3], tzinfo=SHANGHAI)] if each > began}
    assert speaking == sorted(named)


@settings(deadline=None)
@given(began=INSTANTS, n=st.integers(1, 30), unit=st.sampled_from([Unit.WORKING_DAYS, Unit.CALENDAR_DAYS]))
def test_a_day_clock_ends_with_the_last_day_of_the_oracle(began: datetime, n: int, unit: Unit) -> None:
    planned = schedule(began, Limit(n, unit), SEED, emergency=False)
    count = oracle.after_working_days if unit is Unit.WORKING_DAYS else oracle.after_calendar_days
    assert planned.due_date == count((began + timedelta(hours=8)).date(), n)
    assert planned.due_at == local(f"{planned.due_date}T00:00") + timedelta(days=1)


@settings(deadline=None)
@given(began=INSTANTS, limit=LIMITS, emergency=st.booleans())
def test_an_emergency_adds_a_warning_and_changes_nothing_else(began: datetime, limit: Limit, emergency: bool) -> None:
    calm = schedule(began, limit, SEED, emergency=False)
    urgent = schedule(began, limit, SEED, emergency=True)
    assert (calm.due_at, calm.due_date, calm.marks[3:]) == (urgent.due_at, urgent.due_date, urgent.marks[3:])
    assert set(calm.marks) <= set(urgent.marks)


@pytest.mark.parametrize("limit", [FIVE_WD, ONE_HOUR])
def test_a_start_without_an_offset_is_refused(calendar: Calendar, limit: Limit) -> None:
    with pytest.raises(ValueError, match="has no offset"):
        schedule(datetime(2026, 3, 2, 9), limit, calendar, emergency=False)  # noqa: DTZ001


@pytest.mark.parametrize("unit", [unit for unit in Unit if unit is not Unit.IMMEDIATELY])
def test_a_limit_of_nothing_is_refused(calendar: Calendar, unit: Unit) -> None:
    with pytest.raises(ValueError, match="at least one"):
        schedule(local("2026-03-02T09:00"), Limit(0, unit), calendar, emergency=False)


def test_the_last_day_of_a_day_clock_is_the_day_before_its_end(calendar: Calendar) -> None:
    planned = schedule(local("2026-09-30T23:59:59.999999"), TEN_WD, calendar, emergency=False)
    assert planned.due_date == date(2026, 10, 20)
    assert local_date(planned.due_at - timedelta(microseconds=1)) == planned.due_date
