"""Compliance and periodic reports: what is read of a period, and how the figures of a report come together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from claims.application.rows import Scope
from claims.application.service_scores import InsurerScore, Measured, insurers_scores
from claims.domain.moments import local_date
from claims.domain.reporting.compliance import ClockCount, total
from claims.domain.reporting.definitions import Kpi, KpiDefinitions, ServiceScore
from claims.domain.reporting.figures import Ratio
from claims.domain.reporting.periods import Period, months_after, period_of

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


@dataclass(frozen=True, slots=True)
class ScoreReport:
    """The service scores of a period, and the clocks of it that they stand beside."""

    compliance: ComplianceReport
    definition: ServiceScore
    scores: tuple[InsurerScore, ...]


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

    async def scores(self, scope: Scope, wanted: Selection) -> ScoreReport:
        """Return the scores of a period alone: of the key figures only those are read that a dimension goes by."""
        figures, definitions = self._figures, self._definitions
        score = definitions.service_score
        longer = _longer(wanted, score.months_before)
        used = {each.measure for each in score.dimensions}
        counts = await figures.clocks(scope, longer)
        measured = {
            each.id: await figures.measured(scope, longer, each, definitions)
            for each in definitions.kpis
            if each.id in used
        }
        made_at = await figures.now()
        inside = tuple(each for each in counts if wanted.period.holds(each.month))
        found = insurers_scores(score, counts, measured, longer.period, wanted.period, local_date(made_at))
        return ScoreReport(ComplianceReport(wanted, made_at, inside), score, tuple(found))

    async def report(self, scope: Scope, wanted: Selection) -> PeriodReport:
        """Return the report of a period; the months before it are read too, for the months running of the score."""
        figures, definitions = self._figures, self._definitions
        score = definitions.service_score
        longer = _longer(wanted, score.months_before)
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
            scores=tuple(insurers_scores(score, counts, measured, longer.period, wanted.period, local_date(made_at))),
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
