"""How fast the write path and the watch are: ratios against a bare statement, measured in turn, printed as medians.

Nothing is asserted of time: machines differ and are shared. The figures are for comparing before and after a change.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from statistics import median

import asyncpg
from tests.support.store import (  # noqa: F401 - fixtures
    NOON,
    clock,
    command_pool,
    commit,
    new_id,
    owner,
    store,
    worker_pool,
)

from claims.application.rows import Commit, Scope
from claims.event_store.store import PostgresEventStore
from claims.watch.sweep import BATCH, sweep

ROUNDS = 5
COMMANDS = 200
CALLERS = 8
_BARE = """
insert into events (epoch, tenant, stream_id, version, name, schema_version, payload, occurred_at, recorded_at,
                    actor, correlation_id, causation_id, digest)
values (1, 'bare', $1, 1, 'claim_reported', 1, $2, $3, now(), 'bench', 'bench', $1, '\\x00')
"""


def a_command() -> Commit:
    """A command on two new streams that starts three clocks."""
    claim, policy = new_id(), new_id()
    marks = [NOON + timedelta(days=3650 + day) for day in range(6)]
    return commit({claim: 1, policy: 1}, clocks=[clock(claim, marks) for _ in range(3)])


async def measured(work: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """Return operations a second and the median milliseconds of one, from some callers at once."""
    took: list[float] = []

    async def caller() -> None:
        for _ in range(COMMANDS // CALLERS):
            began = time.perf_counter()
            await work()
            took.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    return COMMANDS / (time.perf_counter() - began), median(took) * 1000


async def test_append_and_load_against_a_bare_insert(
    store: PostgresEventStore,  # noqa: F811
    owner: asyncpg.Connection,  # noqa: F811
    claims_database: object,
    command_pool: asyncpg.Pool,  # noqa: F811
    worker_pool: asyncpg.Pool,  # noqa: F811
) -> None:
    await owner.execute("alter table events no force row level security")
    known = [a_command() for _ in range(50)]
    await store.append(known)
    streams = [next(iter(each.gates)) for each in known]
    scope = Scope("insurer", tenant="picc-sz")
    async with asyncpg.create_pool(claims_database.url(), min_size=CALLERS, max_size=CALLERS) as bare:  # type: ignore[attr-defined]
        kinds: dict[str, Callable[[], Awaitable[object]]] = {
            "bare insert": lambda: bare.execute(_BARE, new_id(), b"x" * 600, NOON),
            "append": lambda: store.append([a_command()]),
            "load": lambda: store.load(scope, [streams[0]]),
        }
        figures: dict[str, list[tuple[float, float]]] = {kind: [] for kind in kinds}
        for _ in range(ROUNDS):
            for kind, work in kinds.items():
                figures[kind].append(await measured(work))
    base = median(rate for rate, _ in figures["bare insert"])
    for kind, rounds in figures.items():
        rate, each = median(rate for rate, _ in rounds), median(each for _, each in rounds)
        print(f"\n{kind:12} {rate:8.0f}/s   median {each:6.2f} ms   {rate / base:5.2f} of a bare insert", end="")


async def test_the_watch(store: PostgresEventStore, worker_pool: asyncpg.Pool) -> None:  # noqa: F811
    past = [NOON + timedelta(hours=hour) for hour in range(6)]
    claims = [new_id() for _ in range(1000)]
    for begin in range(0, len(claims), 50):
        batch = claims[begin : begin + 50]
        await store.append([commit({claim: 1}, clocks=[clock(claim, past), clock(claim, past)]) for claim in batch])
    moved, began, took = 0, time.perf_counter(), []
    while True:
        start = time.perf_counter()
        swept = await sweep(worker_pool, NOON + timedelta(days=1), BATCH)
        if not swept.moved:
            break
        took.append(time.perf_counter() - start)
        moved += swept.moved
    each = median(took) * 1000
    print(
        f"\nthe watch    {moved / (time.perf_counter() - began):8.0f} clocks/s, {each:.1f} ms a sweep of {BATCH}",
        end="",
    )
    assert moved == 2 * len(claims)
