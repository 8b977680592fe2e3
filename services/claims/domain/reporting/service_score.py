"""The service score of an insurer in a month, of 100, and what the months running under the bound bring about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias

from claims.domain.reporting.definitions import Dimension, ServiceScore
from claims.domain.reporting.figures import Ratio, two_places_down
from claims.domain.reporting.periods import months_after

Consequence: TypeAlias = Literal["none", "restricted", "suspended", "undetermined"]


@dataclass(frozen=True, slots=True)
class DimensionScore:
    """What an insurer got in one dimension."""

    dimension: Dimension
    rate: Ratio

    @property
    def points(self) -> Fraction | None:
        """Return the points, exactly; None where there is nothing to judge."""
        return None if self.rate.value is None else self.rate.value * self.dimension.weight


@dataclass(frozen=True, slots=True)
class MonthScore:
    """An insurer's score of one month."""

    month: date
    dimensions: tuple[DimensionScore, ...]

    @property
    def earned(self) -> Fraction:
        """Return the points of all dimensions that can be judged."""
        return sum((each.points for each in self.dimensions if each.points is not None), Fraction(0))

    @property
    def of(self) -> int:
        """Return the points that could be earned in them; 100 if nothing is missing."""
        return sum(each.dimension.weight for each in self.dimensions if each.points is not None)

    @property
    def complete(self) -> bool:
        """Say whether every dimension could be judged: only then does something follow from the score."""
        return all(each.points is not None for each in self.dimensions)

    @property
    def value(self) -> Fraction | None:
        """Return the score scaled to 100; None where nothing could be judged."""
        return self.earned * 100 / self.of if self.of else None

    @property
    def text(self) -> str | None:
        """Return the score with two places, rounded DOWN."""
        return None if self.value is None else two_places_down(self.value)


def score_of(score: ServiceScore, insurer: str, month: date, measured: Mapping[str, Ratio]) -> MonthScore:
    """Return an insurer's score of a month; `measured` holds the rates of the dimensions that are measured, by id."""
    assessed = {
        each.dimension: Ratio(each.percent, 100)
        for each in score.assessments
        if (each.insurer, each.month) == (insurer, month)
    }
    return MonthScore(
        month,
        tuple(
            DimensionScore(each, (assessed if each.measure is None else measured).get(each.id, Ratio()))
            for each in score.dimensions
        ),
    )


def consequence(score: ServiceScore, scores: Sequence[MonthScore], month: date) -> Consequence:
    """Return what follows for new business from the months up to `month`.

    Under the bound restricts it, so many months running suspend it; a score that is not complete breaks the run, since
    nothing can be held against anybody by it.
    """
    known = {each.month: each for each in scores}
    this = known.get(month)
    if this is None or not this.complete:
        return "undetermined"
    running = 0
    while (found := known.get(months_after(month, -running))) is not None and _fails(score, found):
        running += 1
    if running >= score.suspends_after_months:
        return "suspended"
    return "restricted" if running else "none"


def _fails(score: ServiceScore, found: MonthScore) -> bool:
    return found.complete and found.value is not None and found.value < score.restricts_below
