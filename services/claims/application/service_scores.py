"""The service scores of a period: how what was counted and measured comes together, insurer by insurer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from claims.domain.reporting.compliance import ClockCount, owed_by_insurers, tallied
from claims.domain.reporting.definitions import Dimension, ServiceScore
from claims.domain.reporting.figures import Ratio
from claims.domain.reporting.periods import Period, months_after
from claims.domain.reporting.service_score import Consequence, MonthScore, consequence, is_final, is_judged, score_of

COMPLIANCE = "compliance"
"""The measure of a dimension that goes by the clocks."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One key figure of one insurer in one month: a sum of microseconds or a number, and of how many."""

    tenant: str
    month: date
    ratio: Ratio


@dataclass(frozen=True, slots=True)
class InsurerScore:
    """An insurer's score of a month, and what follows from it."""

    insurer: str
    score: MonthScore
    judged: bool
    """Whether enough points could be judged for something to follow from it."""
    final: bool
    """Whether the month is over."""
    consequence: Consequence


def insurers_scores(  # noqa: PLR0913, PLR0917 - what a score is made of
    definition: ServiceScore,
    counts: Sequence[ClockCount],
    measured: Mapping[str, Sequence[Measured]],
    longer: Period,
    period: Period,
    today: date,
) -> Iterable[InsurerScore]:
    """Yield the scores of each insurer and month of the period that has begun; `longer` reaches back behind it."""
    rates = {
        each.id: _monthly(each, counts, measured.get(each.measure, ()))
        for each in definition.dimensions
        if each.measure is not None
    }
    for insurer in sorted({insurer for monthly in rates.values() for insurer, _ in monthly}):
        scores = [
            score_of(definition, insurer, month, _rates_of(definition, rates, insurer, month))
            for month in longer.months()
        ]
        for score in scores:
            if period.holds(score.month) and score.month <= today:
                yield InsurerScore(
                    insurer,
                    score,
                    is_judged(definition, score),
                    is_final(score.month, today),
                    consequence(definition, scores, score.month, today),
                )


def _monthly(
    dimension: Dimension, counts: Iterable[ClockCount], figures: Iterable[Measured]
) -> dict[tuple[str, date], Ratio]:
    """Return the rate of a dimension that is measured, by insurer and month."""
    if dimension.measure == COMPLIANCE:
        owed = (each for each in owed_by_insurers(counts) if not dimension.rules or each.rule in dimension.rules)
        return {key: tally.rate for key, tally in tallied(owed, lambda each: (each.tenant, each.month)).items()}
    found: dict[tuple[str, date], Ratio] = {}
    for each in figures:
        key = each.tenant, each.month
        found[key] = found.get(key, Ratio()) + each.ratio
    return found


def _rates_of(
    definition: ServiceScore, rates: Mapping[str, Mapping[tuple[str, date], Ratio]], insurer: str, month: date
) -> dict[str, Ratio]:
    months_of = {
        each.id: [months_after(month, -back) for back in range(each.over_months)] for each in definition.dimensions
    }
    return {
        name: sum((monthly.get((insurer, each), Ratio()) for each in months_of[name]), Ratio())
        for name, monthly in rates.items()
    }
