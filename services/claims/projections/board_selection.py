"""How the board's filter is written in SQL: the tenant in front, for the sake of indexes."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from claims.application.board import QueueFilter
from claims.application.rows import Scope
from claims.projections.region_spans import in_region

Selected: TypeAlias = tuple[str, dict[str, Any]]
"""Conditions, each behind an `and`, and their parameters."""

_EQUAL = ("rule", "tier", "status", "provisional")
_ADJUSTER = """ and exists (
  select from claim_list a where (a.tenant, a.claim_id) = (c.tenant, c.subject) and a.adjuster = :adjuster)"""


def selected_claims(scope: Scope, wanted: QueueFilter) -> Selected:
    """Return conditions on `claim_list l`, each behind an `and`, with their parameters."""
    return joined(_places(scope, wanted, "l"), _given({"adjuster": (" and l.adjuster = :adjuster", wanted.adjuster)}))


def selected_clocks(scope: Scope, wanted: QueueFilter) -> Selected:
    """Return conditions on `clocks c`, each behind an `and`, with their parameters."""
    equal = {name: (f" and c.{name} = :{name}", getattr(wanted, name)) for name in _EQUAL}
    more = _given({**equal, "adjuster": (_ADJUSTER, wanted.adjuster)})
    return joined(_places(scope, wanted, "c"), more)


def tenants_of(scope: Scope, wanted: QueueFilter, table: str, alias: str, base: str) -> str:
    """Return the beginning of a statement that reads `tenants`; `base` is the condition of an index that they lead."""
    known = {"tenant": scope.own_tenant, "insurer": wanted.insurer}
    for name, value in known.items():
        if value is not None:
            return f"with recursive tenants as (select cast(:{name} as text) as tenant)"
    places, _ = _places(scope, wanted, alias)
    own = "" if wanted.adjuster is None else _OF_ADJUSTER
    return TENANTS.format(table=table, alias=alias, base=base, places=places, own=own)


def _places(scope: Scope, wanted: QueueFilter, alias: str) -> Selected:
    """A regulator's own region stands in the statement too, since an index can answer it."""
    found = _given(
        {
            "tenant": (f" and {alias}.tenant = :tenant", scope.own_tenant),
            "insurer": (f" and {alias}.tenant = :insurer", wanted.insurer),
        }
    )
    for name, region in (
        ("region", wanted.region),
        ("own_region", scope.region if scope.role == "regulator" else None),
    ):
        if region is not None:
            found = joined(found, in_region(alias, region, name))
    return found


def _given(found: Mapping[str, tuple[str, Any]]) -> Selected:
    given = {name: each for name, each in found.items() if each[1] is not None}
    return "".join(text for text, _ in given.values()), {name: value for name, (_, value) in given.items()}


def joined(one: Selected, other: Selected) -> Selected:
    """Return both conditions."""
    return one[0] + other[0], one[1] | other[1]


# Without it a page would be looked for among all clocks of each tenant that has no such adjuster.
_OF_ADJUSTER = """
where exists (select from claim_list a where a.tenant = w.tenant and a.adjuster = :adjuster)"""
TENANTS = """
with recursive walked as (
  (select {alias}.tenant from {table} {alias} where {base}{places} order by {alias}.tenant limit 1)
  union all
  select n.tenant from walked w cross join lateral (
    select {alias}.tenant from {table} {alias} where {base} and {alias}.tenant > w.tenant{places}
    order by {alias}.tenant limit 1) n),
tenants as (select w.tenant from walked w {own})
"""
"""Defines `tenants`: those that have anything, each found by one look into an index that they lead;
where an adjuster is asked for, those whose adjuster it is."""
