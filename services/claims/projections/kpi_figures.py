"""Claims, money and key figures of a period, out of the claim list and the rows of the key figures."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, text

from claims.application.reporting import ClaimCount, Decided, Paid, Selection
from claims.application.rows import Scope
from claims.application.service_scores import Measured
from claims.domain.reporting.definitions import Kpi, KpiDefinitions
from claims.domain.reporting.figures import Ratio
from claims.projections.reading import ScopedReader
from claims.projections.reporting_selection import LOCAL_MONTH, selected

_CLAIMS = """
select tenant, region, status, count(*) as count from claim_list
where reported_at >= :start and reported_at < :end{conditions} group by 1, 2, 3 order by 1, 2, 3
"""
_DECIDED = """
select tenant, region, sum(approved) as approved, sum(rejected) as rejected, sum(paid_in_full) as paid_in_full,
       sum(indemnity) as indemnity
from (
  select tenant, region, count(*) filter (where outcome = 'approved') as approved,
         count(*) filter (where outcome = 'rejected') as rejected, 0 as paid_in_full, sum(decided) as indemnity
  from claim_kpis where decided_at >= :start and decided_at < :end{conditions} group by 1, 2
  union all
  select tenant, region, 0, 0, count(*), 0
  from claim_kpis where paid_at >= :start and paid_at < :end{conditions} group by 1, 2) found
group by 1, 2 order by 1, 2
"""
_PAID = """
select tenant, region, what, count(*) as count, sum(amount) as amount from claim_kpi_items
where kind = 'payment' and started_at >= :start and started_at < :end{conditions} group by 1, 2, 3 order by 1, 2, 3
"""

_AVERAGE = f"""
select tenant, {LOCAL_MONTH.format("paid_at")} as month,
       sum(cast(extract(epoch from paid_at - began_at) * 1000000 as bigint)) as numerator, count(*) as denominator
from claim_kpis
where paid_at >= :start and paid_at < :end and (indemnity <= :small_up_to and deaths = 0) = :small{{conditions}}
group by 1, 2
"""  # noqa: S608 - constants
_ADVANCES = f"""
select tenant, {LOCAL_MONTH.format("until")} as month, count(*) filter (where ended_at <= until) as numerator,
       count(*) as denominator
from (
  select *, started_at + make_interval(hours => :hours) as until from claim_kpi_items
  where kind = 'advance' and started_at >= cast(:start as timestamptz) - make_interval(hours => :hours)
    and started_at < :end{{conditions}}) i
where until >= :start and until < :end and (ended_at is not null or until < (select business_now()))
  and (ended_at is not null or cancelled_at is null or cancelled_at > until)
group by 1, 2
"""  # noqa: S608 - constants
# The clock that is due first counts; of a victim who is not paid yet only once its time is over.
_VICTIMS = f"""
select tenant, {LOCAL_MONTH.format("last_instant")} as month,
       count(*) filter (where ended_at < until) as numerator, count(*) as denominator
from (
  select i.tenant, i.ended_at, d.until, d.last_instant
  from (select * from claim_kpi_items where kind = 'victim' and started_at < :end{{conditions}}) i
  cross join lateral (
    select c.marks[4] as until,
           case when c.due_date is null then c.due_at else c.due_at - interval '1 microsecond' end as last_instant
    from clocks c
    where (c.tenant, c.subject) = (i.tenant, i.claim_id) and c.round = i.round and c.rule = any(:rules)
      and not c.provisional and c.ended_as is distinct from 'cancelled'
    order by c.marks[4] limit 1) d) v
where last_instant >= :start and last_instant < :end
  and (ended_at is not null or until <= (select business_now()))
group by 1, 2
"""  # noqa: S608 - constants


class KpiFigures:
    """Reads claims, money and key figures of a period, for a scope at a time."""

    def __init__(self, reader: ScopedReader) -> None:
        self._reader = reader

    async def claims(self, scope: Scope, wanted: Selection) -> Sequence[ClaimCount]:
        """Return the claims reported in the period."""
        return [ClaimCount(**row) for row in await self._rows(scope, wanted, _CLAIMS)]

    async def decided(self, scope: Scope, wanted: Selection) -> Sequence[Decided]:
        """Return what was decided and paid in full in the period."""
        rows = await self._rows(scope, wanted, _DECIDED)
        numbers = ("approved", "rejected", "paid_in_full", "indemnity")
        return [Decided(row["tenant"], row["region"], *(int(row[name]) for name in numbers)) for row in rows]

    async def paid(self, scope: Scope, wanted: Selection) -> Sequence[Paid]:
        """Return what was paid in the period."""
        rows = await self._rows(scope, wanted, _PAID)
        return [Paid(**{**row, "amount": int(row["amount"])}) for row in rows]

    async def measured(
        self, scope: Scope, wanted: Selection, kpi: Kpi, definitions: KpiDefinitions
    ) -> Sequence[Measured]:
        """Return a key figure, by insurer and month."""
        statement, more = _formula(kpi, definitions)
        rows = await self._rows(scope, wanted, statement, **more)
        ratios = (Ratio(int(row["numerator"]), row["denominator"]) for row in rows)
        return [Measured(row["tenant"], row["month"], ratio) for row, ratio in zip(rows, ratios, strict=True)]

    async def _rows(self, scope: Scope, wanted: Selection, statement: str, **more: Any) -> Sequence[RowMapping]:
        conditions, parameters = selected(scope, wanted)
        return await self._reader.rows(scope, text(statement.format(conditions=conditions)), {**parameters, **more})


def _formula(kpi: Kpi, definitions: KpiDefinitions) -> tuple[str, dict[str, Any]]:
    match kpi.formula:
        case "average_report_to_payment":
            return _AVERAGE, {"small": kpi.size == "small", "small_up_to": definitions.small_up_to}
        case "advances_started":
            return _ADVANCES, {"hours": kpi.within_hours}
        case "victims_paid_in_time":
            return _VICTIMS, {"rules": list(kpi.rules)}
