"""Days and periods as the Civil Code counts them (arts. 200 to 204, 1259), worked out day by day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TypeAlias

SHANGHAI = timezone(timedelta(hours=8))
NEVER = datetime.max.replace(tzinfo=UTC)
A_DAY = timedelta(days=1)

Span: TypeAlias = tuple[datetime, datetime | None]
"""Time that is not counted, from and to; without an end it lasts."""

Limit: TypeAlias = tuple[int, str]
"""How many of what: hours, working_days, calendar_days, years, immediately."""


@dataclass(frozen=True, slots=True)
class Days:
    """One version of the calendar, as plain dates."""

    version: int
    off: frozenset[date]
    work: frozenset[date]
    settled_until: date

    def works(self, day: date) -> bool:
        """Say whether it is a working day."""
        return day in self.work or (day.weekday() < 5 and day not in self.off)

    def after(self, day: date, count: int) -> date:
        """Return the working day so many working days later."""
        while count:
            day += A_DAY
            count -= self.works(day)
        return day

    def rolled(self, day: date) -> date:
        """Return the day, or the next working day if it is a rest day."""
        while not self.works(day):
            day += A_DAY
        return day


@dataclass(frozen=True, slots=True)
class Plan:
    """When something is due, and when each of the six levels is reached."""

    due: datetime
    last_day: date | None
    provisional: bool
    marks: tuple[datetime, ...]
    paused: bool = False


def day_of(at: datetime) -> date:
    """Return the day in Shanghai."""
    return at.astimezone(SHANGHAI).date()


def midnight(day: date) -> datetime:
    """Return 00:00 of a day in Shanghai."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def plan(start: datetime, limit: Limit, days: Days, *, half: bool, pauses: Iterable[Span], silent: bool) -> Plan:
    """Return what follows from a start and a limit; `half`: it warns at half of the time as well."""
    counted: list[Span] = []
    made = _plan(start, limit, days, counted, half=half)
    lasting = False
    for since, until in _joined(pauses, start):
        if since >= made.due:
            break
        if until is None:
            lasting = True
            break
        counted.append((since, until))
        made = _plan(start, limit, days, counted, half=half)
    if lasting or silent:
        return Plan(made.due, made.last_day, made.provisional, (NEVER,) * 6, lasting)
    return made


def _joined(pauses: Iterable[Span], start: datetime) -> list[Span]:
    joined: list[Span] = []
    for began, until in sorted(pauses, key=lambda span: span[0]):
        since = max(began, start)
        if until is not None and until <= since:
            continue
        if joined and (joined[-1][1] is None or since <= joined[-1][1]):
            first, last = joined[-1]
            joined[-1] = (first, None if last is None or until is None else max(last, until))
        else:
            joined.append((since, until))
    return joined


def _plan(start: datetime, limit: Limit, days: Days, pauses: list[Span], *, half: bool) -> Plan:
    count, unit = limit
    if unit == "immediately":
        return Plan(start, None, provisional=False, marks=(*(start,) * 4, *_escalated(day_of(start), days)))
    if unit == "hours":
        due, hour = start + timedelta(hours=count), timedelta(hours=1)
        warned = start + (due - start) * 4 // 5
        late = due + timedelta(microseconds=1)
        return Plan(due, None, provisional=False, marks=(warned, warned, warned, late, due + hour, due + 4 * hour))
    last = _last_day(day_of(start), limit, days, pauses)
    due = midnight(last + A_DAY)
    from_then = start + sum(((until or since) - since for since, until in pauses), timedelta())
    morning = midnight(last)
    warnings = sorted((from_then + (due - from_then) * 4 // 5, morning))
    warnings = sorted((*warnings, from_then + (due - from_then) // 2)) if half else [warnings[0], *warnings]
    provisional = last > days.settled_until
    breach = (NEVER,) * 3 if provisional else (due, *_escalated(last, days))
    return Plan(due, last, provisional, (*warnings, *breach))


def _last_day(start: date, limit: Limit, days: Days, pauses: list[Span]) -> date:
    """The starting day is not counted, nor is of a pause any day behind that on which it begins."""
    count, unit = limit
    spans = ((day_of(since), day_of(until)) for since, until in pauses if until is not None)
    skipped = [first + n * A_DAY for first, last in spans for n in range(1, (last - first).days + 1)]
    if unit == "working_days":
        return days.after(start, count + sum(days.works(day) for day in skipped))
    if unit == "years":
        return days.rolled(start.replace(year=start.year + count))
    return days.rolled(start + (count + len(skipped)) * A_DAY)


def _escalated(last: date, days: Days) -> tuple[datetime, datetime]:
    return midnight(days.after(last, 1) + A_DAY), midnight(days.after(last, 3) + A_DAY)
