"""When a clock is due, and the six moments at which its level rises."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
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
_NO_MARKS: Marks = (NEVER, NEVER, NEVER, NEVER, NEVER, NEVER)


@dataclass(frozen=True, slots=True)
class Span:
    """Time that a clock does not count, from an instant to another; None: it lasts."""

    since: datetime
    until: datetime | None


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
    paused: bool = False
    """Time is not counted at present: the due moment is the earliest that it can be, and no level is reached."""


def schedule(  # noqa: PLR0913 - each changes what comes out
    started_at: datetime,
    limit: Limit,
    calendar: Calendar,
    *,
    emergency: bool,
    pauses: Iterable[Span] = (),
    silent: bool = False,
) -> Schedule:
    """Return the schedule of a clock that started at an instant (Civil Code arts. 200-204).

    In an emergency it also warns at half of the time. What pauses it before its end is not counted; a silent one
    reaches no level. ValueError if the start is naive or the limit below one.
    """
    plan = _counted(started_at, limit, calendar, emergency=emergency, pauses=tuple(apart(pauses, started_at)))
    return replace(plan, marks=_NO_MARKS) if silent or plan.paused else plan


def apart(pauses: Iterable[Span], started_at: datetime) -> Iterator[Span]:
    """Yield the pauses after the start, in order and joined where they overlap; ValueError if the start is naive."""
    local_date(started_at)
    last: Span | None = None
    for span in sorted(pauses, key=lambda each: each.since):
        if span.until is not None and span.until <= max(span.since, started_at):
            continue
        if last is None:
            last = Span(max(span.since, started_at), span.until)
        elif last.until is None or span.since <= last.until:
            last = Span(last.since, None if last.until is None or span.until is None else max(last.until, span.until))
        else:
            yield last
            last = span
    if last is not None:
        yield last


def _counted(
    started_at: datetime, limit: Limit, calendar: Calendar, *, emergency: bool, pauses: tuple[Span, ...]
) -> Schedule:
    """Each pause that begins before the end so far moves the end; one that lasts holds it."""
    counting: list[Span] = []
    plan = _without_pause(started_at, limit, calendar, emergency=emergency, pauses=())
    for span in pauses:
        if span.since >= plan.due_at:
            break
        if span.until is None:
            return replace(plan, paused=True)
        counting.append(span)
        plan = _without_pause(started_at, limit, calendar, emergency=emergency, pauses=tuple(counting))
    return plan


def _without_pause(
    started_at: datetime, limit: Limit, calendar: Calendar, *, emergency: bool, pauses: tuple[Span, ...]
) -> Schedule:
    if limit.unit is Unit.IMMEDIATELY:
        return _at_once(started_at, calendar)
    if limit.unit is Unit.HOURS:
        return _of_hours(started_at, limit.amount, _length(pauses))
    if limit.unit is Unit.FIRST_DAYS:
        return _on_a_date(started_at, limit.amount, calendar)
    return _of_days(started_at, limit, calendar, emergency=emergency, pauses=pauses)


def _length(pauses: tuple[Span, ...]) -> timedelta:
    return sum((span.until - span.since for span in pauses if span.until is not None), timedelta())


def _at_once(started_at: datetime, calendar: Calendar) -> Schedule:
    """Nothing meets what is due when it starts: it is breached there and then; authorities hear as of a day clock."""
    start = started_at.astimezone(UTC)
    first, third = _escalations(local_date(start), calendar)
    return Schedule(due_at=start, due_date=None, provisional=False, marks=(start, start, start, start, first, third))


def _of_hours(started_at: datetime, hours: int, paused: timedelta) -> Schedule:
    """Hours run from the moment, never rest and end inclusively, so that the breach comes an instant after the end."""
    if hours < 1:
        raise ValueError(f"a period has at least one hour, not {hours}")
    start = started_at.astimezone(UTC) + paused
    due_at = start + timedelta(hours=hours)
    warned = _four_fifths(start, due_at)
    late = due_at + _AN_INSTANT
    return Schedule(
        due_at=due_at,
        due_date=None,
        provisional=False,
        marks=(warned, warned, warned, late, due_at + timedelta(hours=1), due_at + timedelta(hours=4)),
    )


def _on_a_date(started_at: datetime, days: int, calendar: Calendar) -> Schedule:
    """A date of the year stands, rest day or not: it is warned of on the last working day before it, and only then.

    That day may lie before the start, where the first days are a holiday: the 5th of October.
    """
    if days < 1:
        raise ValueError(f"a period has at least one day, not {days}")
    due_date = local_date(started_at) + (days - 1) * _A_DAY
    due_at = start_of(due_date + _A_DAY)
    provisional = calendar.is_provisional(due_date)
    warned = start_of(calendar.last_working_day_before(due_date))
    late = (NEVER, NEVER, NEVER) if provisional else (due_at, *_escalations(due_date, calendar))
    return Schedule(due_at, due_date, provisional, (warned, warned, warned, *late))


def _of_days(
    started_at: datetime, limit: Limit, calendar: Calendar, *, emergency: bool, pauses: tuple[Span, ...]
) -> Schedule:
    due_date = _last_day(local_date(started_at), limit, calendar, pauses)
    due_at = start_of(due_date + _A_DAY)
    provisional = calendar.is_provisional(due_date)
    warnings = _warnings(started_at.astimezone(UTC) + _length(pauses), due_at, calendar, emergency=emergency)
    if provisional:
        return Schedule(due_at, due_date, provisional, (*warnings, NEVER, NEVER, NEVER))
    return Schedule(due_at, due_date, provisional, (*warnings, due_at, *_escalations(due_date, calendar)))


def _last_day(start_day: date, limit: Limit, calendar: Calendar, pauses: tuple[Span, ...]) -> date:
    """Return the last day; of a pause the day on which it begins is still counted, that on which it ends is not."""
    if limit.unit is Unit.YEARS:
        return _on_a_working_day(_years_after(start_day, limit.amount), calendar)
    ends = ((local_date(span.since), local_date(span.until)) for span in pauses if span.until is not None)
    days = [first + n * _A_DAY for first, last in ends for n in range(1, (last - first).days + 1)]
    if limit.unit is Unit.WORKING_DAYS:
        return calendar.add_working_days(start_day, limit.amount + sum(map(calendar.is_working_day, days)))
    return calendar.add_calendar_days(start_day, limit.amount + len(days))


def _years_after(day: date, years: int) -> date:
    """Return the corresponding day, or the last one of a month that has none (Civil Code art. 202)."""
    if years < 1:
        raise ValueError(f"a period has at least one year, not {years}")
    leap_day = (day.month, day.day) == (2, 29)
    return date(day.year + years, 2, 28) if leap_day else day.replace(year=day.year + years)


def _on_a_working_day(day: date, calendar: Calendar) -> date:
    return day if calendar.is_working_day(day) else calendar.nth_working_day_after(day, 1)


def _escalations(last_day: date, calendar: Calendar) -> tuple[datetime, datetime]:
    """Return 24:00 of the first and of the third working day after a day."""
    first, third = (start_of(calendar.nth_working_day_after(last_day, n) + _A_DAY) for n in (1, 3))
    return first, third


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
