"""The route of compliance: counts and rates by rule, insurer, region and month of a period."""

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema
from starlette.responses import Response

from claims.api.answers.common import TitleAnswer
from claims.api.answers.reporting import ComplianceAnswer, PeriodAnswer, RateAnswer, RuleRates, TierRates
from claims.api.bodies.fields import Code, Fields, PartyCode, Region
from claims.api.render import json_response, moment
from claims.api.routes import BASE, Call, Route
from claims.application.reporting import ComplianceReport, Selection
from claims.domain.reporting.compliance import ClockCount, Tally, tallied, total
from claims.domain.reporting.periods import Period, read_period
from claims.domain.rulebook import Obligation, Rulebook

REPORT_READERS = frozenset({"insurer", "operations", "regulator", "admin"})


def _any_period(value: object) -> Period:
    if not isinstance(value, str):
        raise ValueError("a period is a text")  # noqa: TRY004 - pydantic catches ValueError
    return read_period(value)


AnyPeriod = Annotated[
    Period,
    PlainValidator(_any_period),
    WithJsonSchema({"type": "string", "pattern": "^[12][0-9]{3}(-(0[1-9]|1[0-2]|Q[1-4]))?$", "examples": ["2026-03"]}),
]


class ComplianceQuery(Fields):
    """Which clocks are counted."""

    period: Annotated[
        AnyPeriod | None, Field(description="2026-03, 2026-Q1 or 2026; without it, the current month.")
    ] = None
    rule: Code | None = None
    insurer: PartyCode | None = None
    region: Annotated[Region | None, Field(description="With those below it.")] = None


def compliance_routes() -> tuple[Route, ...]:
    """Return the one route."""
    summary = "Compliance: counts and rates by rule, insurer, region and month."
    return (
        Route(
            "GET",
            f"{BASE}/compliance",
            "compliance",
            summary,
            REPORT_READERS,
            _compliance,
            ComplianceAnswer,
            tag="reports",
            query=ComplianceQuery,
        ),
    )


async def _compliance(call: Call) -> Response:
    query = call.query(ComplianceQuery)
    reports = call.services.reports
    period = query.period or await reports.current("monthly")
    wanted = Selection(period, insurer=query.insurer, region=query.region, rule=query.rule)
    found = await reports.compliance(call.caller.scope, wanted)
    answer = compliance_answer(found, call.services.rulebooks, targets=call.caller.role != "regulator")
    return json_response(answer)


def compliance_answer(found: ComplianceReport, rulebooks: Mapping[str, Rulebook], *, targets: bool) -> ComplianceAnswer:
    """Return compliance as JSON; `targets` says whether the reader may see what stays inside the insurer."""
    counts = found.counts
    known = obligations(rulebooks)

    def grouped(name: str, key: Callable[[ClockCount], str], of: Iterable[ClockCount]) -> list[Any]:
        groups: dict[str, list[ClockCount]] = {}
        for each in of:
            groups.setdefault(key(each), []).append(each)
        return [{name: value, "rates": _tiers(groups[value], targets=targets)} for value in sorted(groups)]

    return {
        "period": period_answer(found.selection.period),
        "made_at": moment(found.made_at),
        "total": _tiers(counts, targets=targets),
        "by_rule": _by_rule(counts, known),
        "by_insurer": grouped("insurer", lambda c: c.tenant, (c for c in counts if c.responsible == "insurer")),
        "by_region": grouped("region", lambda each: each.region, counts),
        "by_month": grouped("month", lambda each: f"{each.month:%Y-%m}", counts),
    }


def period_answer(period: Period) -> PeriodAnswer:
    """Return a period."""
    return {"name": period.name, "first": period.first.isoformat(), "last": period.last.isoformat()}


def obligations(rulebooks: Mapping[str, Rulebook]) -> dict[str, Obligation]:
    """Return each rule as the newest version of its rulebook has it."""
    books = sorted(rulebooks.values(), key=lambda book: (book.id, book.version))
    return {each.id: each for book in books for each in book.obligations}


def title_of(rule: str, known: Mapping[str, Obligation]) -> TitleAnswer:
    """Return a rule's title; its id where no rulebook that is loaded has it."""
    found = known.get(rule)
    return {"zh": rule, "en": rule} if found is None else {"zh": found.title_zh, "en": found.title_en}


def _by_rule(counts: Iterable[ClockCount], known: Mapping[str, Obligation]) -> list[RuleRates]:
    by_rule = tallied(counts, lambda each: (each.rule, each.tier, each.responsible))
    return [
        {
            "rule": rule,
            "title": title_of(rule, known),
            "citation": known[rule].citation if rule in known else "",
            "tier": tier,
            "responsible": responsible,
            "rate": _rate(by_rule[rule, tier, responsible]),
        }
        for rule, tier, responsible in sorted(by_rule)
    ]


def _tiers(counts: Iterable[ClockCount], *, targets: bool) -> TierRates:
    counts = tuple(counts)
    return {
        "breaches": _rate(total(each for each in counts if each.is_of_a_breach)),
        "targets": _rate(total(each for each in counts if not each.is_of_a_breach)) if targets else None,
    }


def _rate(tally: Tally) -> RateAnswer:
    return {
        "numerator": tally.rate.numerator,
        "denominator": tally.rate.denominator,
        "percent": tally.rate.percent,
        "due": tally.due,
        "met": tally.met,
        "met_late": tally.met_late,
        "overdue": tally.overdue,
        "extended": tally.extended,
        "cancelled": tally.cancelled,
        "provisional": tally.provisional,
        "withdrawn": tally.withdrawn,
        "not_yet_due": tally.not_yet_due,
    }
