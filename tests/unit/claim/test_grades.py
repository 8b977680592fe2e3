"""The grade of an accident, and how it changes while counts still regrade it (Decree 493, articles 3 and 13)."""

from dataclasses import replace

import pytest
from tests.support.acts import casualties, documents
from tests.support.story import MILLION, Story, a_report, reported, rulebooks

from claims.domain.claim.commands.report import GOVERNED, Report
from claims.domain.claim.events import AccidentGraded, Casualties
from claims.domain.claim.grades import grade
from claims.domain.errors import RuleViolation
from claims.domain.rulebook import AccidentGrades

HUNDRED_MILLION_YUAN = 100 * MILLION


def decree_493() -> AccidentGrades:
    """The figures as the national rulebook gives them."""
    figures = rulebooks()["national@2"].accident_grades
    assert figures is not None
    return figures


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
    assert grade(decree_493(), Casualties(deaths, 0, 0, injured), loss) == expected


def test_missing_persons_do_not_grade_an_accident() -> None:
    assert grade(decree_493(), Casualties(0, 40, 0, 0), None) == "general"


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


def with_figures(story: Story, figures: AccidentGrades | None) -> Story:
    """The same story under a national rulebook that grades accidents otherwise."""
    changed = replace(rulebooks()["national@2"], accident_grades=figures)
    story.rulebooks = {**rulebooks(), "national@2": changed}
    return story


def test_the_figures_are_the_rulebooks() -> None:
    figures = decree_493()
    stricter = replace(figures, bounds=(*figures.bounds[:2], replace(figures.bounds[2], deaths=1)), regraded_for_days=5)
    story = with_figures(Story(), stricter).when(a_report(casualties=Casualties(1, 0, 0, 0)))
    assert story.claim.grade == "major"
    story.when(casualties("2026-03-08 09:00", deaths=10))
    assert story.claim.grade == "major", "on day 6, with five days to regrade in"


def test_a_stored_claim_whose_rulebooks_grade_nothing_keeps_its_grade() -> None:
    story = with_figures(reported(casualties=Casualties(3, 0, 0, 0)), None)
    assert story.when(casualties("2026-03-05 09:00", deaths=10)).claim.grade == "major"


def test_a_report_that_no_rulebook_grades_is_refused() -> None:
    with pytest.raises(RuleViolation) as refused:
        with_figures(Story(), None).when(a_report())
    assert refused.value.rule is GOVERNED


def test_the_national_rulebook_gives_the_figures_of_decree_493_with_their_articles() -> None:
    figures = decree_493()
    assert [(b.grade, b.deaths, b.serious_injuries, b.direct_loss // MILLION) for b in figures.bounds] == [
        ("extraordinary", 30, 100, 100),
        ("serious", 10, 50, 50),
        ("major", 3, 10, 10),
    ]
    assert (figures.regraded_for_days, figures.regraded_for_days_by_kind) == (30, {"traffic": 7, "fire": 7})
    assert all("493号第三条" in bound.citation for bound in figures.bounds)
    assert "493号第十三条" in figures.regrading_citation
