"""The claims service on a real database, without its HTTP side: commands as the API gives them."""

import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

import uuid_utils
from tests.support.postgres import Database
from tests.support.story import calendar, rulebooks

from claims.application.calls import Caller, Envelope, Outcome
from claims.application.commands import Commands
from claims.application.histories import Histories
from claims.domain.claim.commands.report import Report
from claims.domain.claim.decide import Command
from claims.domain.rulebook import Rulebook
from claims.domain.working_days import Calendar
from claims.event_store.codec import EventCodec
from claims.event_store.pool import open_pool
from claims.event_store.store import PostgresEventStore
from claims.keys.master import MasterKey
from claims.keys.ring import PersonKeyRings

INSURER = Caller("insurer", "core-system", "picc-sz")
MASTER_KEY = MasterKey(bytes(range(32)))


def new_id() -> UUID:
    """Make a UUIDv7, as the service does."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


@dataclass(frozen=True, slots=True)
class PackagedReference:
    """The rulebooks and the calendar of this release."""

    rulebooks: Mapping[str, Rulebook]
    calendar: Calendar


@dataclass
class Counts:
    """What the handlers counted."""

    done: list[tuple[str, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    races: int = 0

    def command_done(self, command: str, outcome: str) -> None:
        self.done.append((command, outcome))

    def command_refused(self, command: str, rule: str) -> None:
        self.refused.append(rule)

    def race_lost(self) -> None:
        self.races += 1


def envelope(key: str, body: str = "", *, status: int = 200, **more: object) -> Envelope:
    """Return what surrounds a command sent with this key and body."""
    hashed = hashlib.sha256(f"picc-sz {key}".encode()).digest()
    return Envelope(hashed, hashlib.sha256(body.encode()).digest(), f"test-{key}", status, **more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Service:
    """Commands on one database."""

    commands: Commands
    counts: Counts
    store: PostgresEventStore

    async def report(self, command: Report, key: str, claim_id: UUID | None = None, body: str = "") -> Outcome:
        """Report an accident as the insurer."""
        policy = command.policy
        make: Callable[[datetime], Report] = lambda _: command  # noqa: E731
        sent = envelope(key, body, status=201)
        return await self.commands.report(INSURER, claim_id or new_id(), policy.insurer, policy.number, make, sent)

    async def execute(self, claim_id: UUID, command: Command, key: str, body: str = "", **more: object) -> Outcome:
        """Send a command as the insurer."""
        return await self.commands.execute(INSURER, claim_id, lambda _: command, envelope(key, body, **more))  # type: ignore[arg-type]


@asynccontextmanager
async def open_service(database: Database) -> AsyncIterator[Service]:
    """Yield the service on a migrated database, logged in as the api is."""
    async with open_pool(database.url("claims_command"), name="test") as pool:
        store = PostgresEventStore(pool)
        counts = Counts()
        histories = Histories(EventCodec(), PersonKeyRings(MASTER_KEY))
        reference = PackagedReference(MappingProxyType(dict(rulebooks())), calendar())
        yield Service(Commands(store, histories, reference, counts, new_id), counts, store)
