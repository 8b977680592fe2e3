"""All that reports are made of, as one reader."""

from datetime import datetime

from sqlalchemy import text

from claims.application.rows import Scope
from claims.projections.compliance import ComplianceFigures
from claims.projections.kpi_figures import KpiFigures

_NOW = text("select business_now() as now")


class ReportFigures(ComplianceFigures, KpiFigures):
    """Fulfils the port `Figures`."""

    async def now(self) -> datetime:
        """Return business time."""
        (row,) = await self._reader.rows(Scope("worker"), _NOW)
        moment: datetime = row["now"]
        return moment
