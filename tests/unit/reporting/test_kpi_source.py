"""The definitions as data: what a file may say, and that a bad one is refused with its reason."""

from pathlib import Path

import pytest
from tests.support.figures import KPIS, assessed_text

from claims.reference.kpi_source import KpisRefused, kpis_of, packaged_kpis, read_kpis

TEXT = assessed_text()


def test_the_packaged_definitions_hold_the_targets_of_the_paper() -> None:
    kpis = {each.id: each for each in packaged_kpis().kpis}
    assert kpis["report_to_payment_small"].at_most_days == 3
    assert kpis["report_to_payment_major"].at_most_days == 15
    assert kpis["victims_paid_in_time"].at_least_percent == 98
    assert kpis["advances_started"].within_hours == 24
    score = packaged_kpis().service_score
    assert (score.restricts_below, score.suspends_after_months) == (80, 3)
    assert (score.judged_at_least, score.run_within_months) == (40, 12)
    assert packaged_kpis().small_up_to == 1_000_000


def test_targets_can_be_changed_without_code() -> None:
    changed = read_kpis("mine.toml", TEXT.replace("at_least_percent = 98", "at_least_percent = 95"))
    assert {each.at_least_percent for each in changed.kpis} == {None, 95, 100}


def test_an_assessment_is_read() -> None:
    entered = """
[[service_score.assessments]]
insurer = "picc-sz"
month = "2026-03"
dimension = "service_quality"
percent = 90
"""
    (found,) = read_kpis("mine.toml", TEXT + entered).service_score.assessments
    assert (found.insurer, f"{found.month:%Y-%m}", found.dimension, found.percent) == (
        "picc-sz",
        "2026-03",
        "service_quality",
        90,
    )


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("weight = 25", "weight = 26", "100 together"),
        ('measure = "compliance"', 'measure = "nothing"', "nothing"),
        ("within_hours = 24", "at_most_days = 1", "advances_started takes"),
        ('id = "victims_paid_in_time"', 'id = "advances_started"', "same id"),
        ("format = 1", "format = 2", "format"),
        ("restricts_below = 80", "restricts_below = 180", "restricts_below"),
        ("suspends_after_months =", "suspends_after =", "suspends_after"),
        ("judged_at_least = 40", "judged_at_least = 0", "judged_at_least"),
        ("judged_at_least = 40", "judged_at_least = 101", "judged_at_least"),
        ("run_within_months = 12", "run_within_months = 2", "nothing ever suspends"),
        ('small_up_to = "10000.00"', "small_up_to = 10000.0", "small_up_to"),
        ('id = "kpis"', "id =", "mine.toml"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason(old: str, new: str, reason: str) -> None:
    with pytest.raises(KpisRefused, match=reason) as refused:
        read_kpis("mine.toml", TEXT.replace(old, new, 1))
    assert str(refused.value).startswith("mine.toml")


@pytest.mark.parametrize(
    ("dimension", "month", "reason"),
    [("claims_efficiency", "2026-03", "assessed by people"), ("service_quality", "2026-13", "2026-03")],
)
def test_an_assessment_that_fits_nothing_is_refused(dimension: str, month: str, reason: str) -> None:
    entered = (
        f'\n[[service_score.assessments]]\ninsurer = "x"\nmonth = "{month}"\ndimension = "{dimension}"\npercent = 1'
    )
    with pytest.raises(KpisRefused, match=reason):
        read_kpis("mine.toml", TEXT + entered)


def test_every_dimension_of_the_release_is_measured() -> None:
    dimensions = packaged_kpis().service_score.dimensions
    assert len(dimensions) == 6
    assert all(each.measure for each in dimensions)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('measure = "victims_paid_in_time"', 'measure = "victims_paid_in_time"\nrules = ["SZ-20.9"]', "no other"),
        ('measure = "victims_paid_in_time"\n', "", "over_months needs a measure"),
        ("over_months = 12", "over_months = 0", "over_months"),
    ],
)
def test_a_measure_that_makes_no_sense_is_refused(old: str, new: str, reason: str) -> None:
    with pytest.raises(KpisRefused, match=reason):
        read_kpis("mine.toml", KPIS.replace(old, new, 1))


def test_a_file_from_before_these_keys_is_judged_as_the_release_is() -> None:
    older = TEXT.replace("judged_at_least = 40\n", "").replace("run_within_months = 12\n", "")
    assert read_kpis("mine.toml", older) == read_kpis("mine.toml", TEXT)


def test_an_operator_names_a_file_of_its_own(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(TEXT.replace("version = 1", "version = 7", 1), encoding="utf-8")
    assert kpis_of(own).reference == "kpis@7"
    assert kpis_of(None) == packaged_kpis()


def test_a_file_that_is_not_there_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(KpisRefused, match=r"own\.toml cannot be read"):
        kpis_of(tmp_path / "own.toml")
