"""The service score of 100, and what follows from it: under 80 restricts, three months running suspend."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from tests.support.figures import assessed_kpis

from claims.domain.reporting.definitions import Assessment, ServiceScore
from claims.domain.reporting.figures import Ratio
from claims.domain.reporting.periods import months_after
from claims.domain.reporting.service_score import MonthScore, consequence, score_of

SCORE = assessed_kpis().service_score
ENTERED = tuple(each.id for each in SCORE.dimensions if each.measure is None)
MARCH = date(2026, 3, 1)
APRIL = date(2026, 4, 1)
GOOD = {"response_speed": Ratio(1, 1), "claims_efficiency": Ratio(1, 1)}


def assessed(percents: dict[date, int]) -> ServiceScore:
    """A score of an operator's own, with the same assessment in all four dimensions of each month."""
    found = (Assessment("picc-sz", month, name, percent) for month, percent in percents.items() for name in ENTERED)
    return replace(SCORE, assessments=tuple(found))


def running(*percents: int | None) -> tuple[ServiceScore, list[MonthScore]]:
    """Months up to March; None: there was nothing to judge. 20 and 25 points are computed, 55 entered."""
    months = [months_after(MARCH, n + 1 - len(percents)) for n in range(len(percents))]
    known = {month: percent for month, percent in zip(months, percents, strict=True) if percent is not None}
    definitions = assessed(known)
    measured = {month: GOOD if month in known else {} for month in months}
    return definitions, [score_of(definitions, "picc-sz", month, measured[month]) for month in months]


def test_six_dimensions_of_a_hundred_two_of_them_computed() -> None:
    assert sum(each.weight for each in SCORE.dimensions) == 100
    assert [each.id for each in SCORE.dimensions if each.measure] == ["response_speed", "claims_efficiency"]
    assert len(ENTERED) == 4


def test_the_score_is_the_sum_of_weighted_rates() -> None:
    measured = {"response_speed": Ratio(1, 2), "claims_efficiency": Ratio(4, 5)}
    score = score_of(assessed({MARCH: 90}), "picc-sz", MARCH, measured)
    assert score.earned == Fraction(20, 2) + Fraction(25 * 4, 5) + Fraction(55 * 90, 100)
    assert (score.text, score.of, score.complete) == ("79.50", 100, True)


def test_what_cannot_be_judged_is_left_out_and_said() -> None:
    score = score_of(SCORE, "picc-sz", MARCH, {"claims_efficiency": Ratio(4, 5)})
    assert score.earned == Fraction(20)
    assert (score.of, score.text, score.complete) == (25, "80.00", False)
    nothing = score_of(SCORE, "picc-sz", MARCH, {})
    assert (nothing.text, nothing.of) == (None, 0)


def test_an_assessment_is_of_its_insurer_and_month_only() -> None:
    definitions = assessed({MARCH: 90})
    assert not score_of(definitions, "cpic-sz", MARCH, GOOD).complete
    assert not score_of(definitions, "picc-sz", date(2026, 4, 1), GOOD).complete


@pytest.mark.parametrize(
    ("percents", "expected"),
    [
        ((64,), "none"),  # 45 + 35.2 = 80.2
        ((63,), "restricted"),  # 45 + 34.65 = 79.65
        ((63, 63), "restricted"),
        ((63, 63, 63), "suspended"),
        ((0, 0, 0, 0), "suspended"),
        ((63, 64, 63), "restricted"),
        ((63, 63, 64), "none"),
        ((63, None, 63), "restricted"),
        ((63, 63, None), "undetermined"),
        ((63, 63, None, 63), "suspended"),
        ((63, None, 63, None, None, 63), "suspended"),
        ((63, 63, None, 64, None, 63), "restricted"),
        ((63, 63, *[None] * 10, 63), "restricted"),
        ((63, 63, *[None] * 9, 63), "suspended"),
    ],
)
def test_under_eighty_restricts_and_three_months_running_suspend(
    percents: tuple[int | None, ...], expected: str
) -> None:
    definitions, found = running(*percents)
    assert consequence(definitions, found, MARCH, APRIL) == expected


def test_exactly_eighty_is_not_under_eighty() -> None:
    definitions = assessed({MARCH: 100})
    measured = {"response_speed": Ratio(0, 1), "claims_efficiency": Ratio(1, 1)}
    score = score_of(definitions, "picc-sz", MARCH, measured)
    assert score.value == 80
    assert consequence(definitions, [score], MARCH, APRIL) == "none"


@pytest.mark.parametrize(("judged_at_least", "expected"), [(44, "none"), (45, "none"), (46, "undetermined")])
def test_something_follows_where_enough_points_could_be_judged(judged_at_least: int, expected: str) -> None:
    definitions = replace(SCORE, judged_at_least=judged_at_least)
    score = score_of(definitions, "picc-sz", MARCH, GOOD)
    assert (score.of, score.complete) == (45, False)
    assert consequence(definitions, [score], MARCH, APRIL) == expected


def test_dimensions_without_anything_to_judge_hold_nobody_back_from_being_suspended() -> None:
    late = {"response_speed": Ratio(1, 2), "claims_efficiency": Ratio(1, 2)}
    months = [months_after(MARCH, -2), months_after(MARCH, -1), MARCH]
    found = [score_of(SCORE, "picc-sz", month, late) for month in months]
    assert {(each.text, each.of) for each in found} == {("50.00", 45)}
    assert consequence(SCORE, found, MARCH, APRIL) == "suspended"


def test_nothing_follows_from_a_month_before_it_is_over() -> None:
    definitions, found = running(0, 0, 0)
    assert consequence(definitions, found, MARCH, MARCH) == "undetermined"
    assert consequence(definitions, found, MARCH, APRIL - timedelta(days=1)) == "undetermined"
    assert consequence(definitions, found, MARCH, APRIL) == "suspended"
