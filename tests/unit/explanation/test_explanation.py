"""Why a clock is due when it is: every day of the walk, with its notice and its article."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.story import at, calendar, rulebooks
from tests.unit.working_days import oracle

from claims.domain.explanation import Step, StepKind, explain, stated
from claims.domain.rulebook import Bracket, Limit, Unit
from claims.domain.schedule import Span, apart, schedule

EVERY_DAY = [date(2025, 1, 1) + timedelta(days=n) for n in range(730)]
FIVE = Limit(5, Unit.WORKING_DAYS)
TEN = Limit(10, Unit.WORKING_DAYS)
THREE_DAYS = Limit(3, Unit.CALENDAR_DAYS)
SPRING = "国务院办公厅 2026 年部分节假日安排"


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def kinds(steps: tuple[Step, ...]) -> list[tuple[str, str | None, int | None]]:
    return [(each.kind.value, each.on.isoformat() if each.on else None, each.number) for each in steps]


def last_day(steps: tuple[Step, ...]) -> date | None:
    (end,) = (each for each in steps if each.kind is StepKind.END)
    return end.on


@pytest.mark.parametrize(
    "limit",
    [Limit(n, Unit.WORKING_DAYS) for n in (1, 3, 5, 7, 10)] + [Limit(n, Unit.CALENDAR_DAYS) for n in (3, 10, 30, 60)],
    ids=lambda limit: f"{limit.amount} {limit.unit}",
)
def test_the_explanation_ends_on_the_day_of_the_schedule_from_every_day_of_two_years(limit: Limit) -> None:
    for day in EVERY_DAY:
        plan, steps = schedule(noon(day), limit, calendar(), emergency=False), explain(noon(day), limit, calendar())
        assert last_day(steps) == plan.due_date, day
        assert any(each.kind is StepKind.PROVISIONAL for each in steps) is plan.provisional, day


@pytest.mark.parametrize("limit", [FIVE, TEN, THREE_DAYS], ids=lambda limit: f"{limit.amount} {limit.unit}")
def test_the_explanation_holds_every_day_once_and_counts_what_the_oracle_counts(limit: Limit) -> None:
    for day in EVERY_DAY:
        steps = [each for each in explain(noon(day), limit, calendar()) if each.kind not in _NO_DAYS]
        days = [each.on for each in steps]
        assert days == [day + timedelta(days=n) for n in range(len(days))]
        assert [each.number for each in steps if each.number is not None] == list(range(1, limit.amount + 1))
        if limit.unit is Unit.WORKING_DAYS:
            assert {each.on for each in steps if each.number is not None} <= set(oracle.WORKED)
            assert not {each.on for each in steps[1:] if each.number is None} & set(oracle.WORKED)


_NO_DAYS = {StepKind.END, StepKind.PROVISIONAL, StepKind.BRACKET}


def test_every_holiday_and_make_up_day_of_two_years_is_told_with_its_notice() -> None:
    steps = explain(noon(date(2024, 12, 31)), Limit(729, Unit.CALENDAR_DAYS), calendar())
    holidays = {each.on for each in steps if each.kind is StepKind.HOLIDAY}
    made_up = {each.on for each in steps if each.kind is StepKind.MAKE_UP_DAY}
    assert holidays == oracle.rest_days()
    assert made_up == oracle.made_up_days()
    assert all(each.notice for each in steps if each.kind in {StepKind.HOLIDAY, StepKind.MAKE_UP_DAY})


def test_five_working_days_over_the_spring_festival_are_told_day_by_day() -> None:
    steps = explain(at("2026-02-13 09:00"), FIVE, calendar())
    holiday = [("holiday", f"2026-02-{n}", None) for n in range(15, 24)]
    assert kinds(steps) == [
        ("start_day", "2026-02-13", None),
        ("make_up_day", "2026-02-14", 1),
        *holiday,
        ("counted", "2026-02-24", 2),
        ("counted", "2026-02-25", 3),
        ("counted", "2026-02-26", 4),
        ("counted", "2026-02-27", 5),
        ("end", "2026-02-27", None),
    ]
    assert (steps[1].notice, steps[1].published_on) == (SPRING, date(2025, 11, 4))
    assert steps[0].article == "民法典第二百零一条第一款"
    assert steps[1].text.zh == f"2026-02-14（周六）：调休上班日（{SPRING}），第1日，共5日"
    assert steps[1].text.en == f"2026-02-14 (Sat): make-up working day ({SPRING}), day 1 of 5"
    assert steps[2].text.en == f"2026-02-15 (Sun): holiday ({SPRING}), not counted"
    assert steps[-1].text.zh == "期间于2026-02-27（周五）二十四时届满"


def test_three_calendar_days_that_end_on_a_holiday_give_way_to_the_next_working_day() -> None:
    steps = explain(at("2026-02-13 09:00"), THREE_DAYS, calendar())
    rest = [("holiday", f"2026-02-{n}", None) for n in range(17, 24)]
    assert kinds(steps) == [
        ("start_day", "2026-02-13", None),
        ("make_up_day", "2026-02-14", 1),
        ("holiday", "2026-02-15", 2),
        ("holiday", "2026-02-16", 3),
        *rest,
        ("rolled", "2026-02-24", None),
        ("end", "2026-02-24", None),
    ]
    assert "2026-02-16" in steps[-2].text.en
    assert steps[-2].article == "民法典第二百零三条"


def test_a_weekend_without_a_notice_is_a_rest_day() -> None:
    steps = explain(at("2026-03-06 09:00"), Limit(1, Unit.WORKING_DAYS), calendar())
    assert [each[0] for each in kinds(steps)] == ["start_day", "rest_day", "rest_day", "counted", "end"]
    assert steps[1].notice is None


def test_hours_run_from_the_moment_through_rest_days() -> None:
    steps = explain(at("2026-02-15 00:30"), Limit(24, Unit.HOURS), calendar())
    assert [each.kind.value for each in steps] == ["hours", "end"]
    assert steps[0].text.en == "24 hours run from 2026-02-15 (Sun) 00:30:00, without a pause for rest days"
    assert steps[1].text.en == "The period ends at 2026-02-16 (Mon) 00:30:00, that moment included"


def test_a_provisional_last_day_is_told_as_such() -> None:
    steps = explain(at("2026-12-07 09:00"), TEN, calendar())
    assert steps[-1].kind is StepKind.PROVISIONAL
    assert "2027" in steps[-1].text.en


def test_the_bracket_is_named_with_its_edge() -> None:
    brackets = (Bracket(100_000_000, FIVE), Bracket(None, TEN))
    start = at("2026-03-02 10:00")
    shorter, longer = (explain(start, limit, calendar(), brackets)[0] for limit in (FIVE, TEN))
    assert shorter.text.en == "Amounts up to 1000000.00 yuan, that sum included: 5 working days"
    assert longer.text.en == "Amounts above 1000000.00 yuan: 10 working days (that very sum takes the shorter limit)"
    assert shorter.article == longer.article == "民法典第一千二百五十九条"
    assert explain(start, FIVE, calendar(), brackets[:1])[0].kind is StepKind.START_DAY


def test_two_years_end_on_the_corresponding_day() -> None:
    steps = explain(at("2024-02-29 10:00"), Limit(2, Unit.YEARS), calendar())
    assert [each for each in kinds(steps) if each[0] in {"years", "rolled", "end"}] == [
        ("years", "2026-02-28", None),
        ("end", "2026-02-28", None),
    ]
    plan = schedule(at("2024-02-29 10:00"), Limit(2, Unit.YEARS), calendar(), emergency=False)
    assert plan.due_date == date(2026, 2, 28)


def test_what_is_due_at_once_says_so() -> None:
    (step,) = explain(at("2026-03-02 10:00"), Limit(0, Unit.IMMEDIATELY), calendar())
    assert step.kind is StepKind.IMMEDIATE


def test_a_stated_date_has_one_line() -> None:
    (step,) = stated(at("2026-02-01 00:00"), date(2026, 1, 31))
    assert (step.kind, step.on) == (StepKind.STATED, date(2026, 1, 31))


@pytest.mark.parametrize("start", [datetime(2026, 3, 2, 10)], ids=["naive"])  # noqa: DTZ001 - that is the case
def test_a_start_without_an_offset_and_a_period_without_a_day_are_refused(start: datetime) -> None:
    with pytest.raises(ValueError, match="offset"):
        explain(start, FIVE, calendar())
    with pytest.raises(ValueError, match="at least one"):
        explain(at("2026-03-02 10:00"), Limit(0, Unit.WORKING_DAYS), calendar())


def test_a_lasting_pause_is_told_first() -> None:
    steps = explain(at("2026-03-02 10:00"), THREE_DAYS, calendar(), (), (Span(at("2026-03-03 10:00"), None),))
    assert steps[0].kind is StepKind.PAUSED
    assert "earliest" in steps[0].text.en


HOURS = st.integers(0, 24 * 120)


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from(EVERY_DAY[:600]),
    st.sampled_from([FIVE, TEN, THREE_DAYS, Limit(30, Unit.CALENDAR_DAYS), Limit(24, Unit.HOURS)]),
    st.lists(st.tuples(HOURS, HOURS), max_size=4),
)
def test_with_pauses_the_explanation_ends_where_the_schedule_does(
    day: date, limit: Limit, pauses: list[tuple[int, int]]
) -> None:
    start = noon(day)
    spans = [Span(start + timedelta(hours=a), start + timedelta(hours=a + b)) for a, b in pauses]
    plan = schedule(start, limit, calendar(), emergency=False, pauses=spans)
    counted = tuple(each for each in apart(spans, start) if each.since < plan.due_at)
    steps = explain(start, limit, calendar(), (), counted)
    expected = plan.due_date or (plan.due_at + timedelta(hours=8)).date()
    assert last_day(steps) == expected


def test_every_rule_that_runs_a_period_can_be_explained() -> None:
    for book in rulebooks().values():
        for obligation in book.obligations:
            for bracket in obligation.brackets:
                steps = explain(at("2026-03-02 10:00"), bracket.limit, calendar(), obligation.brackets)
                assert all(each.text.zh and each.text.en and each.article for each in steps)
