"""Row by row, what the policies of the board's tables show each caller, against the rules as Python says them.

What is there is a grid of every combination that a policy looks at, written past the policies; nothing of what is
expected is read from the database.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import astuple, dataclass
from datetime import date
from itertools import product
from typing import TypeAlias
from uuid import UUID

import asyncpg
import pytest
from tests.support.postgres import Database
from tests.support.year_of_claims import NOW

from anze.postgres import Cluster
from claims.application.calls import shows_clock
from claims.application.rows import Scope
from claims.domain.rulebook import region_covers
from claims.event_store.store import ROLES

TENANTS = ("picc-sz", "cpic-sz", "mingya")
"""A broker is a tenant too: of what it registers itself."""
BROKERS = (None, "mingya", "another")
REGIONS = ("440000", "440300", "440305", "440399", "441900", "450000", "110105")


@dataclass(frozen=True, slots=True)
class Row:
    """What a policy looks at."""

    tenant: str
    region: str
    broker: str | None
    tier: str = "statutory"
    responsible: str = "insurer"
    provisional: bool = False


CLAIMS = tuple(Row(*each) for each in product(TENANTS, REGIONS, BROKERS))
CLOCKS = tuple(
    Row(*each)
    for each in product(
        TENANTS, REGIONS, BROKERS, ("statutory", "service", "target"), ("insurer", "broker"), (False, True)
    )
)
"""Without those that are only shown: no count by day has them."""

SCOPES = (
    Scope("admin"),
    Scope("worker"),
    Scope("insurer", tenant="picc-sz"),
    Scope("operations", tenant="cpic-sz"),
    Scope("operations", tenant="picc-sz", broker="mingya", region="440000"),
    Scope("broker", broker="mingya"),
    Scope("broker", broker="another"),
    Scope("broker", tenant="picc-sz", broker="another", region="440000"),
    Scope("regulator", tenant="picc-sz", broker="mingya", region="450000"),
    *(Scope("regulator", region=region) for region in (*REGIONS, "440500", "110000")),
)
NOBODY = (
    Scope("insurer"),
    Scope("operations"),
    Scope("broker"),
    Scope("regulator"),
    Scope("insurer", broker="mingya", region="440000"),
    *(Scope("regulator", region=region) for region in ("000000", "44", "4400000", "44%000", "44____", "'", "99")),
    Scope("", tenant="picc-sz", broker="mingya", region="440000"),
    Scope("somebody", tenant="picc-sz", broker="mingya", region="440000"),
)

Rule: TypeAlias = Callable[[Scope, Row], bool]


def sees_claim(scope: Scope, row: Row) -> bool:
    """Who sees a claim."""
    return is_own(scope, row) or is_of_place(scope, row)


def sees_clock(scope: Scope, row: Row) -> bool:
    """Who sees a clock, or a count of such clocks."""
    shown = shows_clock(scope.role, tier=row.tier, responsible=row.responsible, provisional=row.provisional)
    return is_own(scope, row) or (is_of_place(scope, row) and shown)


def is_own(scope: Scope, row: Row) -> bool:
    """Whether it is the caller's own business."""
    owners = {"insurer": scope.tenant, "operations": scope.tenant, "broker": scope.broker}
    return scope.role in {"admin", "worker"} or owners.get(scope.role) == row.tenant


def is_of_place(scope: Scope, row: Row) -> bool:
    """Whether the caller brought it, or watches over its place."""
    if scope.role == "broker":
        return scope.broker is not None and row.broker == scope.broker
    return scope.role == "regulator" and region_covers(scope.region or "", row.region)


@dataclass(frozen=True, slots=True)
class Grid:
    """One table, the name of a row in it, and who sees it."""

    rows: tuple[Row, ...]
    number: str
    rule: Rule


GRIDS = {
    "claim_list": Grid(CLAIMS, "number", sees_claim),
    "clocks": Grid(CLOCKS, "rule", sees_clock),
    "clock_days": Grid(CLOCKS, "rule", sees_clock),
}
"""Each row is named by its place in the grid."""


@pytest.fixture(scope="module")
def grid_database(cluster: Cluster, claims_template: str) -> Iterator[Database]:
    """A database for this module."""
    database = Database(cluster, "test_grid")
    cluster.create_database(database.name, claims_template)
    yield database
    cluster.drop_database(database.name)


@pytest.fixture
async def owner(grid_database: Database) -> AsyncIterator[asyncpg.Connection]:
    """A superuser, for whom no policy holds, on the written grid."""
    connection = await asyncpg.connect(grid_database.url())
    if not await connection.fetchval("select exists (select from clocks)"):
        await write(connection)
    yield connection
    await connection.close()


async def write(owner: asyncpg.Connection) -> None:
    """Write the grids; the planner knows how large they are."""
    claims = [(n, UUID(int=n + 1), NOW, *astuple(row)[:3]) for n, row in enumerate(CLAIMS)]
    await owner.executemany(
        "insert into claim_list (number, claim_id, accident_at, reported_at, tenant, region, broker, version, status,"
        " insured_name, insured_credit_code, policy_number, grade, advanced, paid)"
        " values (cast($1::integer as text), $2, $3, $3, $4, $5, $6, 1, 'reported', '', '', '', '', 0, 0)",
        claims,
    )
    await owner.executemany(
        "insert into clocks (rule, clock_id, started_at, due_at, tenant, region, broker, tier, responsible,"
        " provisional, subject, round, scope, limit_amount, limit_unit, generation, flags, rulebook, calendar_version,"
        " marks, tx_id) values (cast($1::integer as text), $2, $3, $3, $4, $5, $6, $7, $8, $9, $2, 1, '', 1, 'hours',"
        " 1, '{}', '', 1, array_fill($3::timestamptz, '{6}'), '1')",
        [(n, UUID(int=n + 1), NOW, *astuple(row)) for n, row in enumerate(CLOCKS)],
    )
    await owner.executemany(
        "insert into clock_days (rule, due_day, tenant, region, broker, tier, responsible, unsettled, met, met_late,"
        " overdue, extended, cancelled, provisional, running, held, withdrawn)"
        " values (cast($1::integer as text), $2, $3, $4, $5, $6, $7, $8, 1, 0, 0, 0, 0, 0, 0, 0, 0)",
        [(n, date(2026, 12, 9), *astuple(row)) for n, row in enumerate(CLOCKS)],
    )
    await owner.execute("analyze")


async def seen(owner: asyncpg.Connection, scope: Scope, table: str, *, by_index: bool) -> set[int]:
    """The places in the grid of the rows that a scope is shown."""
    async with owner.transaction(readonly=True):
        await owner.execute(
            "select set_config('role', 'claims_read', true), set_config('anze.role', $1, true),"
            " set_config('anze.tenant', $2, true), set_config('anze.broker', $3, true),"
            " set_config('anze.region', $4, true), set_config('enable_seqscan', $5, true)",
            scope.role, scope.tenant or "", scope.broker or "", scope.region or "", "off" if by_index else "on",
        )  # fmt: skip
        found = await owner.fetch(f"select {GRIDS[table].number} as place from {table} order by tenant")  # noqa: S608
    return {int(row["place"]) for row in found}


def expected(scope: Scope, grid: Grid) -> set[int]:
    """The same, as the rules say it."""
    return {place for place, row in enumerate(grid.rows) if grid.rule(scope, row)}


def told(places: Iterable[int], grid: Grid) -> list[Row]:
    """Rows, to be read when they should not be there."""
    return [grid.rows[place] for place in sorted(places)]


@pytest.mark.parametrize("table", GRIDS)
@pytest.mark.parametrize("by_index", [False, True], ids=["row by row", "by an index"])
async def test_everybody_is_shown_what_the_rules_say_and_no_row_else(
    owner: asyncpg.Connection, table: str, by_index: bool
) -> None:
    grid = GRIDS[table]
    for scope in SCOPES:
        should, found = expected(scope, grid), await seen(owner, scope, table, by_index=by_index)
        assert (told(found - should, grid), told(should - found, grid)) == ([], []), scope


@pytest.mark.parametrize("table", GRIDS)
async def test_who_says_not_who_they_are_is_shown_nothing(owner: asyncpg.Connection, table: str) -> None:
    for scope in NOBODY:
        assert await seen(owner, scope, table, by_index=False) == set(), scope


def test_every_role_is_asked_for_and_sees_a_part_or_all() -> None:
    for grid, role in product(GRIDS.values(), ROLES):
        sizes = {len(expected(scope, grid)) for scope in SCOPES if scope.role == role}
        all_of_it = len(grid.rows)
        assert sizes == {all_of_it} if role in {"admin", "worker"} else any(0 < size < all_of_it for size in sizes)
