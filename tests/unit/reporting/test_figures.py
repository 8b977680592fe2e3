"""Rates and averages: exact where they are judged, never better than they are where they are shown."""

from datetime import date

import pytest

from claims.domain.reporting.compliance import ClockCount, Tally, owed_by_insurers, tallied, total
from claims.domain.reporting.figures import DAY, Ratio, average_days, days_at_most

JANUARY = date(2026, 1, 1)


def count(rule: str = "SZ-20.6", tier: str = "service", responsible: str = "insurer", **tally: int) -> ClockCount:
    return ClockCount("picc-sz", "440300", rule, tier, responsible, JANUARY, Tally(**tally))


@pytest.mark.parametrize(
    ("numerator", "denominator", "shown", "reaches_98"),
    [
        (98, 100, "98.00", True),
        (97_999, 100_000, "97.99", False),
        (979_999_999, 1_000_000_000, "97.99", False),  # rounded it would be 98.00, and is not
        (1, 3, "33.33", False),
        (2, 3, "66.66", False),
        (7, 7, "100.00", True),
        (0, 7, "0.00", False),
    ],
)
def test_a_rate_is_judged_exactly_and_shown_rounded_down(
    numerator: int, denominator: int, shown: str, reaches_98: bool
) -> None:
    rate = Ratio(numerator, denominator)
    assert rate.percent == shown
    assert rate.at_least(98) is reaches_98


def test_nothing_of_nothing_is_no_rate_and_meets_no_target() -> None:
    assert (Ratio().percent, Ratio().at_least(0), average_days(Ratio()), days_at_most(Ratio(), 3)) == (None,) * 4


@pytest.mark.parametrize(
    ("microseconds", "claims", "shown", "within_3"),
    [
        (6 * DAY, 2, "3.00", True),
        (6 * DAY + 1, 2, "3.01", False),
        (13 * DAY // 2, 2, "3.25", False),
        (1, 1, "0.01", True),
    ],
)
def test_an_average_is_judged_exactly_and_shown_rounded_up(
    microseconds: int, claims: int, shown: str, within_3: bool
) -> None:
    assert average_days(Ratio(microseconds, claims)) == shown
    assert days_at_most(Ratio(microseconds, claims), 3) is within_3


def test_the_compliance_rate_is_met_in_time_of_due_without_cancelled_and_provisional() -> None:
    tally = Tally(met=5, met_late=2, overdue=1, extended=2, cancelled=3, provisional=4, not_yet_due=9, withdrawn=1)
    assert tally.due == 17
    assert tally.rate == Ratio(5, 10)


def test_tallies_add_up_by_what_is_asked_for() -> None:
    counts = [count(met=1), count(met_late=2), count("BJ-4.1", "target", overdue=3), count(responsible="broker", met=4)]
    assert tallied(counts, lambda each: each.rule) == {
        "SZ-20.6": Tally(met=5, met_late=2),
        "BJ-4.1": Tally(overdue=3),
    }
    assert total(counts) == Tally(met=5, met_late=2, overdue=3)


def test_a_brokers_miss_and_a_missed_target_are_no_breach_of_the_insurer() -> None:
    own = count(overdue=1)
    assert owed_by_insurers([own, count(tier="target", overdue=1), count(responsible="broker", overdue=1)]) == (own,)
