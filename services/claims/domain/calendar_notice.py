"""A notice becomes a version of the calendar: which days it settles, and which it leaves to other notices."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from claims.domain.errors import FieldError, InvalidFact, Rule, RuleViolation
from claims.domain.working_days import LAST_CERTAIN_DAY, Calendar, CalendarDay

YEARS_FOLLOW = Rule(
    "calendar-year-out-of-order", "product", "The notices of the years are known one after the other, without a gap"
)

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """What a version of the calendar says of a year."""

    year: int
    version: int
    known: bool
    """Its notice is in the calendar; the days of an unknown year go by weekends alone."""
    provisional_from: date | None
    """The first day of the year that a later notice can still move; None: all of it is settled."""
    days: tuple[CalendarDay, ...]
    """The named days of the year, and those of the December before that its notice settles, in order."""


def calendar_year(calendar: Calendar, year: int) -> CalendarYear:
    """Return what the calendar says of a year, published or not."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    known = calendar.first_year <= year <= calendar.last_published_year
    settled = known and not calendar.is_provisional(last)
    open_from = _begin(year + 1) if known else first
    named = [each for each in calendar.days.values() if _begin(year) <= each.on <= last]
    return CalendarYear(
        year=year,
        version=calendar.version,
        known=known,
        provisional_from=None if settled else open_from,
        days=tuple(sorted(named, key=lambda each: each.on)),
    )


def with_notice(calendar: Calendar, year: int, days: Iterable[CalendarDay]) -> Calendar:
    """Return the calendar after the notice for a year, as its next version; the same one if that changes nothing.

    A notice settles the days from 21 December of the year before to 20 December of its own: those that it does not
    name go by their weekday. Other days of the neighbouring December and January are changed where it names them.

    Raises:
        RuleViolation: the year does not follow on the years that are known.
        InvalidFact: a day is named twice, or is not for this notice to name.
    """
    if not calendar.first_year <= year <= calendar.last_published_year + 1:
        raise RuleViolation(
            YEARS_FOLLOW,
            f"Known are {calendar.first_year} to {calendar.last_published_year}: "
            f"one of these can be replaced, or {calendar.last_published_year + 1} added.",
        )
    named = _by_date(year, tuple(days))
    kept = {on: each for on, each in calendar.days.items() if not _begin(year) <= on < _begin(year + 1)}
    last = max(year, calendar.last_published_year)
    after = replace(calendar, days={**kept, **named}, last_published_year=last)
    return calendar if after == calendar else replace(after, version=calendar.version + 1)


def _begin(year: int) -> date:
    """Return the first day that a year's notice settles: the notice before leaves the end of December to it."""
    return date(year - 1, *LAST_CERTAIN_DAY) + _DAY


def _by_date(year: int, days: tuple[CalendarDay, ...]) -> dict[date, CalendarDay]:
    first, last = date(year - 1, 12, 1), date(year + 1, 1, 31)
    found: dict[date, CalendarDay] = {}
    faults: list[FieldError] = []
    for n, each in enumerate(days):
        if not first <= each.on <= last:
            faults.append(FieldError(f"/days/{n}/date", f"The notice for {year} names days from {first} to {last}."))
        elif each.on in found:
            faults.append(FieldError(f"/days/{n}/date", "This day is named twice."))
        found[each.on] = each
    if faults:
        raise InvalidFact(tuple(faults))
    return found
