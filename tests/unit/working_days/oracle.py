"""An independent count of days: tables typed by hand from the notices, and a search in a list instead of steps.

Nothing here may be taken from the code under test or from the package that seeds its calendar.
"""

from bisect import bisect_left, bisect_right
from datetime import date, timedelta

REST = {
    2025: "0101-0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008",
    2026: "0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007",
}
"""Statutory holidays with the days they are joined to, first to last."""

MADE_UP = {
    2025: "0126 0208 0427 0928 1011",
    2026: "0104 0214 0228 0509 0920 1010",
}
"""Weekend days that are worked."""


def _day(year: int, text: str) -> date:
    return date(year, int(text[:2]), int(text[2:]))


def rest_days() -> set[date]:
    """Every day that the notices for 2025 and 2026 make a holiday."""
    found = set()
    for year, spans in REST.items():
        for span in spans.split():
            first, last = (_day(year, each) for each in span.split("-"))
            found |= {date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)}
    return found


def made_up_days() -> set[date]:
    """Every weekend day that the notices for 2025 and 2026 make a working day."""
    return {_day(year, each) for year, days in MADE_UP.items() for each in days.split()}


def _worked() -> list[date]:
    """Every working day from 2025 to the middle of 2027, where weekends alone are known."""
    every = {date(2025, 1, 1) + timedelta(days=n) for n in range(900)}
    weekend = {each for each in every if each.isoweekday() in {6, 7}}
    return sorted((every - weekend - rest_days()) | made_up_days())


WORKED = _worked()


def after_working_days(start: date, n: int) -> date:
    """The last day of n working days."""
    return WORKED[bisect_right(WORKED, start) + n - 1]


def after_calendar_days(start: date, n: int) -> date:
    """The last day of n calendar days, or the working day that it gives way to."""
    return WORKED[bisect_left(WORKED, date.fromordinal(start.toordinal() + n))]
