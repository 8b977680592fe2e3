"""Compliance: rates by rule, insurer, region and month, the trend, load and breaches by day, scores, and the report."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from starlette.responses import Response

from claims.application.board import QueueFilter
from claims.application.board_queries import last_months
from claims.application.calls import NotFound
from claims.application.reporting import Selection
from claims.dashboard.compliance_charts import calendar, outcomes, trend
from claims.dashboard.compliance_days import months_of
from claims.dashboard.compliance_scores import points, ranked, score_views
from claims.dashboard.compliance_view import Reading
from claims.dashboard.filters import filter_fields, queue_filter
from claims.dashboard.navigation import READERS
from claims.dashboard.pages import Page, Visit
from claims.dashboard.refusals import BadAddressError
from claims.domain.moments import local_date, to_shanghai
from claims.domain.reporting.compliance import ClockCount
from claims.domain.reporting.periods import KINDS, Period, months_after, period_of, read_period
from claims.spreadsheet import CSV, XLSX, csv_file, xlsx_file

_FILTERS = ("insurer", "region", "rule")
_OFFERED = {"monthly": 14, "quarterly": 5, "annual": 2}
"""How many periods of each kind the filter offers; any other can be named in the address."""
_FILES = {"csv": CSV, "xlsx": XLSX}
_RANKS = frozenset({"regulator", "admin"})
"""Who sees insurers beside each other."""
_DAY = timedelta(days=1)


async def _compliance(visit: Visit) -> Response:
    """Show what became of the clocks of a period: one count of the last twelve months serves trend and rates."""
    wanted, twelve, words = _selection(visit), last_months(visit.now), visit.words
    year, board = wanted.period.last.year, visit.services.board
    by_day = QueueFilter(insurer=wanted.insurer, region=wanted.region, rule=wanted.rule)
    counts, days, choices = await asyncio.gather(
        _counts(visit, wanted, twelve),
        board.daily_load(visit.scope, by_day, date(year, 1, 1), date(year, 12, 31)),
        board.choices(visit.scope, visit.now),
    )
    found = _reading(visit, wanted).view(counts, twelve)
    charts = {
        "trend": trend(found.months, words),
        "load": calendar(days, year, "due", words),
        "breached": calendar(days, year, "breached", words),
        **{each.name: outcomes(each.rows, words, words(f"compliance.by.{each.name}")) for each in found.tables},
    }
    return visit.render(
        "compliance/compliance.html",
        part="compliance",
        period=wanted.period,
        periods=_periods(visit, wanted.period),
        found=found,
        charts=charts,
        year=year,
        months=months_of(days, year),
        targets=_sees_targets(visit),
        fields=filter_fields(visit, choices, _FILTERS),
    )


async def _scores(visit: Visit) -> Response:
    """Show service scores and the ranking; asked for after the page, since a score looks back over many months."""
    wanted = _of_report(_selection(visit))
    report = await visit.services.reports.scores(visit.scope, wanted)
    views = score_views(report.scores, visit.words)
    league = _reading(visit, wanted).league(report.compliance.counts)
    return visit.render(
        "compliance/scores.html",
        part="scores",
        period=wanted.period,
        ranking=ranked(league, views) if visit.role in _RANKS else (),
        scores=views,
        definition=report.definition,
        chart=points(report, visit.words),
        narrowed=wanted.region is not None,
    )


async def _file(visit: Visit) -> Response:
    """Answer with the report of the period as a file, the same that the interface gives."""
    form = visit.request.path_params["form"]
    if form not in _FILES:
        raise NotFound("file", form)
    wanted, services = _of_report(_selection(visit)), visit.services
    kind = kind_of(wanted.period)
    report = await services.reports.report(visit.scope, wanted)
    tables = services.report_tables(kind, report, targets=_sees_targets(visit))
    made_at = to_shanghai(report.compliance.made_at)
    content = await asyncio.to_thread(lambda: csv_file(tables) if form == "csv" else xlsx_file(tables, made_at))
    headers = {"Content-Disposition": f'attachment; filename="anze-{kind}-{wanted.period.name}.{form}"'}
    return Response(content, media_type=_FILES[form], headers=headers)


async def _counts(visit: Visit, wanted: Selection, twelve: Period) -> Sequence[ClockCount]:
    """Return the counts of both periods: with one question where they touch, since each month is counted apart."""
    asked = [
        Selection(each, insurer=wanted.insurer, region=wanted.region, rule=wanted.rule)
        for each in spanning(wanted.period, twelve)
    ]
    found = await asyncio.gather(*(visit.services.reports.compliance(visit.scope, each) for each in asked))
    return [count for each in found for count in each.counts]


def spanning(one: Period, other: Period) -> tuple[Period, ...]:
    """Return periods that cover two: one where they touch, else both."""
    earlier, later = sorted((one, other), key=lambda each: each.first)
    if later.first > earlier.last + _DAY:
        return (earlier, later)
    last = max(earlier.last, later.last)
    return (Period(f"{earlier.first:%Y-%m}/{last:%Y-%m}", earlier.first, last),)


def kind_of(period: Period) -> str:
    """Return the kind, of KINDS, of a month, quarter or year."""
    return next(kind for kind in KINDS if period_of(period.first, kind) == period)


def _selection(visit: Visit) -> Selection:
    """Return what the address asks for; the present month without a period."""
    given, wanted = visit.given("period"), queue_filter(visit)
    try:
        period = read_period(given) if given is not None else period_of(local_date(visit.now), KINDS[0])
    except ValueError:
        raise BadAddressError("period") from None
    return Selection(period, insurer=wanted.insurer, region=wanted.region, rule=wanted.rule)


def _of_report(wanted: Selection) -> Selection:
    """A report and a score are of all rules."""
    return Selection(wanted.period, insurer=wanted.insurer, region=wanted.region)


def _periods(visit: Visit, chosen: Period) -> Mapping[str, Sequence[str]]:
    """Return the periods that the filter offers by kind, the present one first; what is chosen among them."""
    month = local_date(visit.now).replace(day=1)
    steps = {"monthly": 1, "quarterly": 3, "annual": 12}
    offered = {
        kind: [period_of(months_after(month, -back * steps[kind]), kind).name for back in range(count)]
        for kind, count in _OFFERED.items()
    }
    own = offered[kind_of(chosen)]
    if chosen.name not in own:
        own.append(chosen.name)
    return offered


def _reading(visit: Visit, wanted: Selection) -> Reading:
    return Reading(wanted, visit.services.reference.rulebooks, visit.words, targets=_sees_targets(visit))


def _sees_targets(visit: Visit) -> bool:
    """Targets stay inside the insurer."""
    return visit.role != "regulator"


def compliance_pages() -> tuple[Page, ...]:
    """Return the page, what it loads later, and the report as files."""
    return (
        Page("GET", "/compliance", "compliance", READERS, _compliance),
        Page("GET", "/compliance/scores", "compliance", READERS, _scores),
        Page("GET", "/compliance/report.{form}", "compliance_report", READERS, _file),
    )
