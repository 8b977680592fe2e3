"""Working days of China: weekends, statutory holidays and make-up days, as one version of the calendar knows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_DAY = timedelta(days=1)
_FRIDAY = 4
LAST_CERTAIN_DAY = (12, 20)
"""Month and day: the notice for a year can still move days of the December before, after this one."""


class DayKind(StrEnum):
    """What a notice makes of a day, whatever its weekday."""

    OFF = "off"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day that is not what its weekday says, or that a notice names all the same."""

    on: date
    kind: DayKind
    notice: str
    """The notice it comes from (国务院办公厅 …)."""
    published_on: date | None
    """When that notice was published; None where it is not known."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """One version of the calendar; years outside `first_year` to `last_published_year` go by weekends alone."""

    version: int
    days: Mapping[date, CalendarDay]
    first_year: int
    last_published_year: int

    def is_working_day(self, day: date) -> bool:
        """Say whether it is a working day: Monday to Friday, minus statutory holidays, plus make-up days (调休)."""
        known = self.days.get(day)
        if known is not None:
            return known.kind is DayKind.WORK
        return day.weekday() <= _FRIDAY

    def nth_working_day_after(self, day: date, n: int) -> date:
        """Return the n-th working day strictly after a day; ValueError if n is below one."""
        if n < 1:
            raise ValueError(f"a period has at least one working day, not {n}")
        while n:
            day += _DAY
            n -= self.is_working_day(day)
        return day

    def add_working_days(self, start: date, n: int) -> date:
        """Return the last day of a period of n working days; the starting day is not counted (Civil Code art. 201)."""
        return self.nth_working_day_after(start, n)

    def add_calendar_days(self, start: date, n: int) -> date:
        """Return the last day of a period of n calendar days; the starting day is not counted.

        A last day that is a rest day gives way to the next working day (Civil Code arts. 201, 203). ValueError if n is
        below one.
        """
        if n < 1:
            raise ValueError(f"a period has at least one day, not {n}")
        last = start + n * _DAY
        return last if self.is_working_day(last) else self.nth_working_day_after(last, 1)

    def last_working_day_before(self, day: date) -> date:
        """Return the last working day strictly before a day."""
        day -= _DAY
        while not self.is_working_day(day):
            day -= _DAY
        return day

    def is_provisional(self, last_day: date) -> bool:
        """Say whether a period ending on a day reaches beyond what the notices settle.

        It does after 20 December of the last published year (the next notice can move days of that December), and
        before the first year of the calendar.
        """
        certain_until = date(self.last_published_year, *LAST_CERTAIN_DAY)
        return last_day > certain_until or last_day.year < self.first_year
