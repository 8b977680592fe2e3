"""What the key figures are and what they are held against, as the data file says: the product's, and configurable."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from claims.domain.money import Fen

Formula: TypeAlias = Literal["average_report_to_payment", "victims_paid_in_time", "advances_started"]
Size: TypeAlias = Literal["small", "major"]


@dataclass(frozen=True, slots=True)
class Title:
    """In both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Kpi:
    """One key figure: how it is computed and its target."""

    id: str
    title: Title
    formula: Formula
    size: Size | None = None
    """Of which claims it is the average; None for other formulas."""
    rules: tuple[str, ...] = ()
    """The clocks that say until when victims are to be paid: the one that is due first counts."""
    within_hours: int = 0
    at_most_days: int | None = None
    at_least_percent: int | None = None


@dataclass(frozen=True, slots=True)
class Dimension:
    """One of the dimensions of the service score."""

    id: str
    title: Title
    weight: int
    """Points of 100."""
    measure: str | None
    """The id of a rate among the key figures, or "compliance"; None: assessed by people and entered."""
    rules: tuple[str, ...] = ()
    """Of a compliance rate: the clocks that count; empty for all."""
    over_months: int = 1
    """Measured over so many months up to the one that is scored: what is due once a year is judged all year."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What people found of an insurer in a month, in percent of the dimension's points."""

    insurer: str
    month: date
    dimension: str
    percent: int


@dataclass(frozen=True, slots=True)
class ServiceScore:
    """How the score is put together and what follows from it."""

    dimensions: tuple[Dimension, ...]
    judged_at_least: int
    """A month is judged where so many of the 100 points could be judged; nothing follows from any other month."""
    restricts_below: int
    """Under so many points new business is restricted."""
    suspends_after_months: int
    """So many judged months running under them suspend it."""
    run_within_months: int
    """They lie within so many months, the last one included; months that are not judged are passed over."""
    assessments: tuple[Assessment, ...]

    @property
    def months_before(self) -> int:
        """Return how many months before the one that is scored are looked at."""
        return self.run_within_months - 1 + max(each.over_months for each in self.dimensions) - 1


@dataclass(frozen=True, slots=True)
class KpiDefinitions:
    """One version of all definitions."""

    id: str
    version: int
    small_up_to: Fen
    """A claim is small if its indemnity is at most this and nobody died; every other one is major."""
    kpis: tuple[Kpi, ...]
    service_score: ServiceScore

    @property
    def reference(self) -> str:
        """Name file and version, as reports do: kpis@1."""
        return f"{self.id}@{self.version}"
