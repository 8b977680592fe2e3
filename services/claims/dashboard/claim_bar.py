"""A clock drawn as a bar: one cell for each day, or for each hour of a clock of hours, with its moments above them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias

from claims.application.clock_status import KnownClock
from claims.domain.explanation import Step, StepKind
from claims.domain.moments import NEVER, local_date, start_of, to_shanghai
from claims.domain.rulebook import Tier
from claims.domain.working_days import Calendar, DayKind

CellKind: TypeAlias = Literal["work", "rest", "holiday", "make_up", "hour"]
MarkKind: TypeAlias = Literal[
    "start", "due", "now", "met", "met_late", "extended", "cancelled", "breached", "missed", "withdrawn"
]

CELL = 22
"""How wide a cell is drawn, and how high."""
_TOP = 20
"""Above the cells: where the signs of the moments stand."""
_FOOT = 14
"""Below them: the months, or the hours."""
_MOST_DAYS = 62
"""What lasts longer is drawn as one piece: nobody counts so many cells."""
_MOST_HOURS = 72
_BEHIND = 10
"""Days behind the due moment that are drawn at most."""
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_FRIDAY = 4
_MOST_ON_A_PHONE = 18
_PIECE = 40
"""How many cells wide what is drawn as one piece is."""

_OF_STEPS: Mapping[StepKind, CellKind] = {
    StepKind.COUNTED: "work",
    StepKind.MAKE_UP_DAY: "make_up",
    StepKind.REST_DAY: "rest",
    StepKind.HOLIDAY: "holiday",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A day or an hour; `x` is where it begins."""

    x: int
    kind: CellKind
    on: date
    label: str
    """The day of the month, or the hour."""
    number: int | None
    """Which day of the period it is; None where it does not count."""
    paused: bool
    notice: str | None
    inside: bool
    """It lies in the period, the starting day left out."""
    foot: str
    """What stands below it: the month where one begins; empty elsewhere."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment of the clock, and where it lies."""

    kind: MarkKind
    at: datetime
    x: int


@dataclass(frozen=True, slots=True)
class ClockBar:
    """The drawing; `cells` is empty for what is drawn as one piece."""

    width: int
    height: int
    top: int
    cells: tuple[Cell, ...]
    marks: tuple[Mark, ...]
    cut: bool
    """It goes on behind its end."""

    @property
    def is_long(self) -> bool:
        """Say whether it is too long to be drawn smaller where there is little room."""
        return len(self.cells) > _MOST_ON_A_PHONE


def clock_bar(
    clock: KnownClock,
    steps: Iterable[Step],
    calendar: Calendar,
    now: datetime,
    seen: tuple[datetime | None, datetime | None] = (None, None),
) -> ClockBar | None:
    """Return the drawing of a clock; None for one without an end that could be drawn.

    `now` is business time, or the moment of the past that is looked at; `seen` is when the watch said that it was
    breached, and when it took that back. Days of the walk are drawn as its explanation says them.
    """
    if clock.due_at == NEVER or clock.due_at <= clock.started_at:
        return None
    moments = tuple(_moments(clock, now, seen))
    if clock.due_date is None:
        return _of_hours(clock, moments, now)
    return _of_days(clock, {step.on: step for step in steps if step.kind in _DRAWN}, calendar, moments, now)


def _moments(
    clock: KnownClock, now: datetime, seen: tuple[datetime | None, datetime | None]
) -> Iterator[tuple[MarkKind, datetime]]:
    breached_at, withdrawn_at = seen
    yield "start", clock.started_at
    yield "due", clock.due_at
    if breached_at is not None and withdrawn_at is None:
        yield ("missed" if clock.tier == Tier.TARGET else "breached"), breached_at
    if withdrawn_at is not None:
        yield "withdrawn", withdrawn_at
    if clock.ended_at is None:
        yield "now", now
    elif clock.ended_as == "met":
        yield ("met" if clock.ended_at <= clock.due_at else "met_late"), clock.ended_at
    else:
        yield ("extended" if clock.ended_as == "extended" else "cancelled"), clock.ended_at


_DRAWN = frozenset({*_OF_STEPS, StepKind.PAUSED, StepKind.ROLLED})


def _of_days(
    clock: KnownClock,
    walk: Mapping[date | None, Step],
    calendar: Calendar,
    moments: tuple[tuple[MarkKind, datetime], ...],
    now: datetime,
) -> ClockBar:
    first, due = local_date(clock.started_at), clock.due_date or local_date(clock.due_at)
    reached = local_date(clock.ended_at or now)
    last = max(due, min(reached, due + _BEHIND * _DAY))
    count = (last - first).days + 1
    if count > _MOST_DAYS:
        return _in_one_piece(clock, moments, start_of(last + _DAY))
    days = [first + n * _DAY for n in range(count)]
    cells = tuple(_day(n * CELL, day, walk.get(day), calendar, inside=first < day <= due) for n, day in enumerate(days))
    return _drawn(cells, moments, start_of(first), _DAY, cut=reached > last)


def _day(x: int, day: date, step: Step | None, calendar: Calendar, *, inside: bool) -> Cell:
    known = calendar.days.get(day)
    kind = _OF_STEPS.get(step.kind) if step is not None else None
    return Cell(
        x=x,
        kind=kind or _kind(day, calendar),
        on=day,
        label=str(day.day),
        number=None if step is None else step.number,
        paused=step is not None and step.kind is StepKind.PAUSED,
        notice=None if known is None else known.notice,
        inside=inside,
        foot=f"{day:%Y-%m}" if x == 0 or day.day == 1 else "",
    )


def _kind(day: date, calendar: Calendar) -> CellKind:
    known, weekend = calendar.days.get(day), day.weekday() > _FRIDAY
    if known is not None and known.kind is DayKind.OFF:
        return "holiday"
    if known is not None:
        return "make_up" if weekend else "work"
    return "rest" if weekend else "work"


def _of_hours(clock: KnownClock, moments: tuple[tuple[MarkKind, datetime], ...], now: datetime) -> ClockBar:
    """The hours of the clock itself, whatever the hour of the day at which it began."""
    named = -(-(clock.due_at - clock.started_at) // _HOUR)
    reached = -(-((clock.ended_at or now) - clock.started_at) // _HOUR)
    count = max(named, min(reached, named + max(2, named // 2)))
    if count > _MOST_HOURS:
        return _in_one_piece(clock, moments, clock.started_at + count * _HOUR)
    cells = tuple(_hour(n, clock.started_at + n * _HOUR, inside=n < named) for n in range(count))
    return _drawn(cells, moments, clock.started_at, _HOUR, cut=reached > count)


def _hour(n: int, begins: datetime, *, inside: bool) -> Cell:
    local = to_shanghai(begins)
    turns = n == 0 or not local.hour
    return Cell(
        n * CELL, "hour", local.date(), str(n + 1), n + 1, False, None, inside, f"{local:%m-%d}" if turns else ""
    )


def _drawn(
    cells: tuple[Cell, ...],
    moments: tuple[tuple[MarkKind, datetime], ...],
    origin: datetime,
    each: timedelta,
    *,
    cut: bool,
) -> ClockBar:
    width = len(cells) * CELL
    marks = tuple(Mark(kind, at, _place(at, origin, each, width)) for kind, at in moments)
    return ClockBar(width, _TOP + CELL + _FOOT, _TOP, cells, marks, cut)


def _in_one_piece(clock: KnownClock, moments: tuple[tuple[MarkKind, datetime], ...], ends: datetime) -> ClockBar:
    width = _PIECE * CELL
    each = (ends - clock.started_at) / _PIECE
    marks = tuple(Mark(kind, at, _place(at, clock.started_at, each, width)) for kind, at in moments)
    return ClockBar(width, _TOP + CELL + _FOOT, _TOP, (), marks, cut=False)


def _place(at: datetime, origin: datetime, each: timedelta, width: int) -> int:
    """What lies outside of the drawing stands at its edge."""
    return max(0, min(width, round((at - origin) / each * CELL)))
