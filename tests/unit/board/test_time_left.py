"""How much time a clock has left: working days for days, hours for hours, and by how much it is late."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from claims.application.pages import ClockRow
from claims.dashboard.texts import Words
from claims.dashboard.time_left import time_left
from claims.domain.moments import NEVER, SHANGHAI, start_of
from claims.domain.working_days import Calendar, CalendarDay, DayKind

SPRING = {
    day: CalendarDay(day, kind, "notice", None)
    for day, kind in [
        *((date(2026, 2, number), DayKind.OFF) for number in range(15, 24)),
        (date(2026, 2, 14), DayKind.WORK),
        (date(2026, 2, 28), DayKind.WORK),
    ]
}
CALENDAR = Calendar(version=1, days=SPRING, first_year=2025, last_published_year=2026)


def _clock(due: date | datetime, *, ended: bool = False) -> ClockRow:
    """Due at the end of a day, or at a moment."""
    if isinstance(due, datetime):
        due_at, last_day, unit = due, None, "hours"
    else:
        due_at, last_day, unit = start_of(date.fromordinal(due.toordinal() + 1)), due, "working_days"
    return ClockRow(
        tenant="picc-sz",
        clock_id=UUID(int=1),
        subject=UUID(int=2),
        rule="SZ-20.3",
        round=1,
        scope="",
        tier="service",
        responsible="insurer",
        region="440300",
        started_at=datetime(2026, 2, 1, tzinfo=UTC),
        due_at=due_at,
        due_date=last_day,
        limit_amount=10,
        limit_unit=unit,
        generation=1,
        flags=(),
        rulebook="shenzhen-2018@2",
        calendar_version=1,
        provisional=False,
        marks=(),
        ended_at=due_at if ended else None,
        ended_as="met" if ended else None,
        level=0,
        version=0,
        breached_at=None,
        withdrawn_at=None,
        status="met" if ended else "open",
    )


def _said(clock: ClockRow, now: datetime, language: str = "en") -> str | None:
    left = time_left(clock, now, CALENDAR)
    return None if left is None else left.text(Words("en" if language == "en" else "zh"))


@pytest.mark.parametrize(
    ("last_day", "said"),
    [
        (date(2026, 2, 13), "until the end of today"),
        (date(2026, 2, 14), "1 working day left"),
        (date(2026, 2, 24), "2 working days left"),
        (date(2026, 2, 28), "6 working days left"),
    ],
)
def test_holidays_do_not_count_and_make_up_days_do(last_day: date, said: str) -> None:
    friday = datetime(2026, 2, 13, 9, 30, tzinfo=SHANGHAI)

    assert _said(_clock(last_day), friday) == said


def test_what_is_late_is_late_by_working_days() -> None:
    now = datetime(2026, 2, 25, 10, tzinfo=SHANGHAI)

    assert _said(_clock(date(2026, 2, 13)), now) == "3 working days late"


def test_hours_count_through_holidays() -> None:
    now = datetime(2026, 2, 15, 10, tzinfo=SHANGHAI)

    assert _said(_clock(datetime(2026, 2, 16, 9, tzinfo=SHANGHAI)), now) == "23 hours left"
    assert _said(_clock(datetime(2026, 2, 15, 10, 20, tzinfo=SHANGHAI)), now) == "20 minutes left"
    assert _said(_clock(datetime(2026, 2, 15, 8, 59, tzinfo=SHANGHAI)), now, "zh") == "逾期1小时"


def test_what_is_late_since_a_holiday_began_is_late_by_hours() -> None:
    now = datetime(2026, 2, 15, 10, tzinfo=SHANGHAI)
    assert _said(_clock(date(2026, 2, 14)), now) == "10 hours late"
    assert _said(_clock(date(2026, 2, 14)), now, "zh") == "逾期10小时"


def test_a_clock_is_late_from_its_very_moment_on() -> None:
    due = datetime(2026, 2, 15, 10, tzinfo=SHANGHAI)

    left = time_left(_clock(due), due, CALENDAR)

    assert left is not None
    assert left.late


def test_nothing_is_left_of_a_clock_that_has_ended() -> None:
    assert time_left(_clock(date(2026, 2, 13), ended=True), datetime(2026, 2, 20, tzinfo=UTC), CALENDAR) is None


def test_a_clock_whose_time_is_not_counted_has_no_date_yet() -> None:
    paused = replace(_clock(date(2026, 2, 13)), due_at=NEVER, due_date=None)

    assert _said(paused, datetime(2026, 2, 20, tzinfo=UTC)) == "no date yet"


FRIDAY = datetime(2026, 2, 27, 9, 30, tzinfo=SHANGHAI)
SUNDAY = datetime(2026, 3, 1, 9, 30, tzinfo=SHANGHAI)


def _held(due: date, **more: Any) -> ClockRow:
    return replace(_clock(due), marks=(NEVER,) * 6, **more)


@pytest.mark.parametrize("now", [datetime(2026, 2, 10, tzinfo=SHANGHAI), datetime(2026, 3, 20, tzinfo=SHANGHAI)])
def test_a_clock_whose_time_is_not_counted_is_never_late(now: datetime) -> None:
    assert _said(_held(date(2026, 2, 13)), now) == "not counted at present"


def test_a_provisional_date_that_has_passed_makes_nothing_late() -> None:
    clock = _held(date(2026, 2, 28), provisional=True)
    assert _said(clock, FRIDAY) == "1 working day left"
    assert _said(clock, SUNDAY) == "date not settled yet"


def test_what_is_only_shown_has_its_days() -> None:
    assert _said(_held(date(2026, 2, 28), tier="information"), FRIDAY) == "1 working day left"


def test_a_date_on_a_rest_day_is_not_taken_for_today() -> None:
    """The date of a periodic report does not roll: the last working day before it is not its last day."""
    saturday = datetime(2026, 3, 7, 9, 30, tzinfo=SHANGHAI)
    assert _said(_clock(date(2026, 3, 8)), saturday) == "38 hours left"
