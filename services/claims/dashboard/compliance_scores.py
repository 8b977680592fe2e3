"""Service scores as the page of compliance shows them: the ranking of insurers, and what each score is made of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from claims.application.reporting import ScoreReport
from claims.application.service_scores import InsurerScore
from claims.dashboard.compliance_charts import Chart
from claims.dashboard.compliance_view import Row
from claims.dashboard.texts import Words
from claims.domain.reporting.figures import two_places_down
from claims.domain.reporting.service_score import DimensionScore

_TONES = ("brand", "info", "good", "warn", "bad", "soft")
"""Of the dimensions, in their order."""
_BEST = 100


@dataclass(frozen=True, slots=True)
class DimensionView:
    """One dimension of a score."""

    title: str
    weight: int
    points: str | None
    """None: nothing to judge."""
    numerator: int
    denominator: int
    assessed: bool
    """By people, not counted."""


@dataclass(frozen=True, slots=True)
class ScoreView:
    """One insurer's score of a month."""

    insurer: str
    month: str
    score: str | None
    earned: str
    of: int
    judged: bool
    final: bool
    consequence: str
    dimensions: tuple[DimensionView, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """One insurer in the ranking."""

    place: int | None
    """Insurers with the same rate share one; None where there is no rate."""
    row: Row
    score: ScoreView | None
    """Of the newest month of the period that has begun."""


def score_views(scores: Iterable[InsurerScore], words: Words) -> tuple[ScoreView, ...]:
    """Return the scores, the newest month of each insurer in front."""
    ordered = sorted(scores, key=lambda each: (each.insurer, -each.score.month.toordinal()))
    return tuple(_view(each, words) for each in ordered)


def newest(scores: Iterable[ScoreView]) -> dict[str, ScoreView]:
    """Return the score of each insurer's newest month; the order is that of `score_views`."""
    found: dict[str, ScoreView] = {}
    for each in scores:
        found.setdefault(each.insurer, each)
    return found


def ranked(rows: Sequence[Row], scores: Iterable[ScoreView]) -> tuple[Ranked, ...]:
    """Return the ranking; `rows` come with the best rate in front."""
    found, of = newest(scores), [each.rate.tally.rate.value for each in rows]
    return tuple(
        Ranked(None if value is None else of.index(value) + 1, row, found.get(row.code))
        for row, value in zip(rows, of, strict=True)
    )


def points(report: ScoreReport, words: Words) -> Chart:
    """Return the points of each insurer's newest month by dimension, in one bar."""
    last: dict[str, InsurerScore] = {}
    for each in sorted(report.scores, key=lambda each: (each.insurer, each.score.month)):
        last[each.insurer] = each
    return {
        "kind": "stack",
        "label": words("compliance.scores.chart_label"),
        "labels": list(last),
        "titles": [f"{insurer} {each.score.month:%Y-%m}" for insurer, each in last.items()],
        "most": _BEST,
        "series": [
            {
                "name": words.of(dimension.title.zh, dimension.title.en),
                "tone": _TONES[place % len(_TONES)],
                "values": [_points(each.score.dimensions[place]) for each in last.values()],
            }
            for place, dimension in enumerate(report.definition.dimensions)
        ],
    }


def _points(found: DimensionScore) -> float | None:
    return None if found.points is None else float(two_places_down(found.points))


def _view(found: InsurerScore, words: Words) -> ScoreView:
    score = found.score
    return ScoreView(
        insurer=found.insurer,
        month=f"{score.month:%Y-%m}",
        score=score.text,
        earned=two_places_down(score.earned),
        of=score.of,
        judged=found.judged,
        final=found.final,
        consequence=found.consequence,
        dimensions=tuple(
            DimensionView(
                title=words.of(each.dimension.title.zh, each.dimension.title.en),
                weight=each.dimension.weight,
                points=None if each.points is None else two_places_down(each.points),
                numerator=each.rate.numerator,
                denominator=each.rate.denominator,
                assessed=each.dimension.measure is None,
            )
            for each in score.dimensions
        ),
    )
