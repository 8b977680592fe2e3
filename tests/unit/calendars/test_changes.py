"""What a calendar cannot touch it does not move: whatever start, limit, pause and change of days."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.story import at, calendar

from claims.domain.calendar_change import CalendarChange
from claims.domain.calendar_notice import with_notice
from claims.domain.rulebook import Limit, Unit
from claims.domain.schedule import Schedule, Span, schedule
from claims.domain.working_days import Calendar, CalendarDay, DayKind

STARTS = st.datetimes(datetime(2026, 8, 1), datetime(2027, 3, 1)).map(lambda naive: at(naive.isoformat(sep=" ")))  # noqa: DTZ001
LIMITS = st.one_of(
    st.builds(Limit, st.integers(1, 30), st.just(Unit.WORKING_DAYS)),
    st.builds(Limit, st.integers(1, 60), st.just(Unit.CALENDAR_DAYS)),
    st.builds(Limit, st.integers(1, 2), st.just(Unit.YEARS)),
    st.builds(Limit, st.integers(1, 48), st.just(Unit.HOURS)),
)
DAYS = st.dates(date(2026, 12, 1), date(2028, 1, 31))
PAUSES = st.one_of(st.none(), st.tuples(st.integers(1, 400), st.integers(1, 400)))
"""When a pause begins after the start and how long it lasts, in hours."""
NOTICES = st.dictionaries(DAYS, st.sampled_from(DayKind), min_size=1, max_size=25)


@dataclass(frozen=True)
class Told:
    """A clock as a row tells it: without its pauses."""

    started_at: datetime
    limit_unit: str
    due_at: datetime
    provisional: bool
    marks: tuple[datetime, ...]
    ended_at: datetime | None = None


def after_notice(days: dict[date, DayKind]) -> Calendar:
    """The seeded calendar and these days as the notice for 2027."""
    return with_notice(calendar(), 2027, [CalendarDay(on, kind, "通知", None) for on, kind in days.items()])


@settings(deadline=None, max_examples=400)
@given(
    STARTS, LIMITS, NOTICES, st.booleans(), st.one_of(st.none(), st.tuples(st.integers(1, 400), st.integers(1, 400)))
)
def test_a_clock_that_a_change_cannot_touch_has_the_same_schedule_after_it(
    start: datetime, limit: Limit, days: dict[date, DayKind], emergency: bool, pause: tuple[int, int] | None
) -> None:
    after = after_notice(days)
    pauses: tuple[Span, ...] = ()
    if pause is not None:
        since = start + timedelta(hours=pause[0])
        pauses = (Span(since, since + timedelta(hours=pause[1])),)

    def by(known: Calendar) -> Schedule:
        return schedule(start, limit, known, emergency=emergency, pauses=pauses)

    plan = by(calendar())
    clock = Told(start, limit.unit, plan.due_at, plan.provisional, plan.marks)
    if not CalendarChange.between(calendar(), after).can_touch(clock):
        assert by(after) == plan


def test_what_is_far_from_the_change_is_not_looked_into() -> None:
    change = CalendarChange.between(calendar(), after_notice({date(2027, 2, 8): DayKind.OFF}))
    start = at("2026-11-02 10:00")
    plan = schedule(start, Limit(10, Unit.WORKING_DAYS), calendar(), emergency=False)
    assert not change.can_touch(Told(start, "working_days", plan.due_at, plan.provisional, plan.marks))


def test_an_ended_clock_is_never_touched() -> None:
    change = CalendarChange.between(calendar(), after_notice({date(2026, 12, 14): DayKind.OFF}))
    start = at("2026-12-07 10:00")
    plan = schedule(start, Limit(10, Unit.WORKING_DAYS), calendar(), emergency=False)
    running = Told(start, "working_days", plan.due_at, plan.provisional, plan.marks)
    assert change.can_touch(running)
    assert not change.can_touch(Told(start, "working_days", plan.due_at, plan.provisional, plan.marks, start))
