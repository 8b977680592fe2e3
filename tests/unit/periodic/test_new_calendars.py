"""A new calendar moves when a date is warned of and escalated, and never the date."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.support.story import at, calendar
from tests.unit.calendars.examples import OF_2027, off, work
from tests.unit.periodic.scenes import Tale

from claims.application.subjects import PERIOD
from claims.domain.calendar_change import CalendarChange
from claims.domain.clock_facts import ClockRescheduled
from claims.domain.moments import NEVER
from claims.domain.working_days import Calendar, CalendarDay


def after(*days: CalendarDay, last_published_year: int = 2026) -> Calendar:
    """The next version of the calendar, with these days changed."""
    known = calendar()
    changed = {**known.days, **{each.on: each for each in days}}
    return replace(known, version=known.version + 1, days=changed, last_published_year=last_published_year)


def moved(tale: Tale, newer: Calendar, moment: str) -> ClockRescheduled:
    """What the newer calendar makes of the one running clock; the look at its row must say that it can move."""
    (clock,) = tale.series.clocks.values()
    assert CalendarChange.between(calendar(), newer).can_touch(clock)
    tale.days = newer
    (fact,) = PERIOD.recalculated(tale.series, tale.setting(moment))
    assert isinstance(fact, ClockRescheduled)
    assert (fact.due_at, fact.due_date, fact.started_at) == (clock.due_at, clock.due_date, clock.started_at)
    return fact


def a_quarter(rule: str = "SZ-28.1q", region: str = "440300", moment: str = "2026-10-01 00:00") -> Tale:
    """What is owed of one quarter or month, just opened."""
    tale = Tale(rule)
    tale.register("2026-09-15 09:00", region)
    assert tale.look(moment)
    return tale


def test_the_warning_moves_to_the_working_day_that_is_the_last_one_now() -> None:
    fact = moved(a_quarter(), after(*off("2026-10-09")), "2026-10-01 09:00")
    assert fact.marks[:3] == (at("2026-10-08 00:00"),) * 3


@pytest.mark.parametrize(
    ("days", "warned"), [(off("2026-09-30"), "2026-09-29 00:00"), (work("2026-10-04"), "2026-10-04 00:00")]
)
def test_a_warning_before_the_window_moves_too(days: list[CalendarDay], warned: str) -> None:
    tale = a_quarter("BJ-6.3m", "110000", "2026-09-30 00:00")
    assert moved(tale, after(*days), "2026-09-30 09:00").marks[0] == at(warned)


def test_escalations_move_with_the_working_days_behind_the_date() -> None:
    tale = a_quarter()
    before = tale.clock("2026-Q3").marks
    fact = moved(tale, after(*off("2026-10-12")), "2026-10-01 09:00")
    assert fact.marks[:4] == before[:4]
    assert fact.marks[4:] == tuple(each + timedelta(days=1) for each in before[4:])


def test_what_was_provisional_can_be_breached_once_the_year_is_published() -> None:
    tale = a_quarter("SZ-28.1y", moment="2027-01-01 00:00")
    held = tale.clock("2026")
    assert (held.provisional, held.marks[3], held.due_date) == (True, NEVER, date(2027, 1, 31))
    fact = moved(tale, after(*OF_2027, last_published_year=2027), "2027-01-02 09:00")
    assert (fact.provisional, fact.marks[3]) == (False, at("2027-02-01 00:00"))


def test_what_a_change_does_not_touch_stays() -> None:
    tale = a_quarter()
    tale.days = after(*off("2026-11-16"))
    assert not CalendarChange.between(calendar(), tale.days).can_touch(tale.clock("2026-Q3"))
    assert PERIOD.recalculated(tale.series, tale.setting("2026-10-01 09:00")) == ()
