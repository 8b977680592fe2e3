"""What falls due on each day, and what of it was breached: the board's calendar."""

from datetime import date

from sqlalchemy import text

from claims.application.board import DayLoad, QueueFilter
from claims.application.reporting import Selection
from claims.application.rows import Scope
from claims.domain.reporting.periods import Period
from claims.projections.day_counts import day_counts
from claims.projections.reading import ScopedReader

_DAYS = """
select due_day as day, cast(sum(met + met_late + overdue + extended + not_yet_due) as bigint) as due,
       cast(coalesce(sum(met_late + overdue) filter (where tier <> 'target'), 0) as bigint) as breached,
       cast(coalesce(sum(met_late + overdue) filter (where tier = 'target'), 0) as bigint) as missed
from counted where true{tier} group by 1
having sum(met + met_late + overdue + extended + not_yet_due) > 0 order by 1
"""


class BoardDays:
    """Reads days for the board, for a scope at a time."""

    def __init__(self, reader: ScopedReader) -> None:
        self._reader = reader

    async def daily_load(self, scope: Scope, wanted: QueueFilter, first: date, last: date) -> tuple[DayLoad, ...]:
        """Return the days from `first` to `last`, both included, on which anything is due."""
        period = Period(f"{first}/{last}", first, last)
        counted, parameters = day_counts(scope, Selection(period, wanted.insurer, wanted.region, wanted.rule))
        tier = "" if wanted.tier is None else " and tier = :tier"
        named = parameters if wanted.tier is None else {**parameters, "tier": wanted.tier}
        rows = await self._reader.rows(scope, text(counted + _DAYS.format(tier=tier)), named)
        return tuple(DayLoad(**row) for row in rows)
