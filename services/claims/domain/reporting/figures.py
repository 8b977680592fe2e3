"""Rates and averages that always keep their numerator and denominator, and never look better than they are."""

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

DAY = timedelta(days=1) // timedelta(microseconds=1)
"""A day of 24 hours in microseconds, in which durations are added up."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A part of a whole; nothing of nothing is no rate at all."""

    numerator: int = 0
    denominator: int = 0

    def __add__(self, other: "Ratio") -> "Ratio":
        return Ratio(self.numerator + other.numerator, self.denominator + other.denominator)

    @property
    def value(self) -> Fraction | None:
        """Return the exact quotient; None if there is nothing to divide by."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    @property
    def percent(self) -> str | None:
        """Return it in percent with two places, rounded DOWN: 97.999 is not shown as 98."""
        return None if self.value is None else two_places_down(self.value * 100)

    def at_least(self, percent: int) -> bool | None:
        """Say, exactly, whether it reaches a percentage; None if there is nothing to judge."""
        return None if self.value is None else self.value * 100 >= percent


def average_days(total: Ratio) -> str | None:
    """Return microseconds divided by their count, in days of 24 hours with two places, rounded UP."""
    if total.value is None:
        return None
    return _two_places(-((-total.value * 100 / DAY) // 1))


def days_at_most(total: Ratio, days: int) -> bool | None:
    """Say, exactly, whether an average of microseconds is at most so many days."""
    return None if total.value is None else total.value <= days * DAY


def two_places_down(value: Fraction) -> str:
    """Return a number that is not negative with two places, rounded DOWN."""
    return _two_places(value * 100 // 1)


def _two_places(hundredths: int) -> str:
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02d}"
