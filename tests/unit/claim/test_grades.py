"""The grade of an accident, and how it changes while counts still regrade it (Decree 493, articles 3 and 13)."""

from dataclasses import replace

import pytest
from tests.support.acts import casualties, documents
from tests.support.story import Story, a_report, reported

from claims.domain.claim.commands.report import Report
from claims.domain.claim.events import AccidentGraded, Casualties
from claims.domain.claim.grades import grade

HUNDRED_MILLION_YUAN = 10_000_000_000


def of_kind(kind: str) -> Report:
    report = a_report(casualties=Casualties(2, 0, 0, 0))
    return replace(report, accident=replace(report.accident, kind=kind))


@pytest.mark.parametrize(
    ("deaths", "injured", "loss", "expected"),
    [
        (2, 9, HUNDRED_MILLION_YUAN // 10 - 1, "general"),
        (3, 0, None, "major"),
        (0, 10, None, "major"),
        (0, 0, HUNDRED_MILLION_YUAN // 10, "major"),
        (10, 0, None, "serious"),
        (0, 50, None, "serious"),
        (0, 0, HUNDRED_MILLION_YUAN // 2, "serious"),
        (30, 0, None, "extraordinary"),
        (0, 100, None, "extraordinary"),
        (0, 0, HUNDRED_MILLION_YUAN, "extraordinary"),
    ],
)
def test_any_one_count_grades_the_accident_and_a_bound_belongs_to_the_higher_grade(
    deaths: int, injured: int, loss: int | None, expected: str
) -> None:
    assert grade(Casualties(deaths, 0, 0, injured), loss) == expected


def test_missing_persons_do_not_grade_an_accident() -> None:
    assert grade(Casualties(0, 40, 0, 0), None) == "general"


def test_a_report_of_three_dead_is_graded_at_once() -> None:
    assert reported(casualties=Casualties(3, 0, 0, 0)).claim.grade == "major"


def test_deaths_that_rise_from_two_to_three_on_day_20_change_the_grade() -> None:
    story = reported(casualties=Casualties(2, 0, 0, 0)).when(casualties("2026-03-22 09:00", deaths=3))
    assert AccidentGraded("general", "major") in story.last.claim
    assert story.claim.grade == "major"


@pytest.mark.parametrize(("when", "expected"), [("2026-04-01 23:59", "major"), ("2026-04-02 00:00", "general")])
def test_after_day_30_counts_are_recorded_but_do_not_regrade(when: str, expected: str) -> None:
    story = reported(casualties=Casualties(2, 0, 0, 0)).when(casualties(when, deaths=3))
    assert (story.claim.grade, story.claim.current_casualties.deaths) == (expected, 3)


@pytest.mark.parametrize("kind", ["traffic", "fire"])
@pytest.mark.parametrize(("when", "expected"), [("2026-03-09 23:59", "major"), ("2026-03-10 00:00", "general")])
def test_for_traffic_and_fire_counts_regrade_for_seven_days(kind: str, when: str, expected: str) -> None:
    story = Story().when(of_kind(kind)).when(casualties(when, deaths=3))
    assert (story.claim.grade, story.claim.current_casualties.deaths) == (expected, 3)


def test_a_count_after_day_30_does_not_regrade_when_an_older_fact_is_recorded_after_it() -> None:
    story = reported(casualties=Casualties(2, 0, 0, 0)).when(casualties("2026-04-10 09:00", deaths=3))
    story.when(documents("2026-03-20 09:00", "a"), recorded="2026-04-11 09:00")
    assert story.claim.grade == "general"


def test_a_count_of_day_20_that_is_recorded_on_day_40_still_regrades() -> None:
    story = reported(casualties=Casualties(2, 0, 0, 0)).when(casualties("2026-04-10 09:00", deaths=2))
    story.when(casualties("2026-03-22 09:00", deaths=3), recorded="2026-04-11 09:00")
    assert story.claim.grade == "major"


def test_a_count_that_is_corrected_downwards_lowers_the_grade() -> None:
    story = reported(casualties=Casualties(3, 0, 0, 0)).when(casualties("2026-03-05 09:00", deaths=2))
    assert story.claim.grade == "general"
