"""A periodic report as JSON."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from claims.api.answers.reporting import (
    BreachAnswer,
    ClaimsAnswer,
    DimensionAnswer,
    InsurerKpi,
    KpiAnswer,
    KpiValue,
    MoneyAnswer,
    PlaceAnswer,
    ReportAnswer,
    ScoreAnswer,
)
from claims.api.compliance import compliance_answer, obligations, period_answer, title_of
from claims.api.render import day_or_none, moment, moment_or_none
from claims.application.reporting import Breach, ClaimCount, Decided, KpiFigure, Paid, PeriodReport
from claims.application.service_scores import InsurerScore
from claims.application.subjects import subject_name
from claims.domain.claim.state import Status
from claims.domain.money import format_yuan
from claims.domain.reporting.definitions import Kpi
from claims.domain.reporting.figures import DAY, Ratio, average_days, days_at_most, two_places_down
from claims.domain.reporting.measured import INDEMNITY
from claims.domain.rulebook import Obligation, Rulebook


def report_answer(kind: str, found: PeriodReport, rulebooks: Mapping[str, Rulebook], *, targets: bool) -> ReportAnswer:
    """Return the report; `targets` says whether the reader may see what stays inside the insurer."""
    known = obligations(rulebooks)
    places: tuple[ClaimCount | Decided | Paid, ...] = (*found.claims, *found.decided, *found.paid)
    return {
        "kind": kind,
        "period": period_answer(found.compliance.selection.period),
        "made_at": moment(found.compliance.made_at),
        "definitions": found.definitions.reference,
        "claims": _claims(found.claims, found.decided),
        "money": _money(found.decided, found.paid),
        "by_insurer": [_place(found, code, "tenant") for code in sorted({each.tenant for each in places})],
        "by_region": [_place(found, code, "region") for code in sorted({each.region for each in places})],
        "compliance": compliance_answer(found.compliance, rulebooks, targets=targets),
        "kpis": [_kpi(each) for each in found.kpis],
        "service_scores": [_score(each) for each in found.scores],
        "breach_count": found.breach_count,
        "breaches": [_breach(each, known) for each in found.breaches],
    }


def _place(found: PeriodReport, code: str, by: str) -> PlaceAnswer:
    decided = [each for each in found.decided if getattr(each, by) == code]
    return {
        "code": code,
        "claims": _claims([each for each in found.claims if getattr(each, by) == code], decided),
        "money": _money(decided, [each for each in found.paid if getattr(each, by) == code]),
    }


def _claims(counts: Sequence[ClaimCount], decided: Iterable[Decided]) -> ClaimsAnswer:
    """A duplicate that was merged is one accident with the claim that goes on for it: it is shown, and not counted."""
    by_status: dict[str, int] = {}
    for each in counts:
        by_status[each.status] = by_status.get(each.status, 0) + each.count
    whole = sum(decided, Decided("", ""))
    return {
        "reported": sum(count for status, count in by_status.items() if status != Status.MERGED),
        "by_status": dict(sorted(by_status.items())),
        "approved": whole.approved,
        "rejected": whole.rejected,
        "paid_in_full": whole.paid_in_full,
    }


def _money(decided: Iterable[Decided], paid: Iterable[Paid]) -> MoneyAnswer:
    sums: dict[str, int] = {}
    for each in paid:
        sums[each.what] = sums.get(each.what, 0) + each.amount
    indemnity = sums.pop(INDEMNITY, 0)
    advanced = sum(sums.values())
    return {
        "indemnity_decided": format_yuan(sum(each.indemnity for each in decided)),
        "advances": {kind: format_yuan(amount) for kind, amount in sorted(sums.items())},
        "advanced": format_yuan(advanced),
        "indemnity_paid": format_yuan(indemnity),
        "paid": format_yuan(advanced + indemnity),
    }


def _kpi(found: KpiFigure) -> KpiAnswer:
    kpi = found.kpi
    by_insurer: list[InsurerKpi] = [
        {"insurer": insurer, **_value(kpi, ratio)} for insurer, ratio in found.by_insurer.items()
    ]
    return {
        "id": kpi.id,
        "title": {"zh": kpi.title.zh, "en": kpi.title.en},
        "formula": kpi.formula,
        "unit": "percent" if kpi.at_most_days is None else "days",
        "target": kpi.at_most_days or kpi.at_least_percent or 0,
        "by_insurer": by_insurer,
        **_value(kpi, found.ratio),
    }


def _value(kpi: Kpi, ratio: Ratio) -> KpiValue:
    if kpi.at_most_days is not None:
        return {
            "numerator": two_places_down(Fraction(ratio.numerator, DAY)),
            "denominator": ratio.denominator,
            "value": average_days(ratio),
            "meets_target": days_at_most(ratio, kpi.at_most_days),
        }
    return {
        "numerator": str(ratio.numerator),
        "denominator": ratio.denominator,
        "value": ratio.percent,
        "meets_target": ratio.at_least(kpi.at_least_percent or 0),
    }


def _score(found: InsurerScore) -> ScoreAnswer:
    dimensions: list[DimensionAnswer] = [
        {
            "id": each.dimension.id,
            "title": {"zh": each.dimension.title.zh, "en": each.dimension.title.en},
            "weight": each.dimension.weight,
            "measure": each.dimension.measure or "assessed",
            "numerator": each.rate.numerator,
            "denominator": each.rate.denominator,
            "points": None if each.points is None else two_places_down(each.points),
        }
        for each in found.score.dimensions
    ]
    return {
        "insurer": found.insurer,
        "month": f"{found.score.month:%Y-%m}",
        "score": found.score.text,
        "earned": two_places_down(found.score.earned),
        "of": found.score.of,
        "complete": found.score.complete,
        "judged": found.judged,
        "final": found.final,
        "consequence": found.consequence,
        "dimensions": dimensions,
    }


def _breach(found: Breach, known: Mapping[str, Obligation]) -> BreachAnswer:
    return {
        "clock_id": str(found.clock_id),
        "rule": found.rule,
        "title": title_of(found.rule, known),
        "tier": found.tier,
        "responsible": found.responsible,
        "insurer": found.tenant,
        "region": found.region,
        "subject": subject_name(found.subject_kind, found.subject, found.tenant),
        "claim_id": str(found.subject) if found.subject_kind == "claim" else None,
        "claim_number": found.claim_number,
        "policy_number": found.policy_number,
        "due_at": moment(found.due_at),
        "due_date": day_or_none(found.due_date),
        "fulfilled_at": moment_or_none(found.ended_at if found.status == "met_late" else None),
        "status": found.status,
    }
