"""The calendar as a page: what each day is, and lines that a person edits to see what a change would move."""

from datetime import date

import pytest

from claims.dashboard.calendar_view import MOST_LINES, UnreadableLineError, months, read_days, written
from claims.domain.calendar_notice import calendar_year
from claims.domain.working_days import Calendar, CalendarDay, DayKind

NATIONAL_DAY = CalendarDay(date(2026, 10, 1), DayKind.OFF, "the notice", None)
MADE_UP = CalendarDay(date(2026, 10, 10), DayKind.WORK, "the notice", None)
CALENDAR = Calendar(7, {NATIONAL_DAY.on: NATIONAL_DAY, MADE_UP.on: MADE_UP}, 2025, 2026)


def _looks(year: int) -> dict[date, tuple[str, bool]]:
    found = months(calendar_year(CALENDAR, year), CALENDAR)
    days = [day for month in found for week in month.weeks for day in week if day is not None]
    return {day.on: (day.look, day.is_open) for day in days}


def test_a_day_looks_like_what_it_is() -> None:
    looks = _looks(2026)

    assert looks[date(2026, 10, 1)] == ("off", False)
    assert looks[date(2026, 10, 10)] == ("make_up", False)
    assert looks[date(2026, 10, 11)] == ("rest", False)
    assert looks[date(2026, 10, 12)] == ("work", False)


def test_every_day_of_the_year_is_there_once() -> None:
    assert list(_looks(2026)) == [date.fromordinal(date(2026, 1, 1).toordinal() + n) for n in range(365)]


def test_days_that_a_later_notice_can_move_are_marked() -> None:
    looks = _looks(2026)

    assert looks[date(2026, 12, 20)][1] is False
    assert looks[date(2026, 12, 21)][1] is True
    assert all(is_open for _, is_open in _looks(2027).values())


def test_working_days_of_a_month_are_counted() -> None:
    october = months(calendar_year(CALENDAR, 2026), CALENDAR)[9]

    assert october.working_days == 22


def test_lines_that_were_written_read_the_same() -> None:
    assert read_days(written([NATIONAL_DAY, MADE_UP]), "the notice") == (NATIONAL_DAY, MADE_UP)


def test_chinese_words_are_read_too_and_empty_lines_are_none() -> None:
    assert read_days("\n2026-10-01 休\n\n 2026-10-10   班 \n", "the notice") == (NATIONAL_DAY, MADE_UP)


@pytest.mark.parametrize("line", ["2026-13-01 off", "1 October off", "2026-10-01 maybe", "2026-10-01"])
def test_a_line_that_is_no_day_is_named(line: str) -> None:
    with pytest.raises(UnreadableLineError, match=line):
        read_days(f"2026-10-02 off\n{line}", "n")


def test_more_lines_than_a_year_can_have_are_refused() -> None:
    with pytest.raises(UnreadableLineError):
        read_days("2026-10-01 off\n" * (MOST_LINES + 1), "n")
