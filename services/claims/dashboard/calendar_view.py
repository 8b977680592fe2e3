"""A year of the calendar as twelve months of days, and a change of it as lines that a person can edit."""

import re
from calendar import Calendar as Weeks
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from claims.domain.calendar_notice import CalendarYear
from claims.domain.working_days import Calendar, CalendarDay, DayKind

Look: TypeAlias = Literal["work", "rest", "off", "make_up", "open"]
"""An ordinary working day, a weekend day, a holiday, a make-up day; a day that a later notice can still move."""

MOST_LINES = 200
_LINE = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})\s+(?P<kind>off|work|休|班)")
_KINDS = {"off": DayKind.OFF, "休": DayKind.OFF, "work": DayKind.WORK, "班": DayKind.WORK}
_WEEKS = Weeks(firstweekday=0)


@dataclass(frozen=True, slots=True)
class DayView:
    """One day."""

    on: date
    look: Look
    notice: str | None
    is_open: bool
    """A later notice can still move it."""


@dataclass(frozen=True, slots=True)
class MonthView:
    """One month: weeks from Monday to Sunday, None for days of its neighbours."""

    first: date
    weeks: tuple[tuple[DayView | None, ...], ...]
    working_days: int


class UnreadableLineError(ValueError):
    """A line is no day; the message holds it."""


def months(year: CalendarYear, calendar: Calendar) -> tuple[MonthView, ...]:
    """Return the twelve months of a year."""
    return tuple(_month(date(year.year, number, 1), year, calendar) for number in range(1, 13))


def _month(first: date, year: CalendarYear, calendar: Calendar) -> MonthView:
    weeks = tuple(
        tuple(_day(date(first.year, first.month, number), year, calendar) if number else None for number in week)
        for week in _WEEKS.monthdayscalendar(first.year, first.month)
    )
    working = sum(each is not None and calendar.is_working_day(each.on) for week in weeks for each in week)
    return MonthView(first, weeks, working)


def _day(on: date, year: CalendarYear, calendar: Calendar) -> DayView:
    named = calendar.days.get(on)
    if named is None:
        look: Look = "work" if calendar.is_working_day(on) else "rest"
    else:
        look = "off" if named.kind is DayKind.OFF else "make_up"
    is_open = year.provisional_from is not None and on >= year.provisional_from
    return DayView(on, look, None if named is None else named.notice, is_open)


def written(days: Iterable[CalendarDay]) -> str:
    """Return named days as lines, such as `2026-10-01 off`."""
    return "\n".join(f"{each.on.isoformat()} {each.kind.value}" for each in days)


def read_days(text: str, notice: str) -> tuple[CalendarDay, ...]:
    """Return the days of lines such as `2026-10-01 off` or `2026-10-10 work`.

    Raises:
        UnreadableLineError: a line is something else, or there are more than 200.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise UnreadableLineError(lines[MOST_LINES])
    return tuple(_read(line, notice) for line in lines)


def _read(line: str, notice: str) -> CalendarDay:
    found = _LINE.fullmatch(line)
    try:
        if found is None:
            raise UnreadableLineError(line)
        return CalendarDay(date.fromisoformat(found["day"]), _KINDS[found["kind"]], notice, None)
    except ValueError:
        raise UnreadableLineError(line) from None
