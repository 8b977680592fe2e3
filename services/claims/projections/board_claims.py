"""The board's lists of claims: what nobody has asked for yet, the search, and what claims name for filters."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import RowMapping, text

from claims.application.board import EligibleRow, Places, QueueFilter
from claims.application.pages import ClaimSummary, Page
from claims.application.rows import Scope
from claims.projections.board_selection import selected_claims, tenants_of
from claims.projections.cursors import read_row_cursor, row_cursor
from claims.projections.reading import ScopedReader

LOOKED_THROUGH = 200_000
"""How many claims, the newest in front, are looked through for a text inside of a number or a name."""

_KIND = "eligible"
# `offset 0`: under row-level security the planner takes most claims for eligible, and would walk all of them in order.
_ELIGIBLE = """
select l.claim_id, l.tenant, l.number, l.status, l.insured_name, l.policy_number, l.region, l.adjuster, l.reported_at,
       l.eligible as kinds
from tenants t cross join lateral (
  select * from (
    select * from claim_list l where l.tenant = t.tenant and {eligible}{conditions} offset 0) l
  order by l.reported_at, l.claim_id limit :limit) l
order by l.reported_at, l.claim_id limit :limit
"""
_IS_ELIGIBLE = "l.eligible <> '{}'"
_BEHIND = " and (l.reported_at, l.claim_id) > (:reported_at, :claim_id)"

_SHOWN = ", ".join(f"l.{name}" for name in ClaimSummary.__slots__)
_SEARCHED = ("number", "policy_number", "insured_name")
_LAST_LETTER = "\U0010ffff"
# Comparisons that row-level security lets an index answer: LIKE is none of them.
_BEGINNING = """
(select {place} as place, {shown} from claim_list l
 where l.{column} collate "C" >= :sought and l.{column} collate "C" <= :last{conditions}
 order by l.{column} collate "C" limit :limit)"""
_HOLDING = """
select {shown} from (
  select * from claim_list l where true{conditions}
  order by l.reported_at desc, l.claim_id desc limit :looked_through) l
where {somewhere} order by l.reported_at desc, l.claim_id desc limit :limit
"""

# Each step of a walk is one look into an index: as many looks as there are values, however many claims there are.
_WALK = """,
{what} as (
  (select t.tenant, n.value from tenants t cross join lateral (
    select l.{column} as value from claim_list l where l.tenant = t.tenant and l.{column} is not null{conditions}
    order by l.{column}{collation} limit 1) n)
  union all
  (select w.tenant, n.value from {what} w cross join lateral (
    select l.{column} as value from claim_list l
    where l.tenant = w.tenant and l.{column}{collation} > w.value{conditions}
    order by l.{column}{collation} limit 1) n))"""
_NAMED = """
select 'insurers' as what, tenant as value from tenants
union select 'regions', value from regions
union select 'adjusters', value from adjusters
order by 1, 2
"""
_OUTSIDE = frozenset({"broker", "regulator"})
"""Who works on a claim is the insurer's own business, and no choice of theirs."""


class BoardClaims:
    """Reads claims for the board, for a scope at a time."""

    def __init__(self, reader: ScopedReader) -> None:
        self._reader = reader

    async def eligible(self, scope: Scope, wanted: QueueFilter, cursor: str | None, limit: int) -> Page[EligibleRow]:
        """Return a page of claims with advances that nobody requested, the oldest report in front."""
        conditions, parameters = selected_claims(scope, wanted)
        if cursor is not None:
            conditions += _BEHIND
            parameters["reported_at"], parameters["claim_id"] = read_row_cursor(_KIND, cursor)
        tenants = tenants_of(scope, wanted, "claim_list", "l", _IS_ELIGIBLE)
        statement = text(tenants + _ELIGIBLE.format(eligible=_IS_ELIGIBLE, conditions=conditions))
        rows = await self._reader.rows(scope, statement, {**parameters, "limit": limit + 1})
        items = tuple(EligibleRow(**{**row, "kinds": tuple(row["kinds"])}) for row in rows[:limit])
        more = len(rows) > limit
        return Page(items, row_cursor(_KIND, items[-1].reported_at, items[-1].claim_id) if more else None)

    async def search(self, scope: Scope, sought: str, limit: int) -> tuple[ClaimSummary, ...]:
        """Return claims whose number, policy number or insured enterprise holds a text: what begins with it in front.

        Of what begins with it numbers come before policies and these before names, the exact one first. Claim numbers
        are found in small letters too. A text that nothing begins with is looked for inside, in the newest claims.
        """
        found = await self._beginning(scope, sought, limit)
        if len(found) < limit:
            held = await self._holding(scope, sought, limit)
            found = {**found, **{claim.claim_id: claim for claim in held if claim.claim_id not in found}}
        return tuple(found.values())[:limit]

    async def places(self, scope: Scope) -> Places:
        """Return what the claims of the scope name, each in order."""
        conditions, parameters = selected_claims(scope, QueueFilter())
        of_staff = conditions + (" and false" if scope.role in _OUTSIDE else "")
        statement = (
            tenants_of(scope, QueueFilter(), "claim_list", "l", "true")
            + _WALK.format(what="regions", column="region", collation=' collate "C"', conditions=conditions)
            + _WALK.format(what="adjusters", column="adjuster", collation="", conditions=of_staff)
            + _NAMED
        )
        rows = await self._reader.rows(scope, text(statement), parameters)
        named: dict[str, list[str]] = {"insurers": [], "regions": [], "adjusters": []}
        for row in rows:
            named[row["what"]].append(row["value"])
        return Places(**{what: tuple(values) for what, values in named.items()})

    async def _beginning(self, scope: Scope, sought: str, limit: int) -> dict[UUID, ClaimSummary]:
        conditions, parameters = selected_claims(scope, QueueFilter())
        parts = [
            _BEGINNING.format(place=place, shown=_SHOWN, column=column, conditions=conditions)
            for place, column in enumerate(_SEARCHED)
        ]
        parts[0] = parts[0].replace(":sought", ":number").replace(":last", ":last_number")
        statement = text(" union all ".join(parts) + " order by place limit :limit")
        number = sought.upper()
        parameters |= {"sought": sought, "last": sought + _LAST_LETTER, "limit": limit}
        parameters |= {"number": number, "last_number": number + _LAST_LETTER}
        rows = await self._reader.rows(scope, statement, parameters)
        return {claim.claim_id: claim for claim in map(_summary, rows)}

    async def _holding(self, scope: Scope, sought: str, limit: int) -> Sequence[ClaimSummary]:
        conditions, parameters = selected_claims(scope, QueueFilter())
        somewhere = " or ".join(f"strpos(l.{column}, :sought) > 0" for column in _SEARCHED)
        statement = text(_HOLDING.format(shown=_SHOWN, conditions=conditions, somewhere=somewhere))
        parameters |= {"sought": sought, "looked_through": LOOKED_THROUGH, "limit": limit}
        return [_summary(row) for row in await self._reader.rows(scope, statement, parameters)]


def _summary(row: RowMapping) -> ClaimSummary:
    return ClaimSummary(**{name: row[name] for name in ClaimSummary.__slots__})
