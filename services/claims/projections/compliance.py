"""Clocks counted by what became of them, and the breaches among them.

A clock was due on its last day; `due_at` of a day clock is 00:00 of the day after. Whether a fact was in time is judged
by the moment of the breach (`marks[4]`), so that a fact recorded late counts as it is, and no worker need have run.
Clocks of the tier `information` are shown on their claims alone: nobody owes what they count, so no count holds them.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from claims.application.reporting import Breach, Selection
from claims.application.rows import Scope
from claims.domain.reporting.compliance import ClockCount, Tally
from claims.projections.day_counts import day_counts
from claims.projections.reading import ScopedReader
from claims.projections.reporting_selection import selected

_DUE = """
select *, case
    when ended_as = 'cancelled' and ended_at < marks[4] then 'cancelled'
    when provisional then 'provisional'
    when ended_at is null and marks[4] > (select business_now()) then 'not_yet_due'
    when ended_as = 'met' then case when ended_at < marks[4] then 'met' else 'met_late' end
    when ended_as = 'extended' then 'extended'
    else 'overdue'
  end as outcome
from (
  select *, coalesce(due_date, cast(due_at at time zone 'Asia/Shanghai' as date)) as due_day
  from clocks where due_at >= :start and due_at <= :end and tier <> 'information'{conditions}) d
where due_day between :first and :last
"""
_OUTCOMES = ("met", "met_late", "overdue", "extended", "cancelled", "provisional", "not_yet_due", "withdrawn")
_COUNTED = f"""
select tenant, region, rule, tier, responsible, cast(date_trunc('month', due_day) as date) as month,
       {", ".join(f"cast(sum({name}) as bigint) as {name}" for name in _OUTCOMES)}
from counted group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6
"""  # noqa: S608 - constants
_BREACHES = f"""
with due as ({_DUE})
select d.clock_id, d.tenant, d.region, d.rule, d.tier, d.responsible, d.subject, l.number as claim_number,
       l.policy_number, d.due_at, d.due_date, d.ended_at,
       case when d.ended_as = 'cancelled' then 'cancelled' else d.outcome end as status,
       (select s.kind from streams s where (s.tenant, s.stream_id) = (d.tenant, d.subject)) as subject_kind
from due d left join claim_list l on (l.tenant, l.claim_id) = (d.tenant, d.subject)
where d.outcome in ('met_late', 'overdue') and d.tier <> 'target'
order by d.due_at, d.clock_id limit :limit
"""  # noqa: S608 - constants

_STAYS_INSIDE = " and tier <> 'target' and not provisional"
"""What never leaves the insurer is not there for a regulator."""


class ComplianceFigures:
    """Reads the clocks of a period, for a scope at a time."""

    def __init__(self, reader: ScopedReader) -> None:
        self._reader = reader

    async def clocks(self, scope: Scope, wanted: Selection) -> Sequence[ClockCount]:
        """Return the clocks due in the period, counted by tenant, region, rule and month."""
        counted, parameters = day_counts(scope, wanted)
        rows = await self._reader.rows(scope, text(counted + _COUNTED), parameters)
        return [
            ClockCount(
                tenant=row["tenant"],
                region=row["region"],
                rule=row["rule"],
                tier=row["tier"],
                responsible=row["responsible"],
                month=row["month"],
                tally=Tally(**{name: row[name] for name in Tally.__slots__}),
            )
            for row in rows
        ]

    async def breaches(self, scope: Scope, wanted: Selection, limit: int) -> Sequence[Breach]:
        """Return up to `limit` breaches, the one that was due first in front."""
        conditions, parameters = _conditions(scope, wanted)
        statement = text(_BREACHES.format(conditions=conditions))
        rows = await self._reader.rows(scope, statement, {**parameters, "limit": limit})
        return [Breach(**row) for row in rows]


def _conditions(scope: Scope, wanted: Selection) -> tuple[str, dict[str, Any]]:
    conditions, parameters = selected(scope, wanted)
    parameters |= {"first": wanted.period.first, "last": wanted.period.last}
    if wanted.rule is not None:
        conditions += " and rule = :rule"
        parameters["rule"] = wanted.rule
    if scope.role == "regulator":
        conditions += _STAYS_INSIDE
    return conditions, parameters
