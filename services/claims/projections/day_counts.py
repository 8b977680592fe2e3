"""Clocks that were due in a period, counted by day: the present day from the clocks, the others as they were counted.

Only on the present day it depends on the hour whether what runs is overdue: on a day that is over it is, and on one
that has not begun it is not.
"""

from typing import Any

from claims.application.reporting import Selection
from claims.application.rows import Scope
from claims.projections.clock_days import COUNTS, DUE_DAY, OUTCOME
from claims.projections.region_spans import in_region

_WHAT = ("tenant", "region", "rule", "tier", "responsible")
_PLAIN = tuple(name for name in COUNTS if name not in {"overdue", "running", "held"})
_TIMELESS = ", ".join(f"count(*) filter (where outcome = '{name}') as {name}" for name in _PLAIN)

DAY_COUNTS = f"""
with today as materialized (
  select d.now, d.day, cast(d.day as timestamp) at time zone 'Asia/Shanghai' as begins,
         cast(d.day + 1 as timestamp) at time zone 'Asia/Shanghai' as ends
  from (select n.now, cast(n.now at time zone 'Asia/Shanghai' as date) as day
        from (select business_now() as now offset 0) n) d),
present as (
  select c.*, {OUTCOME} as outcome
  from today t
  cross join lateral (
    select distinct d.tenant from clock_days d where d.due_day = t.day and t.day between :first and :last{{days}}) w
  join clocks c on c.tenant = w.tenant and c.tier <> 'information'
    and c.due_at >= t.begins and c.due_at <= t.ends and {DUE_DAY} = t.day
  where true{{clocks}}),
counted as (
  select {", ".join(f"d.{name}" for name in _WHAT)}, d.due_day, {", ".join(f"d.{name}" for name in _PLAIN)},
         d.overdue + case when d.due_day < t.day then d.running else 0 end as overdue,
         d.held + case when d.due_day > t.day then d.running else 0 end as not_yet_due, d.withdrawn
  from clock_days d cross join today t
  where d.due_day >= :first and d.due_day <= :last and d.due_day <> t.day{{days}}
  union all
  select {", ".join(f"p.{name}" for name in _WHAT)}, t.day, {_TIMELESS},
         count(*) filter (where outcome = 'overdue' or (outcome = 'running' and p.marks[4] <= t.now)),
         count(*) filter (where outcome = 'held' or (outcome = 'running' and p.marks[4] > t.now)),
         count(*) filter (where p.withdrawn_at is not null)
  from present p cross join today t group by {", ".join(f"p.{name}" for name in _WHAT)}, t.day)
"""  # noqa: S608 - constants
"""Defines `counted`: rows by day, tenant, region, rule, tier and who owes it; a column for each outcome."""


def day_counts(scope: Scope, wanted: Selection) -> tuple[str, dict[str, Any]]:
    """Return the beginning of a statement that reads `counted`, and its parameters."""
    equal = {"tenant": scope.own_tenant, "insurer": wanted.insurer, "rule": wanted.rule}
    columns = {"tenant": "tenant", "insurer": "tenant", "rule": "rule"}
    given = {name: value for name, value in equal.items() if value is not None}
    parameters: dict[str, Any] = {"first": wanted.period.first, "last": wanted.period.last, **given}
    conditions = {alias: "".join(f" and {alias}.{columns[name]} = :{name}" for name in given) for alias in ("c", "d")}
    if wanted.region is not None:
        for alias in conditions:
            text, more = in_region(alias, wanted.region)
            conditions[alias] += text
            parameters |= more
    return DAY_COUNTS.format(days=conditions["d"], clocks=conditions["c"]), parameters
