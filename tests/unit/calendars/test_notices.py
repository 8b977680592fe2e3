"""A notice makes the next version of the calendar: what it settles, what it leaves, what it may not say."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.story import calendar
from tests.unit.calendars.examples import NOTICE, OF_2027, off, work

from claims.domain.calendar_notice import YEARS_FOLLOW, calendar_year, with_notice
from claims.domain.errors import InvalidFact, RuleViolation


def test_the_notice_of_the_next_year_makes_the_next_version_and_the_year_known() -> None:
    after = with_notice(calendar(), 2027, OF_2027)
    assert after.version == calendar().version + 1
    assert after.last_published_year == 2027
    assert not after.is_working_day(date(2027, 1, 1))
    assert after.is_working_day(date(2027, 2, 20))
    assert {on: each for on, each in after.days.items() if on.year < 2027} == calendar().days


def test_the_same_notice_again_makes_no_version() -> None:
    once = with_notice(calendar(), 2027, OF_2027)
    assert with_notice(once, 2027, reversed(OF_2027)) is once


def test_a_notice_can_move_days_of_the_december_before_and_of_the_january_behind() -> None:
    after = with_notice(calendar(), 2027, [*OF_2027, *work("2026-12-26", "2026-12-19"), *off("2028-01-03")])
    assert after.is_working_day(date(2026, 12, 26))
    assert after.is_working_day(date(2026, 12, 19))
    assert not after.is_working_day(date(2028, 1, 3))


def test_what_a_notice_no_longer_names_goes_by_its_weekday_also_in_the_december_before() -> None:
    first = with_notice(calendar(), 2027, [*OF_2027, *work("2026-12-26")])
    second = with_notice(first, 2027, off("2027-01-01"))
    assert not second.is_working_day(date(2026, 12, 26))
    assert second.is_working_day(date(2027, 2, 8))


def test_the_notice_of_a_year_leaves_the_end_of_its_december_to_the_next_one() -> None:
    both = with_notice(with_notice(calendar(), 2027, [*OF_2027, *work("2026-12-26")]), 2026, off("2026-10-01", 7))
    assert both.is_working_day(date(2026, 12, 26))


@pytest.mark.parametrize("year", [2028, 1999])
def test_a_year_that_leaves_a_gap_is_refused(year: int) -> None:
    with pytest.raises(RuleViolation) as refused:
        with_notice(calendar(), year, off(f"{year}-01-01"))
    assert refused.value.rule is YEARS_FOLLOW


def test_days_of_other_years_and_days_named_twice_are_refused_by_their_place() -> None:
    with pytest.raises(InvalidFact) as refused:
        with_notice(calendar(), 2027, [*off("2027-01-01"), *off("2026-11-30"), *work("2027-01-01"), *off("2028-02-01")])
    assert [each.pointer for each in refused.value.errors] == ["/days/1/date", "/days/2/date", "/days/3/date"]


def test_a_year_says_what_is_known_and_from_when_it_can_still_move() -> None:
    now, later = calendar(), with_notice(calendar(), 2027, OF_2027)
    assert [(y.known, y.provisional_from) for y in (calendar_year(now, 2025), calendar_year(now, 2026))] == [
        (True, None),
        (True, date(2026, 12, 21)),
    ]
    unknown = calendar_year(now, 2027)
    assert (unknown.known, unknown.provisional_from, unknown.days) == (False, date(2027, 1, 1), ())
    assert calendar_year(later, 2026).provisional_from is None
    assert calendar_year(later, 2027).days == tuple(sorted(OF_2027, key=lambda each: each.on))


@given(st.integers(min_value=2004, max_value=2026))
def test_a_year_put_back_as_it_was_read_changes_nothing(year: int) -> None:
    assert with_notice(calendar(), year, calendar_year(calendar(), year).days) is calendar()


def test_a_notice_replaces_its_own_words_too() -> None:
    first = with_notice(calendar(), 2027, OF_2027)
    (new_year,) = (each for each in OF_2027 if each.on == date(2027, 1, 1))
    amended = replace(new_year, notice=f"{NOTICE} (修订)")
    second = with_notice(first, 2027, [amended, *(each for each in OF_2027 if each is not new_year)])
    assert second.version == first.version + 1
    assert second.days[amended.on] == amended
