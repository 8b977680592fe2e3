"""Load and breaches day by day, as the table behind the heat maps lists them: a row for a month."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from claims.application.board import DayLoad

DAYS = 31


@dataclass(frozen=True, slots=True)
class MonthOfDays:
    """The days of a month; None for a day that it does not have."""

    name: str
    days: tuple[DayLoad | None, ...]
    """DAYS of them."""

    @property
    def due(self) -> int:
        """Return how many were due in it."""
        return sum(each.due for each in self.days if each is not None)

    @property
    def breached(self) -> int:
        """Return how many limits were not met in time."""
        return sum(each.breached for each in self.days if each is not None)


def months_of(days: Iterable[DayLoad], year: int) -> tuple[MonthOfDays, ...]:
    """Return the months of a year in which anything is due."""
    known = {each.day: each for each in days}
    months = (date(year, month, 1) for month in range(1, 13))
    return tuple(_month(each, known) for each in months if any(day.month == each.month for day in known))


def _month(first: date, known: dict[date, DayLoad]) -> MonthOfDays:
    length = monthrange(first.year, first.month)[1]
    there = (first.replace(day=number) for number in range(1, length + 1))
    days = tuple(known.get(day, DayLoad(day, 0, 0, 0)) for day in there)
    return MonthOfDays(f"{first:%Y-%m}", (*days, *([None] * (DAYS - length))))
