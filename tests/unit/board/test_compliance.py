"""Compliance as the page shows it: what counts where, in which order, where it leads, and what charts are given."""

from datetime import date

import pytest
from tests.support.figures import GivenFigures
from tests.support.story import at, rulebooks

from claims.application.board import DayLoad
from claims.application.reporting import Reporting, Selection
from claims.application.rows import Scope
from claims.application.service_scores import Measured
from claims.dashboard.compliance import kind_of, spanning
from claims.dashboard.compliance_charts import calendar, outcomes, trend
from claims.dashboard.compliance_days import months_of
from claims.dashboard.compliance_scores import points, ranked, score_views
from claims.dashboard.compliance_view import Compliance, Reading
from claims.dashboard.texts import Words
from claims.domain.reporting.compliance import ClockCount, Tally
from claims.domain.reporting.figures import Ratio
from claims.domain.reporting.periods import Period, read_period
from claims.reference.kpi_source import packaged_kpis

MARCH = read_period("2026-03")
QUARTER = read_period("2026-Q1")
EN = Words("en")
ADMIN = Scope("admin")


def count(
    tenant: str = "picc-sz",
    rule: str = "SZ-20.6",
    month: int = 3,
    responsible: str = "insurer",
    tier: str = "service",
    region: str = "440300",
    **tally: int,
) -> ClockCount:
    return ClockCount(tenant, region, rule, tier, responsible, date(2026, month, 1), Tally(**tally))


COUNTS = (
    count(met=7, met_late=2, overdue=1, withdrawn=1),
    count("cpic-sz", region="440304", met=3, not_yet_due=5),
    count(rule="SZ-20.3", tier="statutory", met=4, overdue=1, extended=1, cancelled=2, provisional=3),
    count(rule="SZ-14.1", responsible="broker", overdue=2),
    count(rule="SZ-20.1", tier="target", met=1, overdue=1),
    count(month=2, met=1, overdue=1),
)


def reading(targets: bool = True, period: Period = MARCH, **narrower: str) -> Reading:
    return Reading(Selection(period, **narrower), rulebooks(), EN, targets=targets)


def seen(targets: bool = True) -> Compliance:
    return reading(targets).view(COUNTS, QUARTER)


def rates(found: Compliance, name: str) -> dict[str, tuple[int, int]]:
    (table,) = [each for each in found.tables if each.name == name]
    return {row.code: (row.rate.tally.rate.numerator, row.rate.tally.rate.denominator) for row in table.rows}


def test_the_whole_is_the_limits_of_the_period_alone_with_numerator_and_denominator() -> None:
    found = seen()
    ratio = found.limits.tally.rate
    assert (ratio.numerator, ratio.denominator, found.limits.percent) == (14, 21, "66.66")
    assert found.limits.late == 6
    assert found.targets is not None
    assert found.targets.percent == "50.00"


def test_each_way_of_counting_shows_its_own_part() -> None:
    found = seen()
    assert rates(found, "rule") == {"SZ-20.6": (10, 13), "SZ-14.1": (0, 2), "SZ-20.3": (4, 6)}
    assert rates(found, "insurer") == {"picc-sz": (11, 16), "cpic-sz": (3, 3)}, "what brokers owe is not theirs"
    assert rates(found, "region") == {"440300": (11, 18), "440304": (3, 3)}


def test_what_was_most_often_late_comes_first() -> None:
    assert list(rates(seen(), "rule")) == ["SZ-20.6", "SZ-14.1", "SZ-20.3"]


def test_every_month_of_the_trend_is_there_also_one_in_which_nothing_was_due() -> None:
    assert [(each.name, each.rate.percent) for each in seen().months] == [
        ("2026-01", None),
        ("2026-02", "50.00"),
        ("2026-03", "66.66"),
    ]


def test_a_regulator_is_shown_no_target_anywhere() -> None:
    found = seen(targets=False)
    assert (found.targets, found.target_rules) == (None, ())
    rows = [row for table in found.tables for row in table.rows] + list(found.months)
    assert all(row.targets is None for row in rows)
    assert [each["name"] for each in trend(found.months, EN)["series"]] == ["Compliance rate"]


def test_targets_stand_apart_and_lead_to_what_missed_them() -> None:
    (row,) = seen().target_rules
    assert (row.code, row.rate.breaches) == ("SZ-20.1", "/board/breaches?period=2026-03&rule=SZ-20.1&tier=target")


def test_a_rate_leads_to_its_breaches_with_what_the_page_is_narrowed_to() -> None:
    found = reading(insurer="picc-sz", region="440000").view(COUNTS, QUARTER)
    by_rule = {row.code: row for row in found.tables[0].rows}
    wanted = "/board/breaches?period=2026-03&insurer=picc-sz&region=440000&rule=SZ-20.3"
    assert by_rule["SZ-20.3"].rate.breaches == wanted
    assert found.months[1].rate.breaches == "/board/breaches?period=2026-02&insurer=picc-sz&region=440000"


def test_a_region_that_covers_others_in_the_list_leads_nowhere_since_their_breaches_would_come_along() -> None:
    counts = [count(region=code, overdue=1) for code in ("440300", "440304", "110000")]
    rows = {row.code: row.rate.breaches for row in reading().view(counts, MARCH).tables[2].rows}
    assert rows["440300"] is None
    assert rows["440304"] == "/board/breaches?period=2026-03&region=440304"
    assert rows["110000"] is not None


def test_a_rule_leads_to_its_text_and_one_that_no_text_has_goes_by_its_id() -> None:
    (known,) = reading().view([count(overdue=1)], MARCH).tables[0].rows
    assert known.address is not None
    assert known.address.startswith("/board/rulebooks/shenzhen-2018@")
    assert known.address.endswith("#SZ-20.6")
    (strange,) = reading().view([count(rule="XX-1", overdue=1)], MARCH).tables[0].rows
    assert (strange.name, strange.address) == ("XX-1", None)


def test_the_bar_of_a_rate_never_looks_better_than_it_is() -> None:
    (row,) = reading().view([count(met=199, overdue=1)], MARCH).tables[0].rows
    assert (row.rate.percent, row.rate.length) == ("99.50", 99)


@pytest.mark.parametrize(
    ("one", "covered"),
    [
        ("2026-03", [("2026-01-01", "2026-03-31")]),
        ("2026", [("2026-01-01", "2026-12-31")]),
        ("2025-12", [("2025-12-01", "2026-03-31")]),
        ("2025-Q3", [("2025-07-01", "2025-09-30"), ("2026-01-01", "2026-03-31")]),
    ],
)
def test_periods_that_touch_are_asked_for_together(one: str, covered: list[tuple[str, str]]) -> None:
    found = spanning(read_period(one), QUARTER)
    assert [(each.first.isoformat(), each.last.isoformat()) for each in found] == covered


def test_a_period_knows_of_which_kind_it_is() -> None:
    assert [kind_of(read_period(name)) for name in ("2026-01", "2026-Q1", "2026")] == ["monthly", "quarterly", "annual"]


def test_a_chart_of_outcomes_holds_what_was_counted_and_leaves_out_what_was_not() -> None:
    table = (
        reading().view([count(met=2, met_late=1, extended=1), count(rule="SZ-20.9", provisional=4)], MARCH).tables[0]
    )
    chart = outcomes(table.rows, EN, "By rule")
    assert chart["labels"] == ["SZ-20.6"]
    assert {each["name"]: each["values"] for each in chart["series"]} == {
        "Met in time": [2], "Met late": [1], "Overdue": [0], "Extended": [1],
    }  # fmt: skip


def test_a_line_has_a_gap_where_there_is_no_rate_and_says_what_each_is_made_of() -> None:
    line = trend(seen().months, EN)["series"][0]
    assert line["values"] == [None, 50.0, 66.66]
    assert line["notes"] == ["0 / 0", "1 / 2", "14 / 21"]


DAYS = (DayLoad(date(2026, 2, 28), 4, 1, 1), DayLoad(date(2026, 3, 2), 2, 0, 0))


def test_a_heat_map_leaves_empty_days_empty() -> None:
    assert calendar(DAYS, 2026, "due", EN)["values"] == [("2026-02-28", 4), ("2026-03-02", 2)]
    breached = calendar(DAYS, 2026, "breached", EN)
    assert (breached["values"], breached["most"]) == ([("2026-02-28", 1)], 1)
    assert calendar((), 2026, "due", EN)["most"] == 1


def test_the_table_of_days_has_a_row_for_each_month_with_anything_in_it() -> None:
    february, march = months_of(DAYS, 2026)
    assert (february.name, february.due, february.breached, march.due) == ("2026-02", 4, 1, 2)
    assert [each is None for each in february.days] == [False] * 28 + [True] * 3
    assert february.days[27] == DAYS[0]


def scored(*counts: ClockCount) -> GivenFigures:
    measured = {"advances_started": [Measured("picc-sz", date(2026, 3, 1), Ratio(1, 2))]}
    return GivenFigures(clock_counts=counts, kpis=measured)


async def test_the_ranking_goes_by_the_rate_and_who_has_the_same_shares_a_place() -> None:
    counts = (count("a", met=1, overdue=1), count("b", met=2), count("c", met=5), count("d", not_yet_due=1))
    report = await Reporting(scored(*counts), packaged_kpis()).scores(ADMIN, Selection(MARCH))
    league = reading().league(report.compliance.counts)
    found = ranked(league, score_views(report.scores, EN))
    assert [(each.place, each.row.code) for each in found] == [(1, "c"), (1, "b"), (3, "a"), (None, "d")]
    assert found[0].score is not None
    assert found[0].score.insurer == "c"


async def test_a_score_says_its_dimensions_and_that_a_running_month_still_moves() -> None:
    figures = scored(count(met=1, overdue=1))
    figures.now_is = at("2026-03-20 10:00")
    report = await Reporting(figures, packaged_kpis()).scores(ADMIN, Selection(MARCH))
    (view,) = score_views(report.scores, EN)
    assert (view.score, view.earned, view.of, view.final, view.consequence) == (
        "50.00",
        "22.50",
        45,
        False,
        "undetermined",
    )
    assert [(each.title, each.points) for each in view.dimensions][:3] == [
        ("Response speed", "10.00"),
        ("Claims efficiency", "12.50"),
        ("Accident-prevention services", None),
    ]
    chart = points(report, EN)
    assert (chart["labels"], [each["values"] for each in chart["series"]][:3]) == (
        ["picc-sz"],
        [[10.0], [12.5], [None]],
    )


async def test_scores_alone_are_those_of_the_report() -> None:
    figures = scored(count(met=1, overdue=1), count(month=2, met=1))
    reporting = Reporting(figures, packaged_kpis())
    whole = await reporting.report(ADMIN, Selection(QUARTER))
    alone = await reporting.scores(ADMIN, Selection(QUARTER))
    assert alone.scores == whole.scores
    assert alone.compliance == whole.compliance
    assert len(alone.scores) == 3
