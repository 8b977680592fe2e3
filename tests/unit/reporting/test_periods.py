"""Months, quarters and years, in Shanghai."""

from datetime import UTC, date, datetime

import pytest

from claims.domain.reporting.periods import months_after, period_of, read_period


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2026-03", date(2026, 3, 1), date(2026, 3, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_runs_from_its_first_day_to_its_last(name: str, first: date, last: date) -> None:
    period = read_period(name)
    assert (period.first, period.last) == (first, last)


def test_a_period_begins_and_ends_at_midnight_in_shanghai() -> None:
    march = read_period("2026-03")
    assert march.start == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert march.end == datetime(2026, 3, 31, 16, tzinfo=UTC)


def test_a_quarter_has_three_months_and_holds_their_days_only() -> None:
    quarter = read_period("2026-Q1")
    assert list(quarter.months()) == [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]
    assert quarter.holds(date(2026, 3, 31))
    assert not quarter.holds(date(2026, 4, 1))
    assert not quarter.holds(date(2025, 12, 31))


@pytest.mark.parametrize(
    "text", ["", "26", "2026-00", "2026-13", "2026-Q0", "2026-Q5", "2026-3", "2026-03-01", "０２６"]
)
def test_another_text_is_no_period(text: str) -> None:
    with pytest.raises(ValueError, match="2026-03"):
        read_period(text)


def test_a_report_takes_periods_of_its_own_kind_only() -> None:
    with pytest.raises(ValueError, match="reads 2026-Q1"):
        read_period("2026-03", "quarterly")


def test_months_are_counted_over_the_turn_of_the_year() -> None:
    assert months_after(date(2026, 1, 1), -2) == date(2025, 11, 1)
    assert months_after(date(2026, 11, 1), 2) == date(2027, 1, 1)


@pytest.mark.parametrize(("kind", "name"), [("monthly", "2026-03"), ("quarterly", "2026-Q1"), ("annual", "2026")])
def test_a_day_lies_in_a_period_of_each_kind(kind: str, name: str) -> None:
    assert period_of(date(2026, 3, 31), kind).name == name
    assert period_of(date(2026, 4, 1), "quarterly").name == "2026-Q2"
