"""Which period a report is about and by when it is due, against what the texts say."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.story import calendar, rulebooks
from tests.unit.periodic.oracle import TEXTS, due
from tests.unit.working_days.oracle import WORKED

from claims.domain.moments import NEVER, SHANGHAI, local_date, start_of
from claims.domain.periodic.windows import window_of
from claims.domain.rulebook import About, Every, Limit, Obligation, Periodic, Unit
from claims.domain.schedule import schedule

RULES = {each.id: each for book in rulebooks().values() for each in book.obligations if each.periodic is not None}
ANY_RULE = st.builds(
    Periodic,
    st.just(Every.YEAR),
    st.sampled_from(["period_before", "current_period"]),
    st.integers(1, 12),
    st.integers(1, 28),
)
DAYS = st.dates(date(2004, 1, 1), date(2040, 12, 31))


def rule(name: str) -> tuple[Obligation, Periodic]:
    """A rule of the packaged rulebooks."""
    found = RULES[name]
    assert found.periodic is not None
    return found, found.periodic


def test_the_rulebooks_hold_these_periodic_rules_and_no_others() -> None:
    assert {name: (each.responsible, each.tier.value) for name, each in RULES.items()} == {
        name: (owed_by, tier) for name, (owed_by, tier, *_) in TEXTS.items()
    }
    for each in RULES.values():
        assert (each.scope, each.starts, each.met_by) == ("period", ("window_opened",), ("report_submitted",))
        assert (each.cancelled_by, each.brackets) == (("activity_ended",), ())


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_window_from_2025_to_2027_is_as_the_text_says(name: str) -> None:
    _, periodic = rule(name)
    for first, last, about in due(name):
        window = window_of(periodic, first)
        assert (window.within.first, window.due_date, window.about.name) == (first, last, about)
        assert window_of(periodic, window.within.last) == window
        assert window_of(periodic, window.within.last + timedelta(days=1)) != window


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_date_never_moves_and_is_warned_of_on_the_last_working_day_before_it(name: str) -> None:
    """A rest day moves a period of days, and no date: 10 October 2026 is worked, 5 April 2026 is a Sunday."""
    _, periodic = rule(name)
    for first, last, _ in due(name):
        if first <= date(2025, 1, 1) or first >= date(2027, 1, 1):
            continue  # the oracle knows 2025 and 2026
        window = window_of(periodic, first)
        plan = schedule(window.begins_at, window.limit, calendar(), emergency=False)
        before = max(day for day in WORKED if day < last)
        after = [day for day in WORKED if day > last]
        assert (plan.due_date, plan.due_at) == (last, start_of(last + timedelta(days=1)))
        escalated = tuple(start_of(after[n] + timedelta(days=1)) for n in (0, 2))
        assert plan.marks == (*[start_of(before)] * 3, plan.due_at, *escalated)
        assert plan.provisional is False


def test_an_unpublished_year_makes_it_provisional_and_holds_the_breach_but_not_the_date() -> None:
    _, yearly = rule("SZ-28.1y")
    window = window_of(yearly, date(2027, 1, 15))
    plan = schedule(window.begins_at, window.limit, calendar(), emergency=False)
    assert (plan.due_date, plan.provisional) == (date(2027, 1, 31), True)
    assert plan.marks[:3] == (datetime(2027, 1, 29, tzinfo=SHANGHAI),) * 3
    assert plan.marks[3:] == (NEVER, NEVER, NEVER)


@given(ANY_RULE, DAYS)
def test_a_yearly_date_lies_in_its_window_leap_year_or_not(periodic: Periodic, day: date) -> None:
    window = window_of(periodic, day)
    assert window.within.first <= window.due_date <= window.within.last
    assert (window.due_date.year, window.due_date.month, window.due_date.day) == (
        day.year,
        periodic.due_month,
        periodic.due_day,
    )


@given(st.sampled_from(list(Every)), st.sampled_from(["period_before", "current_period"]), DAYS)
def test_windows_follow_each_other_without_a_gap_and_each_is_about_a_period_of_its_own(
    every: Every, about: About, day: date
) -> None:
    periodic = Periodic(every, about, 1, 5)
    one = window_of(periodic, day)
    other = window_of(periodic, one.within.last + timedelta(days=1))
    assert one.within.holds(day)
    assert other.within.first == one.within.last + timedelta(days=1)
    assert one.about != other.about
    assert one.about == one.within if about == "current_period" else one.about.last < one.within.first
    assert other.about == (other.within if about == "current_period" else one.within)


@given(DAYS, st.integers(1, 120))
def test_the_first_days_count_the_starting_day_and_give_way_to_no_rest_day(first: date, days: int) -> None:
    plan = schedule(start_of(first), Limit(days, Unit.FIRST_DAYS), calendar(), emergency=False)
    assert plan.due_date == first + timedelta(days=days - 1)
    warned = local_date(plan.marks[0])
    assert calendar().is_working_day(warned)
    between = [warned + timedelta(days=n) for n in range(1, (plan.due_date - warned).days)]
    assert not any(map(calendar().is_working_day, between))


def test_no_day_at_all_is_no_limit() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        schedule(start_of(date(2026, 1, 1)), Limit(0, Unit.FIRST_DAYS), calendar(), emergency=False)
