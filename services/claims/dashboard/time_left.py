"""How much time a clock has left, in the time that it counts: working days for days, hours for hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from claims.application.clock_status import BREACHED, KnownClock
from claims.dashboard.texts import Words
from claims.domain.moments import NEVER, local_date
from claims.domain.rulebook import Tier
from claims.domain.working_days import Calendar

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)
_MOST_DAYS = 800
"""Beyond two years nobody counts days."""


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """What is left of a clock, or by how much it is late."""

    late: bool
    unit: Literal["working_days", "hours", "minutes", "far", "paused", "unsettled"]
    count: int

    def text(self, words: Words) -> str:
        """Return it in words, such as "2 working days left"; the last day itself is "until the end of today"."""
        if self.unit in {"far", "paused", "unsettled"}:
            return words(f"time_left.{self.unit}")
        if self.unit == "working_days" and not self.late and self.count == 0:
            return words("time_left.today")
        side = "late" if self.late else "left"
        return words(f"time_left.{side}.{self.unit}", n=self.count)


def time_left(clock: KnownClock, now: datetime, calendar: Calendar) -> TimeLeft | None:
    """Return what is left of a running clock; None for one that has ended.

    What cannot be late, since its time is not counted at present or its date is not settled, is never called late.
    """
    if clock.ended_at is not None:
        return None
    if clock.due_at == NEVER:
        return TimeLeft(late=False, unit="far", count=0)
    late = clock.due_at <= now
    if _cannot_be_late(clock) and (late or not clock.provisional):
        return TimeLeft(late=False, unit="unsettled" if clock.provisional else "paused", count=0)
    if clock.due_date is None:
        return _by_the_hour(clock, now, late=late)
    today = local_date(now)
    first, last = (clock.due_date, today) if late else (today, clock.due_date)
    if (last - first).days > _MOST_DAYS:
        return TimeLeft(late, "far", 0)
    days = sum(map(calendar.is_working_day, _days_after(first, last)))
    # Where no working day lies between it is not said in them: late since the weekend, or due on a day of it.
    return _by_the_hour(clock, now, late=late) if days == 0 and first != last else TimeLeft(late, "working_days", days)


def _cannot_be_late(clock: KnownClock) -> bool:
    """Its breach has no moment. What is only shown has none either, and is no debt of anybody's."""
    return clock.tier != Tier.INFORMATION and len(clock.marks) >= BREACHED and clock.marks[BREACHED - 1] == NEVER


def _by_the_hour(clock: KnownClock, now: datetime, *, late: bool) -> TimeLeft:
    distance = abs(clock.due_at - now)
    if distance < _HOUR:
        return TimeLeft(late, "minutes", distance // _MINUTE)
    return TimeLeft(late, "hours", distance // _HOUR)


def _days_after(first: date, last: date) -> Iterator[date]:
    """Yield the days after `first` up to `last`: the day that it is does not count, the last one does."""
    while first < last:
        first += _DAY
        yield first
