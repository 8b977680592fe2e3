"""How a report comes together: the months before it are read for the score alone, and parts add up to wholes."""

from dataclasses import replace
from datetime import date

from tests.support.figures import GivenFigures, assessed_kpis
from tests.support.story import at

from claims.application.reporting import Reporting, Selection
from claims.application.rows import Scope
from claims.application.service_scores import Measured
from claims.domain.reporting.compliance import ClockCount, Tally
from claims.domain.reporting.definitions import Assessment, KpiDefinitions
from claims.domain.reporting.figures import Ratio
from claims.domain.reporting.periods import read_period
from claims.reference.kpi_source import packaged_kpis

INSURER = Scope("insurer", tenant="picc-sz")
MONTHS = (date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1))
MARCH = Selection(read_period("2026-03"))


def assessed(percent: int) -> KpiDefinitions:
    """An operator's own definitions, with the same assessment of every dimension and month."""
    own = assessed_kpis()
    score = own.service_score
    found = tuple(
        Assessment("picc-sz", month, each.id, percent)
        for month in MONTHS
        for each in score.dimensions
        if each.measure is None
    )
    return replace(own, service_score=replace(score, assessments=found))


def counts(**tally: int) -> list[ClockCount]:
    return [ClockCount("picc-sz", "440300", "SZ-20.6", "service", "insurer", month, Tally(**tally)) for month in MONTHS]


def started(numerator: int, denominator: int) -> dict[str, list[Measured]]:
    return {"advances_started": [Measured("picc-sz", month, Ratio(numerator, denominator)) for month in MONTHS]}


async def test_three_bad_months_running_suspend_though_the_report_is_of_the_last() -> None:
    figures = GivenFigures(clock_counts=counts(met=1, overdue=1), kpis=started(1, 2))
    report = await Reporting(figures, assessed(60)).report(INSURER, MARCH)
    (score,) = report.scores
    assert (f"{score.score.month:%Y-%m}", score.score.text, score.consequence) == ("2026-03", "55.50", "suspended")
    assert figures.asked[0].period.first == date(2025, 4, 1)


async def test_clocks_and_key_figures_of_earlier_months_are_not_part_of_the_report() -> None:
    figures = GivenFigures(clock_counts=counts(met=2, met_late=1, overdue=1), kpis=started(1, 2))
    report = await Reporting(figures, packaged_kpis()).report(INSURER, MARCH)
    assert [each.month for each in report.compliance.counts] == [date(2026, 3, 1)]
    assert report.breach_count == 2
    (kpi,) = [each for each in report.kpis if each.kpi.id == "advances_started"]
    assert (kpi.ratio, kpi.by_insurer) == (Ratio(1, 2), {"picc-sz": Ratio(1, 2)})


def of_rule(rule: str, month: date, **tally: int) -> ClockCount:
    return ClockCount("picc-sz", "440300", rule, "service", "insurer", month, Tally(**tally))


async def test_a_dimension_goes_by_its_own_rules_over_as_many_months_as_it_says() -> None:
    last_april, this_march = date(2025, 4, 1), MONTHS[2]
    figures = GivenFigures(
        clock_counts=[
            of_rule("SZ-20.6", this_march, met=1, overdue=1),
            of_rule("SZ-27.2", last_april, met=3),
            of_rule("SZ-27.3", this_march, overdue=1),
            of_rule("SZ-27.2", date(2025, 3, 1), overdue=100),  # a month too old
        ]
    )
    report = await Reporting(figures, packaged_kpis()).report(INSURER, MARCH)
    (score,) = report.scores
    rates = {each.dimension.id: each.rate for each in score.score.dimensions}
    assert rates["complaints_handling"] == Ratio(3, 4)
    assert rates["claims_efficiency"] == Ratio(1, 3)
    assert rates["data_reporting"] == Ratio()
    assert figures.asked[0].period.first == date(2024, 5, 1)  # twelve months, for the first of twelve


async def test_a_missed_target_counts_in_no_score() -> None:
    targets = [replace(each, tier="target", tally=Tally(overdue=9)) for each in counts()]
    figures = GivenFigures(clock_counts=[*counts(met=1), *targets])
    report = await Reporting(figures, assessed_kpis()).report(INSURER, MARCH)
    (score,) = report.scores
    assert score.score.text == "100.00"
    assert report.breach_count == 0


async def test_a_quarter_has_a_score_for_each_month_that_has_begun() -> None:
    figures = GivenFigures(now_is=at("2026-02-10 10:00"), clock_counts=counts(met=1))
    report = await Reporting(figures, assessed_kpis()).report(INSURER, Selection(read_period("2026-Q1")))
    assert [(f"{each.score.month:%Y-%m}", each.final) for each in report.scores] == [
        ("2026-01", True),
        ("2026-02", False),
    ]


async def test_nothing_follows_from_the_month_that_runs_however_bad_it_is() -> None:
    bad = GivenFigures(now_is=at("2026-03-31 23:59"), clock_counts=counts(overdue=1), kpis=started(0, 1))
    (score,) = (await Reporting(bad, packaged_kpis()).report(INSURER, MARCH)).scores
    assert (score.score.text, score.judged, score.final, score.consequence) == ("0.00", True, False, "undetermined")
    over = replace(bad, now_is=at("2026-04-01 00:00"))
    (score,) = (await Reporting(over, packaged_kpis()).report(INSURER, MARCH)).scores
    assert (score.final, score.consequence) == (True, "suspended")


async def test_an_insurer_that_only_beijing_binds_has_consequences_too() -> None:
    claims = [of_rule("IL-23b", month, met=1, overdue=1) for month in MONTHS]
    reports = [of_rule("BJ-6.3m", month, met=1) for month in MONTHS]
    victims = {"victims_paid_in_time": [Measured("picc-sz", month, Ratio(1, 2)) for month in MONTHS]}
    figures = GivenFigures(clock_counts=[*claims, *reports], kpis=victims)
    (score,) = (await Reporting(figures, packaged_kpis()).report(INSURER, MARCH)).scores
    assert (score.score.of, score.score.complete, score.judged, score.consequence) == (50, False, True, "suspended")


async def test_the_current_month_is_shanghais() -> None:
    figures = GivenFigures(now_is=at("2026-04-01 00:00"))
    assert (await Reporting(figures, packaged_kpis()).current("monthly")).name == "2026-04"
