"""One claims database with everything that reads its log: commands in, lists, clocks, feed and rebuild out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from uuid import UUID

import asyncpg
from tests.support.postgres import Database
from tests.support.service import MASTER_KEY, PackagedReference, Service, open_service
from tests.support.story import a_report, calendar, policy, rulebooks

from claims.application.histories import Histories
from claims.application.queries import Queries
from claims.application.rows import Scope
from claims.event_store import checkpoints
from claims.event_store.codec import EventCodec
from claims.event_store.log_pages import LogPages
from claims.event_store.pool import create_pool, is_lost
from claims.event_store.reader import Reader, create_engine
from claims.event_store.tail import PostgresTail
from claims.keys.ring import PersonKeyRings
from claims.projections.claim_pages import ClaimPages
from claims.projections.clock_pages import ClockPages
from claims.projections.comparison import Difference, differences
from claims.projections.follower import Follower
from claims.projections.followers import followers
from claims.projections.rebuild import Rebuild

INSURER = Scope("insurer", tenant="picc-sz")
OPERATIONS = Scope("operations", tenant="picc-sz")
OTHER_INSURER = Scope("insurer", tenant="cpic-sz")
BROKER = Scope("broker", broker="mingya")
OTHER_BROKER = Scope("broker", broker="another")
REGULATOR = Scope("regulator", region="440000")
OTHER_REGULATOR = Scope("regulator", region="110000")
ADMIN = Scope("admin")

HISTORIES = Histories(EventCodec(), PersonKeyRings(MASTER_KEY))
REFERENCE = PackagedReference(MappingProxyType(dict(rulebooks())), calendar())


@dataclass
class Lags:
    """What the follower told."""

    shown: list[float] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    def lag(self, projection: str, seconds: float) -> None:
        """Keep it."""
        self.shown.append(seconds)

    def lost(self, error: Exception) -> None:
        """Keep it."""
        self.errors.append(error)


@dataclass
class World:
    """The parts, wired as a process wires them."""

    service: Service
    pool: asyncpg.Pool
    queries: Queries
    followers: dict[str, Follower]
    rebuild: Rebuild
    lags: Lags

    async def follow(self) -> None:
        """Take in all there is."""
        for follower in self.followers.values():
            while await follower.step():
                pass

    @property
    def follower(self) -> Follower:
        """That of the claim list."""
        return self.followers["claim_list"]

    async def differing(self) -> list[Difference]:
        """What differs from the log."""
        return [each async for each in differences(self.pool, HISTORIES, REFERENCE.rulebooks)]

    async def a_claim(
        self, key: str, *, number: str = "P-1", day: str = "2026-03-02", broker: str | None = None
    ) -> UUID:
        """Report an accident at 09:30 under a policy of its own and return the claim's id."""
        stated = policy(number=number, broker=broker)
        report = a_report(f"{day} 10:00", accident=f"{day} 09:30", policy=stated)
        return (await self.service.report(report, key)).standing.claim.claim_id


@asynccontextmanager
async def open_world(database: Database) -> AsyncIterator[World]:
    """Yield everything, on a migrated database."""
    engine = create_engine(database.url("claims_command"), name="test reads")
    pool = await create_pool(database.url("claims_worker"), name="test worker")
    try:
        async with open_service(database) as service:
            reader, lags = Reader(engine), Lags()
            queries = Queries(service.store, HISTORIES, ClaimPages(reader), ClockPages(reader), LogPages(reader))
            books = REFERENCE.rulebooks
            following = followers(pool, PostgresTail(pool), checkpoints, HISTORIES, books, lambda _: lags, is_lost)
            yield World(service, pool, queries, following, Rebuild(pool, HISTORIES, books), lags)
    finally:
        await pool.close()
        await engine.dispose()
