"""The days are there as soon as the database has their table: no report is made of a part of them meanwhile."""

import asyncpg
from tests.integration.projections.world import World
from tests.support.story import MILLION, at, ident

from claims.domain.claim.commands.advance import RequestAdvance
from claims.migrations import FOLDER

_DAYS = "select * from clock_days order by tenant, due_day, region, broker, rule, tier, responsible, unsettled"
_AS_BEFORE = """
drop table clock_days;
drop function sees_all(), seen_tenant(), seen_broker(), seen_regions(), region_span(text) cascade;
drop index clocks_running, clocks_breached, claim_list_number, claim_list_policy_number, claim_list_insured,
  claim_list_region;
create policy clocks_seen on clocks for select to claims_read using (false);
create policy claim_list_seen on claim_list for select to claims_read using (false);
"""


async def test_a_migration_counts_what_is_there_already(world: World, owner: asyncpg.Connection) -> None:
    claim_id = await world.a_claim("k1", broker="mingya")
    asked = RequestAdvance(at("2026-03-02 11:00"), ident("a"), "rescue", "insured", MILLION, (), None, None)
    await world.service.execute(claim_id, asked, "k2")
    await world.follow()
    before = await owner.fetch(_DAYS)
    assert before
    async with owner.transaction():
        await owner.execute(_AS_BEFORE)
        await owner.execute("set local role claims_owner")
        await owner.execute((FOLDER / "sql" / "0009_board.sql").read_text("utf-8"))
    assert await owner.fetch(_DAYS) == before
