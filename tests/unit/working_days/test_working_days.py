"""Working days and calendar days, against the fixtures of the regulation and an independent count."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.working_days import oracle

from claims.domain.working_days import Calendar, CalendarDay, DayKind
from claims.reference.calendar_seed import seed_calendar

SEED = seed_calendar()
EVERY_DAY = [date(2025, 1, 1) + timedelta(days=n) for n in range(730)]
DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("start", "five", "ten"),
    [
        ("2026-02-14", "2026-02-28", "2026-03-06"),
        ("2026-02-13", "2026-02-27", "2026-03-05"),
        ("2026-02-15", "2026-02-28", "2026-03-06"),
        ("2026-09-30", "2026-10-13", "2026-10-20"),
        ("2025-12-31", "2026-01-08", "2026-01-15"),
        ("2025-01-27", "2025-02-10", "2025-02-17"),
    ],
)
def test_five_and_ten_working_days_end_as_the_regulation_says(
    calendar: Calendar, start: str, five: str, ten: str
) -> None:
    began = date.fromisoformat(start)
    assert calendar.add_working_days(began, 5) == date.fromisoformat(five)
    assert calendar.add_working_days(began, 10) == date.fromisoformat(ten)


def test_three_calendar_days_that_end_on_a_holiday_end_on_the_next_working_day(calendar: Calendar) -> None:
    assert calendar.add_calendar_days(date(2026, 2, 13), 3) == date(2026, 2, 24)


def test_calendar_days_that_end_on_a_make_up_working_day_end_there(calendar: Calendar) -> None:
    assert calendar.add_calendar_days(date(2026, 2, 11), 3) == date(2026, 2, 14)


@pytest.mark.parametrize(
    ("start", "working_days", "provisional"),
    [
        ("2026-12-06", 10, False),
        ("2026-12-07", 10, True),
        ("2026-12-13", 5, False),
        ("2026-12-14", 5, True),
    ],
)
def test_a_span_past_20_december_of_the_last_published_year_is_provisional(
    calendar: Calendar, start: str, working_days: int, provisional: bool
) -> None:
    last = calendar.add_working_days(date.fromisoformat(start), working_days)
    assert calendar.is_provisional(last) is provisional


def test_the_twentieth_of_december_itself_is_settled_and_the_next_day_is_not(calendar: Calendar) -> None:
    assert not calendar.is_provisional(date(2026, 12, 20))
    assert calendar.is_provisional(date(2026, 12, 21))
    assert not calendar.is_provisional(date(2025, 12, 31))


def test_days_before_the_calendar_begins_are_provisional(calendar: Calendar) -> None:
    assert calendar.is_provisional(date(2003, 12, 31))
    assert not calendar.is_provisional(date(2004, 1, 1))


def test_the_seed_has_the_holidays_typed_by_hand() -> None:
    seeded = {each for each, day in SEED.days.items() if each.year in oracle.REST and day.kind is DayKind.OFF}
    assert seeded == oracle.rest_days()


def test_the_seed_has_the_make_up_days_typed_by_hand() -> None:
    seeded = {each for each, day in SEED.days.items() if each.year in oracle.MADE_UP and day.kind is DayKind.WORK}
    assert seeded == oracle.made_up_days()


@pytest.mark.parametrize("n", [1, 3, 5, 10])
def test_working_days_agree_with_the_oracle_from_every_day_of_two_years(calendar: Calendar, n: int) -> None:
    differing = [day for day in EVERY_DAY if calendar.add_working_days(day, n) != oracle.after_working_days(day, n)]
    assert differing == []


@pytest.mark.parametrize("n", [3, 10, 30])
def test_calendar_days_agree_with_the_oracle_from_every_day_of_two_years(calendar: Calendar, n: int) -> None:
    differing = [day for day in EVERY_DAY if calendar.add_calendar_days(day, n) != oracle.after_calendar_days(day, n)]
    assert differing == []


@settings(deadline=None)
@given(start=DAYS, n=st.integers(1, 60))
def test_any_number_of_working_days_agrees_with_the_oracle(start: date, n: int) -> None:
    assert SEED.add_working_days(start, n) == oracle.after_working_days(start, n)


@settings(deadline=None)
@given(start=DAYS, n=st.integers(1, 90))
def test_any_number_of_calendar_days_agrees_with_the_oracle(start: date, n: int) -> None:
    assert SEED.add_calendar_days(start, n) == oracle.after_calendar_days(start, n)


@settings(deadline=None)
@given(day=st.dates(date(2025, 2, 1), date(2026, 12, 31)))
def test_the_last_working_day_before_a_day_is_worked_and_none_lies_between(day: date) -> None:
    last = SEED.last_working_day_before(day)
    assert last == max(each for each in oracle.WORKED if each < day)


@pytest.mark.parametrize("n", [0, -1])
def test_a_period_without_a_day_is_refused(calendar: Calendar, n: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        calendar.add_working_days(date(2026, 3, 2), n)
    with pytest.raises(ValueError, match="at least one"):
        calendar.add_calendar_days(date(2026, 3, 2), n)


def test_a_later_version_of_the_calendar_moves_the_end(calendar: Calendar) -> None:
    moved = date(2026, 12, 31)
    notice = CalendarDay(moved, DayKind.OFF, "国务院办公厅 2027 年部分节假日安排", date(2026, 11, 20))
    newer = Calendar(2, {**calendar.days, moved: notice}, calendar.first_year, 2027)
    start = date(2026, 12, 24)
    assert calendar.add_working_days(start, 5) == moved
    assert newer.add_working_days(start, 5) == date(2027, 1, 1)
    assert not newer.is_provisional(date(2027, 1, 1))


def test_every_seeded_day_names_its_notice_and_a_december_new_year_names_the_notice_of_the_coming_year() -> None:
    assert SEED.days[date(2026, 2, 14)].notice == "国务院办公厅 2026 年部分节假日安排"
    assert SEED.days[date(2026, 2, 14)].published_on == date(2025, 11, 4)
    assert SEED.days[date(2022, 12, 31)].notice == "国务院办公厅 2023 年部分节假日安排"
    assert SEED.days[date(2022, 12, 31)].published_on == date(2022, 12, 8)
    assert SEED.days[date(2010, 10, 1)].published_on is None
    assert all(day.notice for day in SEED.days.values())
