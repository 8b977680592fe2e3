"""Why a date is the date, in both languages, and what the calculator makes of a periodic rule."""

from datetime import date

import pytest
from tests.support.story import at, calendar, rulebooks
from tests.unit.explanation.test_calculator import CALCULATOR

from claims.domain.explanation import Step, StepKind, explain
from claims.domain.moments import start_of
from claims.domain.rulebook import Limit, Unit


def lines(first: date, days: int) -> tuple[Step, ...]:
    """The explanation of the first so many days."""
    return explain(start_of(first), Limit(days, Unit.FIRST_DAYS), calendar())


def test_a_date_on_a_rest_day_stands_and_the_walk_back_ends_at_the_working_day_of_the_warning() -> None:
    found = lines(date(2026, 10, 1), 5)
    assert [(each.kind.value, f"{each.on:%m-%d}") for each in found] == [
        ("date", "10-05"),
        ("holiday", "10-04"),
        ("holiday", "10-03"),
        ("holiday", "10-02"),
        ("holiday", "10-01"),
        ("warning", "09-30"),
        ("end", "10-05"),
    ]
    assert (
        found[0].text.zh
        == "2026-10-05（周一）：自2026-10-01（周四）零时起可报送，截止日即为该日（法定节假日），遇休息日不顺延"
    )
    assert "gives way to no rest day" in found[0].text.en
    assert found[0].notice is not None
    assert "提示" in found[5].text.zh
    assert found[6].text.en == "The period ends at 24:00 of 2026-10-05 (Mon)"


def test_a_make_up_day_is_a_working_day_before_the_date() -> None:
    found = lines(date(2026, 1, 1), 5)
    assert [(each.kind.value, f"{each.on:%m-%d}") for each in found] == [
        ("date", "01-05"),
        ("warning", "01-04"),
        ("end", "01-05"),
    ]


def test_of_an_unpublished_year_it_says_that_the_date_is_certain_and_the_rest_is_not() -> None:
    last = lines(date(2027, 1, 1), 31)[-1]
    assert (last.kind, last.on) == (StepKind.PROVISIONAL, date(2027, 1, 31))
    assert last.text.zh.startswith("截止日不变；2027年")
    assert last.text.en.startswith("The date is certain; the holidays of 2027")


@pytest.mark.parametrize("start", ["2026-04-01 00:00", "2026-05-17 13:30", "2026-06-30 23:59"])
def test_the_calculator_takes_any_moment_of_the_period_in_which_a_report_is_due(start: str) -> None:
    found = CALCULATOR.due_date("SZ-28.1q", "440305", at(start), None)
    assert (found.started_at, found.plan.due_date) == (at("2026-04-01 00:00"), date(2026, 4, 10))
    assert (found.limit, found.steps[0].kind) == (Limit(10, Unit.FIRST_DAYS), StepKind.DATE)


def test_the_calculator_knows_every_periodic_rule() -> None:
    for book in rulebooks().values():
        for rule in (each for each in book.obligations if each.periodic is not None):
            found = CALCULATOR.due_date(rule.id, book.region, at("2026-02-03 04:05"), None)
            assert found.steps[-1].kind is StepKind.END
            assert found.plan.due_date == found.steps[-1].on
