"""Compliance and periodic reports: what is read of a period, and how the figures of a report come together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from claims.application.rows import Scope
from claims.domain.moments import local_date
from claims.domain.reporting.compliance import ClockCount, owed_by_insurers, tallied, total
from claims.domain.reporting.definitions import Dimension, Kpi, KpiDefinitions, ServiceScore
from claims.domain.reporting.figures import Ratio
from claims.domain.reporting.periods import Period, months_after, period_of
from claims.domain.reporting.service_score import Consequence, MonthScore, consequence, is_final, is_judged, score_of

COMPLIANCE = "compliance"
"""The measure of a dimension that goes by the clocks."""

MOST_BREACHES = 10_000
"""How many breaches a report lists; it always says how many there are."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What is reported on: a period, and which part of what the caller may see; None asks for all."""

    period: Period
    insurer: str | None = None
    region: str | None = None
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """One key figure of one insurer in one month: a sum of microseconds or a number, and of how many."""

    tenant: str
    month: date
    ratio: Ratio


@dataclass(frozen=True, slots=True)
class ClaimCount:
    """Claims reported in the period, by where they are, and how they now stand."""

    tenant: str
    region: str
    status: str
    count: int


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided and paid in full in the period; the indemnity in fen."""

    tenant: str
    region: str
    approved: int = 0
    rejected: int = 0
    paid_in_full: int = 0
    indemnity: int = 0

    def __add__(self, other: "Decided") -> "Decided":
        return replace(
            self,
            approved=self.approved + other.approved,
            rejected=self.rejected + other.rejected,
            paid_in_full=self.paid_in_full + other.paid_in_full,
            indemnity=self.indemnity + other.indemnity,
        )


@dataclass(frozen=True, slots=True)
class Paid:
    """Payments made in the period that did not bounce: an advance's kind or indemnity, and the sum in fen."""

    tenant: str
    region: str
    what: str
    count: int
    amount: int


@dataclass(frozen=True, slots=True)
class Breach:
    """A clock of a statutory or service rule that was due in the period and not met in time."""

    clock_id: UUID
    tenant: str
    region: str
    rule: str
    tier: str
    responsible: str
    subject: UUID
    claim_number: str | None
    policy_number: str | None
    due_at: datetime
    due_date: date | None
    ended_at: datetime | None
    status: str
    """met_late, overdue, or cancelled: after it was late, and then the breach stays."""
    subject_kind: str
    """The kind of the subject's stream."""


class Figures(Protocol):
    """The derived tables, counted, as far as the scope may see them."""

    async def now(self) -> datetime:
        """Return business time."""
        ...

    async def clocks(self, scope: Scope, wanted: Selection) -> Sequence[ClockCount]:
        """Return the clocks due in the period, counted by tenant, region, rule and month."""
        ...

    async def breaches(self, scope: Scope, wanted: Selection, limit: int) -> Sequence[Breach]:
        """Return up to `limit` breaches, the one that was due first in front."""
        ...

    async def claims(self, scope: Scope, wanted: Selection) -> Sequence[ClaimCount]:
        """Return the claims reported in the period."""
        ...

    async def decided(self, scope: Scope, wanted: Selection) -> Sequence[Decided]:
        """Return what was decided and paid in full in the period."""
        ...

    async def paid(self, scope: Scope, wanted: Selection) -> Sequence[Paid]:
        """Return what was paid in the period."""
        ...

    async def measured(
        self, scope: Scope, wanted: Selection, kpi: Kpi, definitions: KpiDefinitions
    ) -> Sequence[Measured]:
        """Return a key figure, by insurer and month."""
        ...


@dataclass(frozen=True, slots=True)
class ComplianceReport:
    """The clocks that were due in a period."""

    selection: Selection
    made_at: datetime
    counts: tuple[ClockCount, ...]


@dataclass(frozen=True, slots=True)
class KpiFigure:
    """A key figure of the period: of all that the caller sees, and of each insurer."""

    kpi: Kpi
    ratio: Ratio
    by_insurer: Mapping[str, Ratio]


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


@dataclass(frozen=True, slots=True)
class PeriodReport:
    """Everything that is reported of a period."""

    compliance: ComplianceReport
    definitions: KpiDefinitions
    claims: tuple[ClaimCount, ...]
    decided: tuple[Decided, ...]
    paid: tuple[Paid, ...]
    kpis: tuple[KpiFigure, ...]
    scores: tuple[InsurerScore, ...]
    breaches: tuple[Breach, ...]

    @property
    def breach_count(self) -> int:
        """Return how many breaches there are, also where not all are listed."""
        tally = total(each for each in self.compliance.counts if each.is_of_a_breach)
        return tally.met_late + tally.overdue


class Reporting:
    """Answers for periods, for a scope at a time."""

    def __init__(self, figures: Figures, definitions: KpiDefinitions) -> None:
        self._figures = figures
        self._definitions = definitions

    async def current(self, kind: str) -> Period:
        """Return the period of a kind that business time is in, in Shanghai."""
        return period_of(local_date(await self._figures.now()), kind)

    async def compliance(self, scope: Scope, wanted: Selection) -> ComplianceReport:
        """Return what became of the clocks that were due in a period."""
        counts = await self._figures.clocks(scope, wanted)
        return ComplianceReport(wanted, await self._figures.now(), tuple(counts))

    async def report(self, scope: Scope, wanted: Selection) -> PeriodReport:
        """Return the report of a period; the months before it are read too, for the months running of the score."""
        figures, definitions = self._figures, self._definitions
        longer = _longer(wanted, definitions.service_score.months_before)
        counts = await figures.clocks(scope, longer)
        measured = {each.id: await figures.measured(scope, longer, each, definitions) for each in definitions.kpis}
        made_at = await figures.now()
        inside = tuple(each for each in counts if wanted.period.holds(each.month))
        return PeriodReport(
            compliance=ComplianceReport(wanted, made_at, inside),
            definitions=definitions,
            claims=tuple(await figures.claims(scope, wanted)),
            decided=tuple(await figures.decided(scope, wanted)),
            paid=tuple(await figures.paid(scope, wanted)),
            kpis=tuple(_figure(each, measured[each.id], wanted.period) for each in definitions.kpis),
            scores=tuple(_scores(definitions, counts, measured, longer.period, wanted.period, local_date(made_at))),
            breaches=tuple(await figures.breaches(scope, wanted, MOST_BREACHES)),
        )


def _longer(wanted: Selection, months: int) -> Selection:
    first = months_after(wanted.period.first, -months)
    return replace(wanted, period=replace(wanted.period, first=first))


def _figure(kpi: Kpi, measured: Iterable[Measured], period: Period) -> KpiFigure:
    by_insurer: dict[str, Ratio] = {}
    for each in measured:
        if period.holds(each.month):
            by_insurer[each.tenant] = by_insurer.get(each.tenant, Ratio()) + each.ratio
    return KpiFigure(kpi, sum(by_insurer.values(), Ratio()), dict(sorted(by_insurer.items())))


def _scores(  # noqa: PLR0913, PLR0917 - what a score is made of
    definitions: KpiDefinitions,
    counts: Sequence[ClockCount],
    measured: Mapping[str, Sequence[Measured]],
    longer: Period,
    period: Period,
    today: date,
) -> Iterable[InsurerScore]:
    """Yield the scores of each insurer and month of the period that has begun."""
    definition = definitions.service_score
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
