"""A clock drawn as a bar: one cell for each day or hour, kinds of days told apart, moments in their place."""

from dataclasses import replace
from datetime import date, timedelta

from tests.support.acts import asks
from tests.support.story import MILLION, at, calendar, reported

from claims.dashboard.claim_bar import CELL, ClockBar, clock_bar
from claims.domain.clock import Clock
from claims.domain.explanation import explain
from claims.domain.moments import NEVER
from claims.domain.rulebook import Limit, Unit


def of_days(start: str, days: int) -> Clock:
    """Return a clock of working days, as the schedule would make it."""
    known = reported().when(asks("rescue", MILLION)).clock("SZ-20.6")
    due = calendar().add_working_days(at(start).date(), days)
    due_at = at(f"{due + timedelta(days=1)} 00:00")
    return replace(
        known, started_at=at(start), due_date=due, due_at=due_at, limit_amount=days, limit_unit="working_days"
    )


def drawn(clock: Clock, now: str) -> ClockBar:
    steps = explain(clock.started_at, Limit(clock.limit_amount, Unit(clock.limit_unit)), calendar())
    found = clock_bar(clock, steps, calendar(), at(now))
    assert found is not None
    return found


def test_the_holiday_of_may_and_its_make_up_day_are_told_apart() -> None:
    bar = drawn(of_days("2026-04-28 09:00", 8), "2026-04-29 09:00")
    kinds = {cell.on: cell.kind for cell in bar.cells}
    assert kinds[date(2026, 5, 1)] == kinds[date(2026, 5, 5)] == "holiday"
    assert kinds[date(2026, 5, 9)] == "make_up"
    assert kinds[date(2026, 5, 10)] == "rest"
    assert kinds[date(2026, 4, 30)] == "work"
    assert [cell.number for cell in bar.cells if cell.number] == list(range(1, 9))


def test_the_starting_day_does_not_count_and_the_last_one_does() -> None:
    bar = drawn(of_days("2026-03-02 09:00", 5), "2026-03-03 09:00")
    assert (bar.cells[0].inside, bar.cells[0].number) == (False, None)
    assert (bar.cells[-1].on, bar.cells[-1].number) == (date(2026, 3, 9), 5)


def test_moments_stand_at_their_hour_of_the_day() -> None:
    bar = drawn(of_days("2026-03-02 12:00", 5), "2026-03-03 12:00")
    places = {mark.kind: mark.x for mark in bar.marks}
    assert places == {"start": CELL // 2, "now": CELL + CELL // 2, "due": bar.width}


def test_what_is_late_goes_on_for_ten_days_at_most_and_says_that_it_does() -> None:
    clock = of_days("2026-03-02 09:00", 5)
    soon, long = drawn(clock, "2026-03-12 09:00"), drawn(clock, "2026-05-12 09:00")
    assert (soon.cells[-1].on, soon.cut) == (date(2026, 3, 12), False)
    assert (long.cells[-1].on, long.cut) == (date(2026, 3, 19), True)
    assert max(mark.x for mark in long.marks) <= long.width


def test_a_clock_of_hours_has_a_cell_for_each_hour_through_the_night() -> None:
    start = at("2026-03-02 20:00")
    clock = replace(
        of_days("2026-03-02 20:00", 1),
        due_date=None, due_at=start + timedelta(hours=24), limit_amount=24, limit_unit="hours",
    )  # fmt: skip
    bar = drawn(clock, "2026-03-02 21:00")
    assert len(bar.cells) == 24
    assert [cell.foot for cell in bar.cells if cell.foot] == ["03-02", "03-03"]


def test_what_lasts_for_years_is_drawn_in_one_piece() -> None:
    clock = replace(
        of_days("2026-03-02 09:00", 1), due_date=date(2028, 3, 2), due_at=at("2028-03-03 00:00"), limit_amount=2
    )
    bar = clock_bar(replace(clock, limit_unit="years"), (), calendar(), at("2026-06-02 09:00"))
    assert bar is not None
    assert bar.cells == ()
    assert 0 < next(mark.x for mark in bar.marks if mark.kind == "now") < bar.width


def test_what_has_no_end_or_is_due_as_it_starts_is_not_drawn() -> None:
    clock = of_days("2026-03-02 09:00", 1)
    assert clock_bar(replace(clock, due_at=NEVER), (), calendar(), at("2026-03-03 09:00")) is None
    assert clock_bar(replace(clock, due_at=clock.started_at), (), calendar(), at("2026-03-03 09:00")) is None


def test_how_a_clock_ended_stands_in_place_of_now() -> None:
    clock = of_days("2026-03-02 09:00", 5)
    in_time = drawn(replace(clock, ended_at=at("2026-03-05 09:00"), ended_as="met"), "2026-03-20 09:00")
    late = drawn(replace(clock, ended_at=at("2026-03-11 09:00"), ended_as="met"), "2026-03-20 09:00")
    assert [mark.kind for mark in in_time.marks] == ["start", "due", "met"]
    assert [mark.kind for mark in late.marks] == ["start", "due", "met_late"]


def test_a_target_is_missed_and_never_breached() -> None:
    clock = of_days("2026-03-02 09:00", 5)
    when = at("2026-03-10 00:00")
    for tier, kind in (("target", "missed"), ("service", "breached")):
        bar = clock_bar(replace(clock, tier=tier), (), calendar(), at("2026-03-11 09:00"), (when, None))
        assert bar is not None
        assert kind in {mark.kind for mark in bar.marks}
