"""A sandbox in which parties are registered and workers open what they owe, as processes wire it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

import asyncpg
import pytest
from tests.integration.projections.world import ADMIN, HISTORIES, World, open_world
from tests.support.postgres import Database
from tests.support.service import envelope, new_id
from tests.support.story import at

from claims.application.calls import Caller
from claims.application.pages import ClockFilter, ClockRow
from claims.application.parties import Parties
from claims.application.periods import Periods
from claims.application.recorded import Recorded
from claims.application.rows import Scope
from claims.application.subject_commands import SubjectCommands
from claims.application.submissions import SubmissionOutcome, Submissions
from claims.domain.moments import to_shanghai
from claims.domain.party.register import RegisterParty
from claims.domain.periodic.submit import SubmitReport
from claims.event_store.pool import create_pool
from claims.event_store.reader import Reader, create_engine
from claims.event_store.sandbox import start_at
from claims.event_store.store import PostgresEventStore
from claims.projections.clock_pages import ClockPages
from claims.projections.comparison import Difference
from claims.projections.parties import PartyPages
from claims.reference.calendar_current import CurrentReference
from claims.watch.periods import PeriodWatch
from claims.watch.sweep import sweep

ADMINISTRATOR = Caller("admin", "li")
INSURER = Caller("insurer", "wang", tenant="picc-sz")
BROKER = Caller("broker", "zhao", broker="mingya")
BEGIN = "2026-03-20 09:00"
SHENZHEN, BEIJING = "440300", "110000"


@dataclass
class Heard:
    """What the opening of periods told its metrics."""

    counts: list[tuple[str, int]] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    def opened(self, party: str, count: int) -> None:
        """Keep it."""
        self.counts.append((party, count))

    def lost(self, error: Exception) -> None:
        """Keep it."""
        self.errors.append(error)


@dataclass
class Scene:
    """The world, an api for parties and submissions, and workers that open periods."""

    world: World
    parties: Parties
    submissions: Submissions
    worker: Callable[[], PeriodWatch]
    of_worker: CurrentReference
    heard: Heard
    owner: asyncpg.Connection
    watch: PeriodWatch

    async def now_is(self, moment: str) -> None:
        """Let business time be that moment, and nobody look."""
        await self.owner.execute(
            """update sandbox_clock set offset_us =
            (extract(epoch from $1::timestamptz - clock_timestamp()) * 1000000)::bigint""",
            at(moment),
        )

    async def at(self, moment: str) -> None:
        """Let business time be that moment, and the worker look and sweep."""
        await self.now_is(moment)
        await self.watch.open_due()
        await self.sweep()

    async def sweep(self) -> None:
        """Move every clock that is due to its level."""
        while (await sweep(self.world.pool, await self.world.queries.now())).moved:
            pass

    async def register(
        self, code: str, kind: str, *regions: str, active_from: date = date(2026, 1, 1)
    ) -> tuple[int, int]:
        """Register a party now; return status and version."""
        done = await self.parties.register(
            ADMINISTRATOR, code, lambda now: RegisterParty(now, code, kind, regions, active_from), envelope("put")
        )
        return done.status, done.party.version

    async def clocks(self, code: str, rule: str | None = None, scope: Scope = ADMIN) -> list[ClockRow]:
        """The clocks of a party, as everybody reads them."""
        return list((await self.world.queries.clocks(scope, ClockFilter(insurer=code, rule=rule), None, 200)).items)

    async def clock(self, code: str, rule: str, about: str) -> ClockRow:
        """The one clock of a rule and period."""
        (row,) = [each for each in await self.clocks(code, rule) if each.scope == about]
        return row

    async def submit(
        self,
        caller: Caller,
        clock: ClockRow | UUID,
        moment: str | None = None,
        key: str = "report",
        body: str = "",
        *,
        uri: str | None = None,
        if_match: str | None = None,
    ) -> SubmissionOutcome:
        """Hand in the report that a clock waits for."""
        clock_id = clock if isinstance(clock, UUID) else clock.clock_id
        return await self.submissions.submit(
            caller,
            clock_id,
            lambda now: SubmitReport(
                now if moment is None else at(moment), clock_id, "2026-17", ("联席办",), uri, None
            ),
            replace(envelope(key, body), if_match=if_match),
        )

    async def events(self, stream: UUID) -> list[Recorded]:
        """What happened in a stream, in order."""
        page = await self.world.queries.feed(ADMIN, None, 200)
        return [each for each in page.items if each.stream_id == stream]

    async def said(self) -> list[tuple[str, str]]:
        """Names of all events, with the moment at which each happened, in Shanghai."""
        page = await self.world.queries.feed(ADMIN, None, 200)
        return [(each.name, f"{to_shanghai(each.occurred_at):%Y-%m-%d %H:%M}") for each in page.items]

    async def differing(self) -> list[Difference]:
        """What differs from the log, once the lists have followed it."""
        await self.world.follow()
        return await self.world.differing()


@asynccontextmanager
async def open_scene(database: Database) -> AsyncIterator[Scene]:
    """Yield it all on a fresh sandbox that begins on 20 March 2026."""
    owner = await asyncpg.connect(database.url(), command_timeout=30)
    assert await start_at(owner, at(BEGIN))
    engine = create_engine(database.url("claims_command"), name="test reads")
    api = await create_pool(database.url("claims_command"), name="test api")
    try:
        async with open_world(database) as world:
            of_api = await CurrentReference.opened(api, "claims_read")
            of_worker = await CurrentReference.opened(world.pool, None)
            store, reader, heard = PostgresEventStore(api), Reader(engine), Heard()
            counts = world.service.counts

            def worker() -> PeriodWatch:
                periods = Periods(PostgresEventStore(world.pool), HISTORIES, of_worker, new_id)
                return PeriodWatch(world.pool, periods, of_worker, heard)

            yield Scene(
                world=world,
                parties=Parties(store, HISTORIES, of_api, PartyPages(reader), counts, new_id),
                submissions=Submissions(ClockPages(reader), SubjectCommands(store, HISTORIES, of_api, counts, new_id)),
                worker=worker,
                of_worker=of_worker,
                heard=heard,
                owner=owner,
                watch=worker(),
            )
    finally:
        await api.close()
        await engine.dispose()
        await owner.close()


@pytest.fixture
async def scene(claims_sandbox_database: Database) -> AsyncIterator[Scene]:
    """A sandbox on 20 March 2026."""
    async with open_scene(claims_sandbox_database) as opened:
        yield opened
