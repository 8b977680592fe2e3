"""The grade of an accident by casualties and loss, with the figures of the rulebooks (Decree 493, arts. 3 and 13)."""

from datetime import datetime, timedelta

from claims.domain.claim.events import Casualties
from claims.domain.moments import local_date
from claims.domain.rulebook import ACCIDENT_GRADES, AccidentGrades, GradeBound


def grade(figures: AccidentGrades, casualties: Casualties, direct_loss: int | None) -> str:
    """Return the grade; the loss is in fen.

    "Above" includes the number and "below" does not (Decree 493, art. 45), so that a bound belongs to the higher grade.
    """
    reached = (bound.grade for bound in figures.bounds if _reaches(bound, casualties, direct_loss or 0))
    return next(reached, ACCIDENT_GRADES[0])


def may_regrade(figures: AccidentGrades, accident_at: datetime, kind: str | None, at: datetime) -> bool:
    """Say whether a count still changes the grade: within the days of the accident's kind (Decree 493, art. 13)."""
    days = figures.regraded_for_days_by_kind.get(kind or "", figures.regraded_for_days)
    return local_date(at) <= local_date(accident_at) + timedelta(days=days)


def at_least(name: str, bound: str) -> bool:
    """Say whether a grade is at least another."""
    return ACCIDENT_GRADES.index(name) >= ACCIDENT_GRADES.index(bound)


def _reaches(bound: GradeBound, casualties: Casualties, direct_loss: int) -> bool:
    counts = (
        casualties.deaths >= bound.deaths,
        casualties.serious_injuries >= bound.serious_injuries,
        direct_loss >= bound.direct_loss,
    )
    return any(counts)
