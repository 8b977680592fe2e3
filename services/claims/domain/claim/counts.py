"""Counts of the persons harmed, each with the moment at which it was so."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from claims.domain.claim.events import Casualties


@dataclass(frozen=True, slots=True)
class RecordedCasualties:
    """A count of persons harmed and when it was so."""

    at: datetime
    casualties: Casualties


def latest(counts: Iterable[RecordedCasualties]) -> Casualties:
    """Return the latest count by when it was so; of two at the same moment, the one recorded last."""
    return max(enumerate(counts), key=lambda item: (item[1].at, item[0]))[1].casualties
