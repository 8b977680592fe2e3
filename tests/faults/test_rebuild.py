"""Dropping and rebuilding every derived table gives identical rows, also after races between commands and the watch."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from tests.faults.alerts import until_idle
from tests.faults.load import Load
from tests.support.machine import PATIENCE, Instance

from claims.projections.clock_days import KEY
from claims.projections.clock_rows import COMPARED

_DERIVED = {
    "clocks": f"select {', '.join(COMPARED)}, status from clocks order by tenant, clock_id",  # noqa: S608 - constants
    "claim_list": "select * from claim_list order by tenant, claim_id",
    "claim_kpis": "select * from claim_kpis order by tenant, claim_id, round",
    "claim_kpi_items": "select * from claim_kpi_items order by tenant, claim_id, kind, item_id, round",
    "clock_days": f"select * from clock_days order by {', '.join(KEY)}",  # noqa: S608 - constants
}
_FOLLOWED = """
select not exists (
  select from events e cross join checkpoints c
  where c.name = any ($1::text[]) and (e.epoch, e.tx_id, e.seq) > (c.epoch, c.tx_id, c.seq))
"""
"""Whether every follower has come to the end of the log."""
_FOLLOWERS = ("claim_list", "claim_kpis", "clock_days")

Tables = dict[str, list[asyncpg.Record]]


async def test_what_races_left_is_what_a_rebuild_from_the_log_gives(instance: Instance) -> None:
    load = Load(instance, "raced", claims=24, clients=8)
    await load.run()
    await until_idle(instance)
    async with _owner(instance) as owner:
        async with asyncio.timeout(PATIENCE):
            while not await owner.fetchval(_FOLLOWED, _FOLLOWERS):
                await asyncio.sleep(0.05)
        assert _check(instance) == (0, "")
        before = await _derived(owner)
        assert len(before["claim_list"]) >= load.claims
        assert {"met", "met_late", "missed"} <= {row["status"] for row in before["clocks"]}
        await owner.execute("truncate clocks, claim_list, claim_kpis, claim_kpi_items, clock_days")
        assert _check(instance)[0] == 1
        done = instance.run("claims", "rebuild", role="claims_worker")
        assert done.returncode == 0, done.stderr
        assert await _derived(owner) == before
        await until_idle(instance)
        assert await _derived(owner) == before, "the watch saw something else in the rebuilt rows"


def _check(instance: Instance) -> tuple[int, str]:
    """What `claims rebuild --check` ends with, and its one line to people."""
    done = instance.run("claims", "rebuild", "--check", role="claims_worker")
    return done.returncode, "".join(line for line in done.stderr.splitlines() if not line.startswith("{"))


async def _derived(owner: asyncpg.Connection) -> Tables:
    return {name: await owner.fetch(statement) for name, statement in _DERIVED.items()}


@asynccontextmanager
async def _owner(instance: Instance) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(instance.machine.databases.claims)
    try:
        yield connection
    finally:
        await connection.close()
