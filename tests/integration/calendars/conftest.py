"""A sandbox in December, with everything that the calendar needs, as processes wire it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tests.integration.projections.world import ADMIN, HISTORIES, World, open_world
from tests.support.postgres import Database
from tests.support.service import INSURER, envelope, new_id
from tests.support.story import MILLION, a_report, at, ident, limits, policy

from claims.application.calendars import Calendars
from claims.application.calls import Caller
from claims.application.commands import Commands
from claims.application.pages import ClockFilter, ClockRow
from claims.application.recalculation import Planner, Recalculations
from claims.domain.claim.commands.advance import RequestAdvance
from claims.event_store.pool import create_pool
from claims.event_store.reader import Reader, create_engine
from claims.event_store.sandbox import start_at
from claims.event_store.store import PostgresEventStore
from claims.projections.comparison import Difference
from claims.projections.running_clocks import RunningClocks
from claims.reference.calendar_current import CurrentReference
from claims.reference.versions import CalendarVersions
from claims.watch.recalculation import Recalculation

ADMINISTRATOR = Caller("admin", "li")
BEGIN = "2026-12-07 09:00"


@dataclass
class Heard:
    """What recalculation told its metrics."""

    rounds: list[tuple[int, int]] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    def recalculated(self, version: int, moved: int) -> None:
        """Keep it."""
        self.rounds.append((version, moved))

    def left(self, subject: UUID, error: Exception) -> None:
        """Keep it."""
        self.errors.append(error)

    def lost(self, error: Exception) -> None:
        """Keep it."""
        self.errors.append(error)


@dataclass
class Scene:
    """The world, an api with its calendars, and a worker that recalculates."""

    world: World
    commands: Commands
    calendars: Calendars
    of_api: CurrentReference
    of_worker: CurrentReference
    recalculation: Recalculation
    heard: Heard
    owner_url: str

    async def a_rescue(self, name: str, hour: str = "10:00", **policy_fields: Any) -> UUID:
        """A claim of 7 December with a rescue advance of two million: ten working days."""
        rich = policy(number=name, limits=limits(rescue=3 * MILLION), **policy_fields)
        report = a_report(f"2026-12-07 {hour}", accident="2026-12-07 09:30", policy=rich)
        reported = await self.commands.report(
            INSURER, new_id(), "picc-sz", name, lambda _: report, envelope(f"report {name}", status=201)
        )
        claim_id = reported.standing.claim.claim_id
        asked = RequestAdvance(at(f"2026-12-07 {hour}"), ident(name), "rescue", "insured", 2 * MILLION, (), None, None)
        await self.commands.execute(INSURER, claim_id, lambda _: asked, envelope(f"asked {name}"))
        return claim_id

    async def clock(self, claim_id: UUID, rule: str = "SZ-20.6") -> ClockRow:
        """The clock of a rule, as everybody reads it."""
        page = await self.world.queries.clocks(ADMIN, ClockFilter(claim_id=claim_id, rule=rule))
        (row,) = page.items
        return row

    async def differing(self) -> list[Difference]:
        """What differs from the log, once the lists have followed it."""
        await self.world.follow()
        return await self.world.differing()

    async def notice_and_recalculate(self) -> int:
        """Let the worker notice the newest calendar and go through the clocks."""
        await self.of_worker.newest()
        return await self.recalculation.round()


@asynccontextmanager
async def open_scene(database: Database) -> AsyncIterator[Scene]:
    """Yield it all on a fresh sandbox that begins on 7 December 2026."""
    owner = await asyncpg.connect(database.url(), command_timeout=30)
    assert await start_at(owner, at("2026-12-07 12:00"))
    await owner.close()
    engine = create_engine(database.url("claims_command"), name="test reads")
    api = await create_pool(database.url("claims_command"), name="test api")
    try:
        async with open_world(database) as world:
            of_api = await CurrentReference.opened(api, "claims_read")
            of_worker = await CurrentReference.opened(world.pool, None)
            store, heard = PostgresEventStore(api), Heard()
            commands = Commands(store, HISTORIES, of_api, world.service.counts, new_id)
            versions, planner = CalendarVersions(api, "claims_read"), Planner(store, HISTORIES, of_api)
            calendars = Calendars(of_api, versions, RunningClocks(Reader(engine)), planner)
            worker_store = PostgresEventStore(world.pool)
            recalculations = Recalculations(Planner(worker_store, HISTORIES, of_worker), new_id)
            recalculation = Recalculation(world.pool, of_worker, CalendarVersions(world.pool), recalculations, heard)
            yield Scene(world, commands, calendars, of_api, of_worker, recalculation, heard, database.url())
    finally:
        await api.close()
        await engine.dispose()


@pytest.fixture
async def scene(claims_sandbox_database: Database) -> AsyncIterator[Scene]:
    """A sandbox on 7 December 2026."""
    async with open_scene(claims_sandbox_database) as opened:
        yield opened
