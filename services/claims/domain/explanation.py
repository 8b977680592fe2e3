"""Why a clock is due when it is: the walk from its start to its last day, day by day, with the articles and notices."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from claims.domain import explanation_texts as say
from claims.domain.explanation_texts import Text
from claims.domain.moments import local_date, to_shanghai
from claims.domain.rulebook import Bracket, Limit, Unit
from claims.domain.schedule import Span
from claims.domain.working_days import Calendar, DayKind

_A_DAY = timedelta(days=1)
_FRIDAY = 4
_LEAP_DAY = (2, 29)


class StepKind(StrEnum):
    """What one line of an explanation says."""

    BRACKET = "bracket"
    """Which bracket of the rule the amount stands in."""
    START_DAY = "start_day"
    """The starting day, which is not counted."""
    COUNTED = "counted"
    """An ordinary working day."""
    MAKE_UP_DAY = "make_up_day"
    """A weekend day that a notice makes a working day."""
    REST_DAY = "rest_day"
    """A weekend day; it is counted (has a number) in a period of calendar days alone."""
    HOLIDAY = "holiday"
    """A day that a notice makes a holiday; counted as a rest day is."""
    ROLLED = "rolled"
    """The next working day, to which the end of a period of calendar days gives way."""
    PAUSED = "paused"
    """A day, or a time, that a pause of the clock keeps from counting."""
    HOURS = "hours"
    """Hours run from the moment, through rest days too."""
    YEARS = "years"
    """The day of a later year that corresponds to the starting day."""
    IMMEDIATE = "immediate"
    """Due when it starts."""
    DATE = "date"
    """A date of the month, quarter or year, which stands whether or not it is a rest day."""
    WARNING = "warning"
    """The last working day before such a date, on which it is warned of."""
    END = "end"
    """24:00 of the last day, or the last moment of the hours."""
    PROVISIONAL = "provisional"
    """The last day is not settled: the notice for the coming year can still move it."""
    STATED = "stated"
    """The day does not follow from a count of days: the text or the claim's own history names it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an explanation."""

    kind: StepKind
    text: Text
    article: str
    """The article that the line follows from."""
    on: date | None = None
    """The day that it is about."""
    number: int | None = None
    """Which day of the period it is; None where it is not counted."""
    notice: str | None = None
    """The notice that makes the day what it is; None where its weekday does."""
    published_on: date | None = None


def explain(
    started_at: datetime,
    limit: Limit,
    calendar: Calendar,
    brackets: tuple[Bracket, ...] = (),
    pauses: tuple[Span, ...] = (),
) -> tuple[Step, ...]:
    """Return the lines that lead from a start to the due moment (Civil Code arts. 200-204, 1259).

    `brackets` are those of the rule, where its limit goes by an amount; `pauses` are those that moved the end, in
    order and apart, and the one that lasts. The days are walked here, not taken from the schedule: both must agree.
    ValueError if the start is naive or the limit below one.
    """
    start = local_date(started_at)
    if limit.unit is Unit.IMMEDIATELY:
        return (Step(StepKind.IMMEDIATE, say.immediate(to_shanghai(started_at)), say.ARTICLE_STATED, start),)
    if limit.amount < 1:
        raise ValueError(f"a period has at least one hour, day or year, not {limit.amount}")
    if limit.unit is Unit.FIRST_DAYS:
        return tuple(_on_a_date(start, limit.amount, calendar))
    over = tuple((each.since, each.until) for each in pauses if each.until is not None)
    chosen = (*_bracket(limit, brackets), *_lasting(pauses))
    if limit.unit is Unit.HOURS:
        return (*chosen, *_of_hours(started_at, limit.amount, over))
    begun = Step(StepKind.START_DAY, say.start_day(start), say.ARTICLE_START, start)
    if limit.unit is Unit.YEARS:
        days = tuple(_years(start, limit.amount, calendar))
    else:
        days = tuple(_Walk(start, limit, calendar, _paused_days(over)).steps())
    last = max(step.on for step in days if step.on is not None)
    return (*chosen, begun, *days, *_end(last, calendar))


def stated(due_at: datetime, due_date: date | None) -> tuple[Step, ...]:
    """Return the one line of a clock whose due moment is no count from its start: a date of the year."""
    return (Step(StepKind.STATED, say.stated(to_shanghai(due_at), due_date), say.ARTICLE_STATED, due_date),)


def _bracket(limit: Limit, brackets: tuple[Bracket, ...]) -> Iterator[Step]:
    """The edge of a bracket belongs to it: of two that include a sum the shorter one is taken."""
    below = None
    for each in brackets:
        if each.limit == limit and len(brackets) > 1:
            yield Step(StepKind.BRACKET, say.bracket(below, each), say.ARTICLE_BRACKET)
            return
        below = each.up_to


def _lasting(pauses: tuple[Span, ...]) -> Iterator[Step]:
    for each in pauses:
        if each.until is None:
            since = to_shanghai(each.since)
            yield Step(StepKind.PAUSED, say.lasting_pause(since), say.ARTICLE_STATED, since.date())


def _paused_days(over: tuple[tuple[datetime, datetime], ...]) -> frozenset[date]:
    """The day on which a pause begins is still counted, that on which it ends is not."""
    ends = [(local_date(since), local_date(until)) for since, until in over]
    return frozenset(first + n * _A_DAY for first, last in ends for n in range(1, (last - first).days + 1))


def _of_hours(started_at: datetime, hours: int, over: tuple[tuple[datetime, datetime], ...]) -> Iterator[Step]:
    begun = to_shanghai(started_at)
    yield Step(StepKind.HOURS, say.hours(begun, hours), say.ARTICLE_HOURS, begun.date())
    ends = started_at + timedelta(hours=hours)
    for since, until in over:
        ends += until - since
        text = say.paused_time(to_shanghai(since), to_shanghai(until))
        yield Step(StepKind.PAUSED, text, say.ARTICLE_STATED, local_date(since))
    last = to_shanghai(ends)
    yield Step(StepKind.END, say.end_of_hours(last), say.ARTICLE_HOURS, last.date())


@dataclass(frozen=True, slots=True)
class _Walk:
    """The days of a period, one after the other."""

    start: date
    limit: Limit
    calendar: Calendar
    paused: frozenset[date]

    def steps(self) -> Iterator[Step]:
        """Yield every day to the last; a paused day that would have counted lengthens the period by itself."""
        named = self.limit.amount + sum(map(self._qualifies, self.paused))
        day, passed, number = self.start, 0, 0
        while passed < named:
            day += _A_DAY
            counts = self._qualifies(day)
            passed += counts
            number += counts and day not in self.paused
            yield self._step(day, number if counts and day not in self.paused else None)
        if not self.calendar.is_working_day(day):
            yield from _rolled(day, self.calendar)

    def _qualifies(self, day: date) -> bool:
        return self.limit.unit is Unit.CALENDAR_DAYS or self.calendar.is_working_day(day)

    def _step(self, day: date, number: int | None) -> Step:
        if day in self.paused:
            return Step(StepKind.PAUSED, say.paused_day(day), say.ARTICLE_STATED, day)
        article = say.ARTICLE_START if self.limit.unit is Unit.CALENDAR_DAYS else say.ARTICLE_WORKING_DAYS
        return _day(day, self.calendar, number, self.limit.amount, article)


def _years(start: date, years: int, calendar: Calendar) -> Iterator[Step]:
    """The corresponding day, or the last one of a month that has none (Civil Code art. 202)."""
    leap_day = (start.month, start.day) == _LEAP_DAY
    day = date(start.year + years, 2, 28) if leap_day else start.replace(year=start.year + years)
    yield Step(StepKind.YEARS, say.years(day, years), say.ARTICLE_YEARS, day)
    if not calendar.is_working_day(day):
        yield from _rolled(day, calendar)


def _rolled(named: date, calendar: Calendar) -> Iterator[Step]:
    """A last day that is a rest day gives way to the next working day (Civil Code art. 203)."""
    day = named + _A_DAY
    while not calendar.is_working_day(day):
        yield _day(day, calendar, None, 0, say.ARTICLE_LAST_DAY)
        day += _A_DAY
    known = calendar.days.get(day)
    notice, published_on = (None, None) if known is None else (known.notice, known.published_on)
    yield Step(StepKind.ROLLED, say.rolled(named, day), say.ARTICLE_LAST_DAY, day, None, notice, published_on)


def _day(day: date, calendar: Calendar, number: int | None, amount: int, article: str) -> Step:
    kind, known = _kind(day, calendar), calendar.days.get(day)
    notice, published_on = (None, None) if known is None else (known.notice, known.published_on)
    text = say.day(day, kind, notice, number, amount)
    return Step(kind, text, article, day, number, notice, published_on)


def _kind(day: date, calendar: Calendar) -> StepKind:
    known, weekend = calendar.days.get(day), day.weekday() > _FRIDAY
    if known is None:
        return StepKind.REST_DAY if weekend else StepKind.COUNTED
    if known.kind is DayKind.OFF:
        return StepKind.HOLIDAY
    return StepKind.MAKE_UP_DAY if weekend else StepKind.COUNTED


def _on_a_date(first: date, days: int, calendar: Calendar) -> Iterator[Step]:
    """The walk back from the date passes every rest day before it."""
    last = first + (days - 1) * _A_DAY
    known = calendar.days.get(last)
    notice, published_on = (None, None) if known is None else (known.notice, known.published_on)
    text = say.date_of_window(first, last, _kind(last, calendar))
    yield Step(StepKind.DATE, text, say.ARTICLE_STATED, last, None, notice, published_on)
    day = last - _A_DAY
    while not calendar.is_working_day(day):
        yield _day(day, calendar, None, 0, say.ARTICLE_STATED)
        day -= _A_DAY
    yield Step(StepKind.WARNING, say.warned(day), say.ARTICLE_STATED, day)
    yield Step(StepKind.END, say.end_of_day(last), say.ARTICLE_STATED, last)
    if calendar.is_provisional(last):
        text = say.provisional_date(calendar.last_published_year)
        yield Step(StepKind.PROVISIONAL, text, say.ARTICLE_PROVISIONAL, last)


def _end(last: date, calendar: Calendar) -> Iterator[Step]:
    yield Step(StepKind.END, say.end_of_day(last), say.ARTICLE_LAST_DAY, last)
    if calendar.is_provisional(last):
        year = calendar.last_published_year
        yield Step(StepKind.PROVISIONAL, say.provisional(last, year), say.ARTICLE_PROVISIONAL, last)
