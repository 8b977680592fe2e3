"""Four writers against two watches on the same clocks: no breach is lost, and none stands that should be withdrawn."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest
from tests.integration.sla_watch.scenes import HALVES, INVERSIONS, NET_BREACHES, UNEQUAL_VERSIONS, Heard, marks
from tests.support.store import clock, commit, new_id

from claims.event_store.store import PostgresEventStore
from claims.watch.sweep import next_moment
from claims.watch.ticker import Watch

CLAIMS = 150
WRITERS = 4
WATCHES = 2

PAST = (-4, -4, -3, -1, 20, 40)  # slot 1 is unused; breached an hour ago
LATER = (5, 5, 6, 10, 20, 40)  # the same clock after its due moment moved
HELD = (-4, -4, -3, None, None, None)  # a provisional clock warns and is never breached

Step = tuple[tuple[float | None, ...], float | None, str | None]


@dataclass(frozen=True)
class Case:
    """What the second and third command say of a clock: marks, end and how it ended."""

    name: str
    steps: tuple[Step, ...]
    stands: bool
    """Whether the breach stands in the end."""


CASES = [
    Case("met in time", ((PAST, -2, "met"),), stands=False),
    Case("met late", ((PAST, -0.5, "met"),), stands=True),
    Case("cancelled in time", ((PAST, -2, "cancelled"),), stands=False),
    Case("cancelled late", ((PAST, -0.5, "cancelled"),), stands=True),
    Case("extended in time", ((PAST, -2, "extended"),), stands=False),
    Case("due date moved later", ((LATER, None, None),), stands=False),
    Case("paid in time, bounced", ((PAST, -2, "met"), (PAST, None, None)), stands=True),
    Case("never met", ((PAST, None, None),), stands=True),
    Case("provisional", ((HELD, None, None),), stands=False),
]


class Race:
    """One case, raced."""

    def __init__(self, store: PostgresEventStore, worker_pool: asyncpg.Pool, batch: int) -> None:
        self.store = store
        self.pool = worker_pool
        self.batch = batch
        self.heard = Heard()
        self.written = False

    async def run(self, case: Case, now: datetime) -> None:
        """Write and watch at the same time, until nothing is due."""
        shares = [[(new_id(), new_id(), new_id(), new_id()) for _ in range(CLAIMS // WRITERS)] for _ in range(WRITERS)]
        async with asyncio.TaskGroup() as group:
            for _ in range(WATCHES):
                group.create_task(self._watch())
            writers = [group.create_task(self._write(case, share, now)) for share in shares]
            await asyncio.wait(writers)
            self.written = True

    async def _watch(self) -> None:
        watch = Watch(self.pool, self.heard, batch=20)
        while True:
            last = self.written
            await watch.tick()
            moment = await next_moment(self.pool)
            if last and moment.due != moment.now:
                return
            await asyncio.sleep(0)

    async def _write(self, case: Case, share: Sequence[tuple[UUID, ...]], now: datetime) -> None:
        steps: tuple[Step, ...] = ((PAST, None, None), *case.steps)
        for number, start in enumerate(range(0, len(share), self.batch)):
            claims = share[start : start + self.batch]
            for version, (at, ended, how) in enumerate(steps, 1):
                end = None if ended is None else marks(now, ended)[0]
                commits = [
                    commit(
                        {claim: version, policy: version},  # every command on two streams
                        clocks=[clock(claim, marks(now, *at), each, ended_at=end, ended_as=how) for each in clocks],
                    )
                    for claim, policy, *clocks in claims
                ]
                assert len(await self.store.append(commits)) == len(commits)
                if version == 1 and number % 2:
                    await self._until_breached(claims[0][2])

    async def _until_breached(self, clock_id: UUID) -> None:
        """Every other batch lets the watch go first, so that both orders happen in every run."""
        async with asyncio.timeout(20):
            while await self.pool.fetchval("select level from clocks where clock_id = $1", clock_id) < 4:
                await asyncio.sleep(0.001)


@pytest.mark.parametrize("batch", [1, 16], ids="{} commands a statement".format)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_the_log_and_the_rows_say_what_the_facts_say(
    store: PostgresEventStore, worker_pool: asyncpg.Pool, owner: asyncpg.Connection, case: Case, batch: int
) -> None:
    race = Race(store, worker_pool, batch)
    await race.run(case, datetime.now(UTC))  # noqa: TID251  (marks lie around the database's own present)
    clocks = await owner.fetchval("select count(*) from clocks")
    standing = await owner.fetchval("select count(*) from clocks where level >= 4")
    assert clocks == 2 * (CLAIMS // WRITERS) * WRITERS
    assert standing == (clocks if case.stands else 0)
    assert await owner.fetchval(NET_BREACHES) == standing
    withdrawn = await owner.fetchval("select count(*) from events where name = 'breach_withdrawn'")
    assert case.stands or withdrawn > 0, "no breach stood before the fact came: that was no race"
    assert await owner.fetchval(UNEQUAL_VERSIONS) == 0
    assert await owner.fetchval(INVERSIONS) == 0
    assert await owner.fetchval(HALVES) == 0
    expected = (
        "breached_at is not null and withdrawn_at is null"
        if case.stands
        else "breached_at is null or withdrawn_at is not null"
    )
    assert await owner.fetchval(f"select count(*) from clocks where {expected}") == clocks  # noqa: S608
