"""What the charts of compliance show, as plain data that the browser draws: words and figures, no code."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from claims.application.board import DayLoad
from claims.dashboard.compliance_view import Rate, Row
from claims.dashboard.texts import Words

Chart: TypeAlias = Mapping[str, Any]
"""`kind` (lines, stack, calendar), `label`, and its data; what static/js/charts.js draws."""

_OUTCOMES = (("met", "good"), ("met_late", "warn"), ("overdue", "bad"), ("extended", "info"))
_LONGEST = 40
"""Bars of a chart: what is more stands in the table alone."""


def trend(months: Sequence[Row], words: Words) -> Chart:
    """Return the rate of each month as a line; of targets too, where the reader may see them."""
    lines = [_line(words("compliance.limits"), "brand", [each.rate for each in months])]
    targets = [each.targets for each in months if each.targets is not None]
    if targets:
        lines.append(_line(words("compliance.targets"), "info", targets))
    return {
        "kind": "lines",
        "label": words("compliance.trend_label"),
        "labels": [each.name for each in months],
        "unit": "%",
        "most": 100,
        "series": lines,
    }


def outcomes(rows: Sequence[Row], words: Words, label: str) -> Chart:
    """Return what became of the clocks of each row, beside each other in one bar."""
    shown = [each for each in rows if each.rate.tally.rate.denominator][:_LONGEST]
    return {
        "kind": "stack",
        "label": label,
        "labels": [each.code if each.address else each.name for each in shown],
        "titles": [each.name for each in shown],
        "series": [
            {
                "name": words(f"compliance.outcome.{name}"),
                "tone": tone,
                "values": [getattr(each.rate.tally, name) for each in shown],
            }
            for name, tone in _OUTCOMES
        ],
    }


def calendar(days: Iterable[DayLoad], year: int, what: str, words: Words) -> Chart:
    """Return the days of a year, darker where more was due (`what` is due) or missed its limit (breached)."""
    values = [(each.day.isoformat(), getattr(each, what)) for each in days]
    return {
        "kind": "calendar",
        "label": words(f"compliance.heat.{what}_label", year=year),
        "name": words(f"compliance.heat.{what}"),
        "tone": "brand" if what == "due" else "bad",
        "range": str(year),
        "language": words.language,
        "most": max((count for _, count in values), default=0) or 1,
        "values": [each for each in values if each[1]],
    }


def _line(name: str, tone: str, rates: Sequence[Rate]) -> Chart:
    values = [None if each.percent is None else float(each.percent) for each in rates]
    notes = [f"{each.tally.rate.numerator} / {each.tally.rate.denominator}" for each in rates]
    return {"name": name, "tone": tone, "values": values, "notes": notes}
