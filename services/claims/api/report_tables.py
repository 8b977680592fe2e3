"""A periodic report as tables: one sheet each in a workbook, one section each in a CSV file."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from claims.api.answers.common import TitleAnswer
from claims.api.answers.reporting import MoneyAnswer, PlaceAnswer, RateAnswer, ReportAnswer, TierRates
from claims.spreadsheet import Cell, Table

_RATE = tuple(name for name in RateAnswer.__annotations__)
_TITLE = ("title_zh", "title_en")
_CLAIMS = ("reported", "approved", "rejected", "paid_in_full")
_MONEY = ("indemnity_decided", "advanced", "indemnity_paid", "paid")


def tables(report: ReportAnswer) -> tuple[Table, ...]:
    """Return every figure of the report."""
    return (
        Table("report", ("name", "value"), tuple(_head(report))),
        Table("claims", ("scope", "code", *_CLAIMS, "status", "count"), tuple(_claims(report))),
        Table("money", ("scope", "code", *_MONEY, "kind", "amount"), tuple(_money(report))),
        Table("compliance", ("scope", "code", *_TITLE, "tier", "responsible", *_RATE), tuple(_compliance(report))),
        Table(
            "kpis",
            ("code", *_TITLE, "insurer", "numerator", "denominator", "value", "unit", "target", "meets_target"),
            tuple(_kpis(report)),
        ),
        Table(
            "service_scores",
            (
                "insurer", "month", "code", *_TITLE, "weight", "measure", "numerator", "denominator", "value",
                "complete", "judged", "final", "consequence",
            ),
            tuple(_scores(report)),
        ),
        Table(
            "breaches",
            (
                "rule", *_TITLE, "tier", "responsible", "insurer", "region", "subject", "claim_number", "policy_number",
                "due_at", "due_date", "fulfilled_at", "status", "clock_id",
            ),
            tuple(_breaches(report)),
        ),
    )  # fmt: skip


def _head(report: ReportAnswer) -> Iterator[Mapping[str, Cell]]:
    period = report["period"]
    stated: dict[str, Cell] = {
        "kind": report["kind"],
        "period": period["name"],
        "first": period["first"],
        "last": period["last"],
        "made_at": report["made_at"],
        "definitions": report["definitions"],
        "breach_count": report["breach_count"],
    }
    for name, value in stated.items():
        yield {"name": name, "value": value}


def _places(report: ReportAnswer) -> Iterator[tuple[str, PlaceAnswer]]:
    yield "total", {"code": "", "claims": report["claims"], "money": report["money"]}
    yield from (("insurer", each) for each in report["by_insurer"])
    yield from (("region", each) for each in report["by_region"])


def _claims(report: ReportAnswer) -> Iterator[Mapping[str, Cell]]:
    for scope, place in _places(report):
        claims = place["claims"]
        whose: dict[str, Cell] = {"scope": scope, "code": place["code"]}
        yield {
            **whose,
            "reported": claims["reported"],
            "approved": claims["approved"],
            "rejected": claims["rejected"],
            "paid_in_full": claims["paid_in_full"],
        }
        yield from ({**whose, "status": name, "count": count} for name, count in claims["by_status"].items())


def _money(report: ReportAnswer) -> Iterator[Mapping[str, Cell]]:
    for scope, place in _places(report):
        money: MoneyAnswer = place["money"]
        whose: dict[str, Cell] = {"scope": scope, "code": place["code"]}
        yield {
            **whose,
            "indemnity_decided": Decimal(money["indemnity_decided"]),
            "advanced": Decimal(money["advanced"]),
            "indemnity_paid": Decimal(money["indemnity_paid"]),
            "paid": Decimal(money["paid"]),
        }
        yield from ({**whose, "kind": kind, "amount": Decimal(sum_)} for kind, sum_ in money["advances"].items())


def _compliance(report: ReportAnswer) -> Iterator[Mapping[str, Cell]]:
    compliance = report["compliance"]
    yield from _tiers({"scope": "total", "code": ""}, compliance["total"])
    for rule in compliance["by_rule"]:
        named = {"scope": "rule", "code": rule["rule"], **_titles(rule["title"])}
        yield {**named, "tier": rule["tier"], "responsible": rule["responsible"], **_rate(rule["rate"])}
    for insurer in compliance["by_insurer"]:
        yield from _tiers({"scope": "insurer", "code": insurer["insurer"]}, insurer["rates"])
    for region in compliance["by_region"]:
        yield from _tiers({"scope": "region", "code": region["region"]}, region["rates"])
    for month in compliance["by_month"]:
        yield from _tiers({"scope": "month", "code": month["month"]}, month["rates"])


def _tiers(whose: Mapping[str, Cell], rates: TierRates) -> Iterator[Mapping[str, Cell]]:
    yield {**whose, "tier": "statutory+service", **_rate(rates["breaches"])}
    if rates["targets"] is not None:
        yield {**whose, "tier": "target", **_rate(rates["targets"])}


def _rate(rate: RateAnswer) -> Mapping[str, Cell]:
    percent = rate["percent"]
    return {**rate, "percent": None if percent is None else Decimal(percent)}  # type: ignore[dict-item]


def _titles(title: TitleAnswer) -> dict[str, Cell]:
    return {"title_zh": title["zh"], "title_en": title["en"]}


def _kpis(report: ReportAnswer) -> Iterator[Mapping[str, Cell]]:
    for kpi in report["kpis"]:
        same = {"code": kpi["id"], **_titles(kpi["title"]), "unit": kpi["unit"], "target": kpi["target"]}
        for insurer, value in (("", kpi), *((each["insurer"], each) for each in kpi["by_insurer"])):
            yield {
                **same,
                "insurer": insurer,
                "numerator": Decimal(value["numerator"]),
                "denominator": value["denominator"],
                "value": None if value["value"] is None else Decimal(value["value"]),
                "meets_target": _said(value["meets_target"]),
            }


def _scores(report: ReportAnswer) -> Iterator[Mapping[str, Cell]]:
    for score in report["service_scores"]:
        whose = {"insurer": score["insurer"], "month": score["month"]}
        yield {
            **whose,
            "code": "score",
            "numerator": Decimal(score["earned"]),
            "denominator": score["of"],
            "value": None if score["score"] is None else Decimal(score["score"]),
            "complete": _said(score["complete"]),
            "judged": _said(score["judged"]),
            "final": _said(score["final"]),
            "consequence": score["consequence"],
        }
        for each in score["dimensions"]:
            yield {
                **whose,
                "code": each["id"],
                **_titles(each["title"]),
                "weight": each["weight"],
                "measure": each["measure"],
                "numerator": each["numerator"],
                "denominator": each["denominator"],
                "value": None if each["points"] is None else Decimal(each["points"]),
            }


def _breaches(report: ReportAnswer) -> Iterator[Mapping[str, Cell]]:
    for breach in report["breaches"]:
        yield {
            **_titles(breach["title"]),
            "rule": breach["rule"],
            "tier": breach["tier"],
            "responsible": breach["responsible"],
            "insurer": breach["insurer"],
            "region": breach["region"],
            "subject": breach["subject"],
            "claim_number": breach["claim_number"],
            "policy_number": breach["policy_number"],
            "due_at": breach["due_at"],
            "due_date": breach["due_date"],
            "fulfilled_at": breach["fulfilled_at"],
            "status": breach["status"],
            "clock_id": breach["clock_id"],
        }


def _said(truth: bool | None) -> str | None:
    return None if truth is None else "yes" if truth else "no"
