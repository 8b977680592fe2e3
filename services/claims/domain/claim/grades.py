"""The grade of an accident by its casualties and loss (Decree 493, articles 3 and 13; Civil Code art. 1259)."""

from datetime import datetime, timedelta

from claims.domain.claim.events import Casualties
from claims.domain.moments import local_date
from claims.domain.rulebook import ACCIDENT_GRADES

_BOUNDS = (
    ("extraordinary", 30, 100, 10_000_000_000),
    ("serious", 10, 50, 5_000_000_000),
    ("major", 3, 10, 1_000_000_000),
)
"""Grade, and from how many dead, how many seriously injured, or how much direct loss (fen) on it begins."""

_REGRADED_FOR = 30
_REGRADED_FOR_TRAFFIC_AND_FIRE = 7
_SHORT = frozenset({"traffic", "fire"})


def grade(casualties: Casualties, direct_loss: int | None) -> str:
    """Return the grade: any one of the counts is enough, and a bound belongs to the higher grade."""
    for name, deaths, injured, loss in _BOUNDS:
        if casualties.deaths >= deaths or casualties.serious_injuries >= injured or (direct_loss or 0) >= loss:
            return name
    return ACCIDENT_GRADES[0]


def may_regrade(accident_at: datetime, kind: str | None, at: datetime) -> bool:
    """Say whether a count still changes the grade: within 30 days of the accident, 7 for traffic and fire."""
    days = _REGRADED_FOR_TRAFFIC_AND_FIRE if kind in _SHORT else _REGRADED_FOR
    return local_date(at) <= local_date(accident_at) + timedelta(days=days)


def at_least(name: str, bound: str) -> bool:
    """Say whether a grade is at least another."""
    return ACCIDENT_GRADES.index(name) >= ACCIDENT_GRADES.index(bound)
