"""What differs between two versions of the calendar, and which clocks it can touch."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from claims.domain.moments import NEVER, local_date
from claims.domain.rulebook import Unit
from claims.domain.working_days import Calendar

_AN_INSTANT = timedelta(microseconds=1)
_LONGEST_REST = timedelta(days=30)
"""More than any row of rest days, by which an end that falls on one gives way."""


class DatedClock(Protocol):
    """A clock, as its stream or its row tells it."""

    @property
    def started_at(self) -> datetime:
        """Return when it started."""
        ...

    @property
    def limit_unit(self) -> str:
        """Return what its limit is counted in."""
        ...

    @property
    def due_at(self) -> datetime:
        """Return when it is due."""
        ...

    @property
    def provisional(self) -> bool:
        """Say whether the calendar that it was computed by does not settle it."""
        ...

    @property
    def marks(self) -> tuple[datetime, ...]:
        """Return the moments of its levels."""
        ...

    @property
    def ended_at(self) -> datetime | None:
        """Return when it ended; None while it runs."""
        ...


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """From one version of the calendar to a newer one."""

    after: Calendar
    days: tuple[date, ...]
    """The days that are working days by one of them and not by the other."""

    @classmethod
    def between(cls, before: Calendar, after: Calendar) -> "CalendarChange":
        """Compare two versions."""
        named = before.days.keys() | after.days.keys()
        return cls(after, tuple(day for day in named if before.is_working_day(day) != after.is_working_day(day)))

    def can_touch(self, clock: DatedClock) -> bool:
        """Say whether the change can move a running clock; False is certain, True is to be looked into.

        A schedule follows from the days between its start and its last mark; where it does not count working days, from
        those around its end alone. A provisional one may become settled.
        """
        if clock.ended_at is not None:
            return False
        last_day = local_date(clock.due_at - _AN_INSTANT)
        if clock.provisional and not self.after.is_provisional(last_day):
            return True
        first = local_date(clock.started_at)
        if clock.limit_unit == Unit.FIRST_DAYS:  # it may be warned of before it starts
            first = last_day - _LONGEST_REST
        elif clock.limit_unit != Unit.WORKING_DAYS:
            first = max(first, last_day - _LONGEST_REST)
        last = local_date(max((*(mark for mark in clock.marks if mark != NEVER), clock.due_at)))
        return any(first <= day <= last for day in self.days)
