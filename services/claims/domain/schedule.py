"""When a clock is due, and the six moments at which its level rises."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias

from claims.domain.moments import NEVER, local_date, start_of
from claims.domain.rulebook import Limit, Unit
from claims.domain.working_days import Calendar

Marks: TypeAlias = tuple[datetime, datetime, datetime, datetime, datetime, datetime]
"""When each level is reached: 1 to 3 at risk, 4 breached, 5 and 6 escalated.

Always six and ascending, since a level is an index. An unused slot of the first three equals the next one and says
nothing.
"""

_AN_INSTANT = timedelta(microseconds=1)
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """What follows from a start, a limit and a calendar; all instants are UTC."""

    due_at: datetime
    """Day clocks: the exclusive end, 00:00 in Shanghai after the last day. Hour clocks: the last moment in time."""
    due_date: date | None
    """The last day; None for hour clocks."""
    provisional: bool
    """The calendar does not settle the last day yet: it warns, but is never breached."""
    marks: Marks


def schedule(started_at: datetime, limit: Limit, calendar: Calendar, *, emergency: bool) -> Schedule:
    """Return the schedule of a clock that started at an instant (Civil Code arts. 200-204).

    In an emergency it also warns at half of the time. ValueError if the start is naive or the limit below one.
    """
    if limit.unit is Unit.HOURS:
        return _of_hours(started_at, limit.amount)
    return _of_days(started_at, limit, calendar, emergency=emergency)


def _of_hours(started_at: datetime, hours: int) -> Schedule:
    """Hours run from the moment, never pause and end inclusively, so that the breach comes an instant after the end."""
    if hours < 1:
        raise ValueError(f"a period has at least one hour, not {hours}")
    local_date(started_at)
    start = started_at.astimezone(UTC)
    due_at = start + timedelta(hours=hours)
    warned = _four_fifths(start, due_at)
    late = due_at + _AN_INSTANT
    return Schedule(
        due_at=due_at,
        due_date=None,
        provisional=False,
        marks=(warned, warned, warned, late, due_at + timedelta(hours=1), due_at + timedelta(hours=4)),
    )


def _of_days(started_at: datetime, limit: Limit, calendar: Calendar, *, emergency: bool) -> Schedule:
    start_day = local_date(started_at)
    add = calendar.add_working_days if limit.unit is Unit.WORKING_DAYS else calendar.add_calendar_days
    due_date = add(start_day, limit.amount)
    due_at = start_of(due_date + _A_DAY)
    provisional = calendar.is_provisional(due_date)
    warnings = _warnings(started_at.astimezone(UTC), due_at, calendar, emergency=emergency)
    if provisional:
        return Schedule(due_at, due_date, provisional, (*warnings, NEVER, NEVER, NEVER))
    first, third = (start_of(calendar.nth_working_day_after(due_date, n) + _A_DAY) for n in (1, 3))
    return Schedule(due_at, due_date, provisional, (*warnings, due_at, first, third))


def _warnings(
    start: datetime, due_at: datetime, calendar: Calendar, *, emergency: bool
) -> tuple[datetime, datetime, datetime]:
    """Fill the three slots from the end: 80 % of the time, 00:00 of the last working day, and half in an emergency."""
    # The last morning lies after the start, since the starting day is not counted and a period ends on a working day.
    last_morning = start_of(calendar.last_working_day_before(local_date(due_at)))
    earlier, later = sorted((_four_fifths(start, due_at), last_morning))
    if not emergency:
        return earlier, earlier, later
    first, second, third = sorted((start + (due_at - start) // 2, earlier, later))
    return first, second, third


def _four_fifths(start: datetime, due_at: datetime) -> datetime:
    return start + (due_at - start) * 4 // 5
