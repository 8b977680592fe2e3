"""What reports are made of, given by hand: no database."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files

from tests.support.story import at

from claims.application.reporting import Breach, ClaimCount, Decided, Paid, Selection
from claims.application.rows import Scope
from claims.application.service_scores import Measured
from claims.domain.reporting.compliance import ClockCount
from claims.domain.reporting.definitions import Kpi, KpiDefinitions
from claims.reference.kpi_source import read_kpis

KPIS = files("claims.rulebooks").joinpath("kpis", "kpis-1.toml").read_text(encoding="utf-8")


def assessed_text() -> str:
    """Return an operator's own file: the packaged one, its last four dimensions assessed by people."""
    computed, last_four = KPIS.split('[[service_score.dimensions]]\nid = "prevention_services"')
    entered = re.sub(r"^(measure|rules|over_months) = .*\n", "", last_four, flags=re.MULTILINE)
    return f'{computed}[[service_score.dimensions]]\nid = "prevention_services"{entered}'


def assessed_kpis() -> KpiDefinitions:
    """Return what that file says."""
    return read_kpis("own.toml", assessed_text())


@dataclass
class GivenFigures:
    """Fulfils the port `Figures` with what a test says; `asked` holds the selections."""

    now_is: datetime = field(default_factory=lambda: at("2026-04-02 10:00"))
    clock_counts: Sequence[ClockCount] = ()
    breach_list: Sequence[Breach] = ()
    claim_counts: Sequence[ClaimCount] = ()
    decisions: Sequence[Decided] = ()
    payments: Sequence[Paid] = ()
    kpis: Mapping[str, Sequence[Measured]] = field(default_factory=dict)
    asked: list[Selection] = field(default_factory=list)

    async def now(self) -> datetime:
        return self.now_is

    async def clocks(self, scope: Scope, wanted: Selection) -> Sequence[ClockCount]:
        self.asked.append(wanted)
        return self.clock_counts

    async def breaches(self, scope: Scope, wanted: Selection, limit: int) -> Sequence[Breach]:
        return self.breach_list[:limit]

    async def claims(self, scope: Scope, wanted: Selection) -> Sequence[ClaimCount]:
        return self.claim_counts

    async def decided(self, scope: Scope, wanted: Selection) -> Sequence[Decided]:
        return self.decisions

    async def paid(self, scope: Scope, wanted: Selection) -> Sequence[Paid]:
        return self.payments

    async def measured(
        self, scope: Scope, wanted: Selection, kpi: Kpi, definitions: KpiDefinitions
    ) -> Sequence[Measured]:
        return self.kpis.get(kpi.id, ())
