"""Every derived table can be thrown away and built anew from the log, row for row, also beside commands and watch."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import pytest
from tests.integration.projections.world import HISTORIES, INSURER, REFERENCE, World
from tests.integration.sla_watch.scenes import INVERSIONS
from tests.support.story import INSURED, YUAN, a_report, arrived, at, ident, items, policy

from claims.application.pages import ClaimFilter
from claims.application.subjects import SubjectKind
from claims.domain.claim.commands.advance import RequestAdvance
from claims.domain.claim.commands.documents import ReceiveDocuments, RequestDocuments
from claims.domain.claim.commands.intake import NotifyIntake, RequestClaim
from claims.domain.claim.commands.pay import FailPayment, PayAdvance
from claims.projections.rebuild import Expected, NoRuleToRebuildError, Rebuild
from claims.projections.streams import Connection, StreamKey
from claims.watch.sweep import sweep

FAR = at("2026-06-01 00:00")
MEDICAL = RequestAdvance(at("2026-03-02 11:00"), ident("m"), "medical", "insured", 90_000 * YUAN, (), None, None)


def rescue(name: str = "a") -> RequestAdvance:
    """The request of a rescue advance."""
    return RequestAdvance(at("2026-03-02 11:00"), ident(name), "rescue", "insured", 600_000 * YUAN, (), None, None)


def paid(when: str, name: str = "a") -> PayAdvance:
    """The payment of it."""
    return PayAdvance(at(when), ident(f"pay {name}"), ident(name), 600_000 * YUAN, INSURED, "bank", None)


STRAY_CLAIM = """
insert into claim_list select (r).* from (
  select json_populate_record(c, '{"claim_id": "00000000-0000-0000-0000-00000000000a"}') r from claim_list c limit 1) x
"""
STRAY_CLOCKS = """
insert into clocks (tenant, clock_id, subject, rule, round, scope, tier, responsible, region, started_at, due_at, flags,
  limit_amount, limit_unit, generation, rulebook, calendar_version, provisional, marks, tx_id)
select tenant, gen_random_uuid(), whose, rule, round, scope, tier, responsible, region, started_at, due_at, flags,
  limit_amount, limit_unit, generation, rulebook, calendar_version, provisional, marks, tx_id
from (select * from clocks limit 1) c cross join unnest(array[subject, gen_random_uuid()]) whose
"""
"""One of a claim that knows nothing of it, one of nobody."""


async def derived(owner: asyncpg.Connection) -> list[dict[str, Any]]:
    """All derived rows, without the watch's own stamps."""
    clocks = await owner.fetch(
        "select to_jsonb(c) - 'next_at' - 'tx_id' as row from clocks c order by tenant, clock_id"
    )
    claims = await owner.fetch("select to_jsonb(c) as row from claim_list c order by tenant, claim_id")
    kpis = await owner.fetch("select to_jsonb(c) as row from claim_kpis c order by tenant, claim_id, round")
    items = await owner.fetch("select to_jsonb(c) as row from claim_kpi_items c order by tenant, claim_id, item_id")
    return [orjson.loads(row["row"]) for row in (*clocks, *claims, *kpis, *items)]


async def next_moments(owner: asyncpg.Connection) -> list[asyncpg.Record]:
    """When the watch looks next."""
    return list(await owner.fetch("select clock_id, next_at from clocks order by clock_id"))


async def drop(owner: asyncpg.Connection) -> None:
    """Throw every derived row away."""
    for table in ("claim_list", "claim_kpis", "claim_kpi_items", "clocks"):
        await owner.execute(f"delete from {table}")  # noqa: S608 - constants


async def a_life(world: World) -> UUID:
    """A claim with clocks of every ending: met, late, breached and withdrawn, escalated, missed, running."""
    stated = policy(number="P-1", broker="mingya")
    report = a_report("2026-03-02 10:00", policy=stated, broker_received_at=at("2026-03-02 09:45"))
    claim_id = (await world.service.report(report, "k1")).standing.claim.claim_id
    await world.service.execute(claim_id, rescue(), "k2")
    await world.service.execute(claim_id, MEDICAL, "k3")
    intake = NotifyIntake(at("2026-03-02 12:00"), "坍塌", "covered", items("id"), items("id"))
    await world.service.execute(claim_id, intake, "k4")
    await sweep(world.pool, at("2026-03-03 11:30"))
    await sweep(world.pool, at("2026-03-03 16:00"))
    await sweep(world.pool, at("2026-03-20 00:00"))
    await world.service.execute(claim_id, paid("2026-03-05 09:00"), "k5")  # in time, recorded late
    await sweep(world.pool, at("2026-03-20 00:01"))
    await world.service.execute(claim_id, RequestClaim(at("2026-03-06 09:00"), "x", None), "k6")
    asked = RequestDocuments(at("2026-03-05 09:00"), items("id"), at("2026-03-05 10:00"), None)
    await world.service.execute(claim_id, asked, "k7")
    await world.service.execute(claim_id, ReceiveDocuments(at("2026-03-19 09:00"), arrived("id"), complete=True), "k8")
    await sweep(world.pool, at("2026-03-20 00:02"))
    await world.follow()
    return claim_id


async def test_what_was_dropped_comes_back_row_for_row(world: World, owner: asyncpg.Connection) -> None:
    await a_life(world)
    before, moments = await derived(owner), await next_moments(owner)
    statuses = {row["status"] for row in before if "clock_id" in row}
    assert {"met", "met_late", "open", "overdue"} <= statuses
    assert any(row.get("withdrawn_at") for row in before)
    await drop(owner)
    rebuilt = await world.rebuild.run()
    assert await derived(owner) == before
    assert rebuilt.clocks == len(moments)
    await sweep(world.pool, at("2026-03-20 00:03"))  # it looks once at what may not fit, and finds that it does
    assert await next_moments(owner) == moments
    assert await derived(owner) == before


async def test_a_rebuild_of_what_is_right_changes_nothing(world: World, owner: asyncpg.Connection) -> None:
    await a_life(world)
    before = await derived(owner)
    assert await world.differing() == []
    rebuilt = await world.rebuild.run()
    assert rebuilt.orphans == 0
    assert await derived(owner) == before


@pytest.mark.parametrize(
    ("spoil", "table", "column"),
    [
        ("update clocks set level = 2 where rule = 'SZ-20.8'", "clocks", "level"),
        ("update clocks set due_at = due_at + interval '1 day' where rule = 'SZ-20.3'", "clocks", "due_at"),
        ("update clocks set marks[4] = 'infinity' where rule = 'SZ-20.3'", "clocks", "marks"),
        ("update clocks set withdrawn_at = null where rule = 'SZ-20.6'", "clocks", "withdrawn_at"),
        ("update clocks set broker = null where rule = 'SZ-14.1'", "clocks", "broker"),
        ("update claim_list set paid = paid + 1", "claim_list", "paid"),
        ("update claim_list set version = version + 100", "claim_list", "version"),
        ("update claim_kpis set deaths = deaths + 1", "claim_kpis", "deaths"),
        ("update claim_kpis set version = version + 100", "claim_kpis", "version"),
        ("update claim_kpi_items set amount = 1 where kind = 'payment'", "claim_kpi_items", "amount"),
    ],
)
async def test_a_spoilt_row_is_found_and_mended(
    world: World, owner: asyncpg.Connection, spoil: str, table: str, column: str
) -> None:
    await a_life(world)
    before = await derived(owner)
    await owner.execute(spoil)
    (found,) = await world.differing()
    assert found.table == table
    assert found.stored is not None
    assert set(found.stored) == {column}
    await world.rebuild.run()
    assert await derived(owner) == before


async def test_missing_rows_and_rows_that_nothing_calls_for_are_found_and_mended(
    world: World, owner: asyncpg.Connection
) -> None:
    await a_life(world)
    before = await derived(owner)
    await owner.execute("delete from clocks where rule = 'SZ-20.6'")
    await owner.execute(STRAY_CLAIM)
    await owner.execute(STRAY_CLOCKS)
    found = await world.differing()
    assert sorted((each.table, each.stored is None, each.expected is None) for each in found) == [
        ("claim_list", False, True),
        ("clocks", False, True),
        ("clocks", False, True),
        ("clocks", True, False),
    ]
    rebuilt = await world.rebuild.run()
    assert rebuilt.orphans == 2
    assert await derived(owner) == before


async def test_streams_of_a_kind_that_nobody_can_rebuild_stop_the_rebuild(
    world: World, owner: asyncpg.Connection
) -> None:
    await world.a_claim("k1")
    await owner.execute(
        "insert into streams (tenant, stream_id, kind, region) select 'x', gen_random_uuid(), 'weather', '1'"
    )
    before = await derived(owner)
    with pytest.raises(NoRuleToRebuildError, match="weather"):
        await world.rebuild.run()
    assert await derived(owner) == before


async def test_a_rebuild_needs_no_keys_of_persons(world: World, owner: asyncpg.Connection) -> None:
    await a_life(world)
    before = await derived(owner)
    await owner.execute("delete from person_keys")
    await drop(owner)
    await world.rebuild.run()
    assert await derived(owner) == before


@pytest.mark.parametrize("dropped", [False, True], ids=["rows kept", "rows dropped"])
async def test_a_command_and_a_sweep_between_reading_and_writing_are_not_undone(
    world: World, owner: asyncpg.Connection, *, dropped: bool
) -> None:
    claim_id = await world.a_claim("k1")
    await world.service.execute(claim_id, rescue(), "k2")

    class Overtaken(Rebuild):
        reads = 0

        async def expected(self, connection: Connection, kind: SubjectKind[Any], key: StreamKey) -> Expected:
            wanted = await super().expected(connection, kind, key)
            self.reads += 1
            if self.reads == 1:
                await world.service.execute(claim_id, MEDICAL, "k3")
                await sweep(world.pool, FAR)
            return wanted

    if dropped:
        await drop(owner)
    rebuild = Overtaken(world.pool, HISTORIES, REFERENCE.rulebooks)
    await rebuild.run()
    assert rebuild.reads == 2
    await settle(world)
    assert await world.differing() == []


async def payments_that_bounce(world: World, number: int, ready: asyncio.Event) -> None:
    """A claim whose advance is paid three times, in time or late, and bounces twice: breaches come and go."""
    name = f"a{number}"
    report = a_report("2026-03-02 10:00", policy=policy(number=f"P-{number}"))
    claim_id = (await world.service.report(report, f"r{number}")).standing.claim.claim_id
    await world.service.execute(claim_id, rescue(name), name)
    ready.set()
    for turn in range(3):
        when = at("2026-03-05 09:00" if (number + turn) % 2 else "2026-03-12 09:00")
        payment = PayAdvance(when, ident(f"{name} {turn}"), ident(name), 600_000 * YUAN, INSURED, "bank", None)
        await world.service.execute(claim_id, payment, f"{name} paid {turn}")
        if turn < 2:
            bounced = FailPayment(at("2026-03-13 09:00"), ident(f"{name} {turn}"), "bounced")
            await world.service.execute(claim_id, bounced, f"{name} bounced {turn}")


async def race(world: World, beside: Sequence[Callable[[], Awaitable[Any]]], middle: Awaitable[None]) -> None:
    """Twelve such claims at once, beside what goes on all the time and something that happens in the middle."""
    ready, done = asyncio.Event(), asyncio.Event()

    async def until_done(work: Callable[[], Awaitable[Any]]) -> None:
        await ready.wait()
        while not done.is_set():
            await work()

    async def in_the_middle() -> None:
        await ready.wait()
        await middle

    async with asyncio.TaskGroup() as group:
        for work in beside:
            group.create_task(until_done(work))
        await asyncio.gather(*(payments_that_bounce(world, n, ready) for n in range(12)), in_the_middle())
        done.set()


async def settle(world: World) -> None:
    """Let the watch and the list come to rest."""
    await world.follow()
    while (await sweep(world.pool, FAR)).moved:
        pass


async def test_races_of_commands_the_watch_and_a_rebuild_leave_what_the_log_says(
    world: World, owner: asyncpg.Connection
) -> None:
    beside = (lambda: sweep(world.pool, FAR, 5), world.rebuild.run, world.follower.step)
    await race(world, beside, asyncio.sleep(0))
    await settle(world)
    await world.follow()
    assert await world.differing() == []
    assert await owner.fetchval(INVERSIONS) == 0
    standing = "select count(*) from clocks where rule = 'SZ-20.6' and breached_at is not null and withdrawn_at is null"
    assert await owner.fetchval(standing) == 6


async def test_what_is_dropped_while_commands_go_on_comes_back_as_the_log_says(
    world: World, owner: asyncpg.Connection
) -> None:
    async def swept_then_dropped() -> None:
        await sweep(world.pool, FAR)
        await drop(owner)

    await race(world, (world.rebuild.run,), swept_then_dropped())
    await world.rebuild.run()
    await settle(world)
    await world.follow()
    assert await world.differing() == []
    assert len((await world.queries.claims(INSURER, ClaimFilter(), None, 200)).items) == 12
    assert await owner.fetchval(INVERSIONS) == 0
