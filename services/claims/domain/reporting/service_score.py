"""The service score of an insurer in a month, of 100, and what the months running under the bound bring about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import takewhile
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
        """Say whether every dimension could be judged."""
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


def is_final(month: date, today: date) -> bool:
    """Say whether a month is over in Shanghai: until then its score still moves, and nothing follows from it."""
    return months_after(month, 1) <= today


def is_judged(score: ServiceScore, found: MonthScore) -> bool:
    """Say whether enough of the points could be judged for something to follow from a month."""
    return found.of >= score.judged_at_least


def consequence(score: ServiceScore, scores: Sequence[MonthScore], month: date, today: date) -> Consequence:
    """Return what follows for new business from the months up to `month`; `today` is a day in Shanghai.

    Under the bound restricts it, so many judged months running suspend it. A month that is not judged brings nothing
    about; it neither counts in the run nor breaks it, so that nobody is held for it or escapes by it.
    """
    known = {each.month: each for each in scores}
    this = known.get(month)
    if this is None or not is_final(month, today) or not is_judged(score, this):
        return "undetermined"
    looked_at = (known.get(months_after(month, -back)) for back in range(score.run_within_months))
    judged = (each for each in looked_at if each is not None and is_judged(score, each))
    running = sum(1 for _ in takewhile(lambda each: _fails(score, each), judged))
    if running >= score.suspends_after_months:
        return "suspended"
    return "restricted" if running else "none"


def _fails(score: ServiceScore, found: MonthScore) -> bool:
    return found.value is not None and found.value < score.restricts_below
