"""The compliance rate: met in time ÷ (due in the period − cancelled − provisional)."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from claims.domain.reporting.figures import Ratio
from claims.domain.rulebook import Tier

BREACHES = frozenset({Tier.STATUTORY.value, Tier.SERVICE.value})
"""The tiers whose misses are breaches; targets are counted apart from them, always."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Clocks that were due, by what became of them; every clock stands in exactly one of the first seven."""

    met: int = 0
    met_late: int = 0
    overdue: int = 0
    """Not met, though the time is over: still running, or cancelled only after it was late."""
    extended: int = 0
    cancelled: int = 0
    """Before they were late; what was late before stays a breach."""
    provisional: int = 0
    not_yet_due: int = 0
    """They run, and their time is not over: part of no rate yet."""
    withdrawn: int = 0
    """Breaches taken back because the fact had been in time; these clocks stand among the met as well."""

    def __add__(self, other: "Tally") -> "Tally":
        pairs = ((getattr(self, name), getattr(other, name)) for name in Tally.__slots__)
        return Tally(*(one + two for one, two in pairs))

    @property
    def due(self) -> int:
        """Return how many were due."""
        return self.met + self.met_late + self.overdue + self.extended + self.cancelled + self.provisional

    @property
    def rate(self) -> Ratio:
        """Return the compliance rate; what was extended is due and not met, and is shown apart."""
        return Ratio(self.met, self.due - self.cancelled - self.provisional)


@dataclass(frozen=True, slots=True)
class ClockCount:
    """The clocks of one rule, tenant, region and month."""

    tenant: str
    region: str
    rule: str
    tier: str
    responsible: str
    month: date
    """The first day of the month in which they were due."""
    tally: Tally

    @property
    def is_of_a_breach(self) -> bool:
        """Say whether a miss is a breach, and no missed target."""
        return self.tier in BREACHES


Key = TypeVar("Key", bound=Hashable)


def tallied(counts: Iterable[ClockCount], key: Callable[[ClockCount], Key]) -> dict[Key, Tally]:
    """Return the sum for each key, in the order in which the keys come."""
    sums: dict[Key, Tally] = {}
    for each in counts:
        sums[key(each)] = sums.get(key(each), Tally()) + each.tally
    return sums


def total(counts: Iterable[ClockCount]) -> Tally:
    """Return the sum of all."""
    return sum((each.tally for each in counts), Tally())


def owed_by_insurers(counts: Iterable[ClockCount]) -> tuple[ClockCount, ...]:
    """Return what insurers owe and whose miss is a breach: brokers' misses are none of theirs."""
    return tuple(each for each in counts if each.is_of_a_breach and each.responsible == "insurer")
