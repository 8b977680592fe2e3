"""The product as its processes wire it, in one: handlers, watch, recalculation, followers, rebuild."""

import asyncio
import hashlib
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self, TypeVar
from uuid import UUID

import asyncpg
import uvloop
from tests.support.postgres import Database
from tests.support.service import MASTER_KEY, Counts, new_id
from tests.support.story import calendar, rulebooks

from claims.application.calls import Caller, Envelope, Outcome
from claims.application.commands import Commands
from claims.application.histories import Histories
from claims.application.recalculation import Planner, Recalculations
from claims.application.rows import Scope
from claims.domain.claim.commands.report import Report
from claims.domain.claim.decide import Command
from claims.domain.claim.state import Claim
from claims.domain.policy.endorse import Endorse
from claims.domain.policy.ledger import Ledger, policy_stream_id
from claims.domain.rulebook import Rulebook
from claims.domain.working_days import Calendar
from claims.event_store import checkpoints
from claims.event_store.codec import EventCodec
from claims.event_store.digest import is_intact
from claims.event_store.pool import create_pool, is_lost
from claims.event_store.store import PostgresEventStore
from claims.event_store.tail import PostgresTail
from claims.keys.ring import PersonKeyRings
from claims.projections.comparison import differences
from claims.projections.followers import followers
from claims.projections.rebuild import Rebuild
from claims.watch.recalculation import Recalculation
from claims.watch.sweep import sweep

T = TypeVar("T")
Row = Mapping[str, Any]

_SET_TIME = (
    "update sandbox_clock set offset_us = ceil(extract(epoch from $1::timestamptz - clock_timestamp()) * 1000000)"
)
_TABLES = """
select c.table_name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
where c.table_schema = 'public' and c.column_name = 'tenant' and t.table_type = 'BASE TABLE'
"""
_DERIVED = ("clocks", "claim_list", "claim_kpis", "claim_kpi_items", "clock_days")
_STAMPS = {"next_at", "tx_id"}
"""What is the watch's own, and no other's business."""

_SWEPT_AFTER = 10
"""Histories."""


@dataclass
class Known:
    """Rulebooks and calendar as the processes know them; a history may learn of a newer calendar."""

    rulebooks: Mapping[str, Rulebook] = field(default_factory=rulebooks)
    calendar: Calendar = field(default_factory=calendar)
    versions: dict[int, Calendar] = field(default_factory=dict)

    def learn(self, newer: Calendar) -> None:
        """From now on decisions are by this one."""
        self.versions[newer.version] = self.calendar = newer

    def forget(self) -> None:
        """Go back to the first."""
        self.learn(calendar())

    async def version(self, version: int) -> Calendar:
        """Return one version, as recalculation asks for it."""
        return self.versions[version]


class Quiet:
    """Hears what loops tell of themselves; an error that they would try again is one here."""

    def recalculated(self, version: int, moved: int) -> None:
        """A round is done."""

    def lag(self, projection: str, seconds: float) -> None:
        """A follower is behind."""

    def left(self, subject: UUID, error: Exception) -> None:
        """Clocks were left as they are."""
        raise error

    def lost(self, error: Exception) -> None:
        """The database was away."""
        raise error


class Product:
    """Everything between a command and a row; its calls return when all is done."""

    def __init__(self, database: Database) -> None:
        """Take a migrated database of a sandbox, whose time is set before each command."""
        self._database = database
        self._runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
        self._stack = AsyncExitStack()
        self.known = Known()
        self.known.forget()
        self.counts = Counts()
        self.histories = Histories(EventCodec(), PersonKeyRings(MASTER_KEY))
        self._forgotten = 0

    def __enter__(self) -> Self:
        self._run(self._open())
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._stack.aclose())
        self._runner.close()

    def at(self, now: datetime) -> None:
        """Set business time."""
        self._run(self._owner.execute(_SET_TIME, now))

    def report(self, tenant: str, claim_id: UUID, command: Report, key: str) -> Outcome:
        """Report an accident as the insurer."""
        number, sent = command.policy.number, envelope(tenant, key)
        return self._run(self._commands.report(_caller(tenant), claim_id, tenant, number, lambda _: command, sent))

    def execute(self, tenant: str, claim_id: UUID, command: Command, sent: Envelope) -> Outcome:
        """Send a command as the insurer."""
        return self._run(self._commands.execute(_caller(tenant), claim_id, lambda _: command, sent))

    def endorse(self, tenant: str, number: str, command: Endorse, key: str) -> Ledger:
        """Endorse a policy and return its ledger."""
        done = self._commands.endorse(_caller(tenant), tenant, number, lambda _: command, envelope(tenant, key))
        return self._run(done).ledger

    def watch(self, now: datetime) -> list[tuple[str, str]]:
        """Sweep until nothing is due; return which events were written, of which rule."""
        return self._run(self._watch(now))

    def recalculate(self) -> int:
        """Let the worker go through all running clocks; return how many it moved."""
        return self._run(self._recalculation.round())

    def clocks(self, tenant: str, claim_id: UUID) -> Sequence[Row]:
        """Return the rows of a claim's clocks."""
        return self._run(self._owner.fetch("select * from clocks where (tenant, subject) = ($1, $2)", tenant, claim_id))

    def stored(self, tenant: str, claim_id: UUID, number: str) -> tuple[Claim, Ledger]:
        """Return a claim and its policy as the log tells them; every digest must fit."""
        return self._run(self._stored(tenant, claim_id, policy_stream_id(tenant, number)))

    def breaches(self, tenant: str) -> Sequence[Row]:
        """Return every event of the watch in the log, with the clock that it is of."""
        events = """select c.subject, c.rule, c.scope, e.name, e.occurred_at
        from events e join clocks c on (c.tenant, c.clock_id) = (e.tenant, e.stream_id) where e.tenant = $1"""
        return self._run(self._owner.fetch(events, tenant))

    def rebuild(self) -> tuple[list[Any], bool]:
        """Build all derived rows anew: return what differed from the log before, and whether any row changed."""
        return self._run(self._rebuild())

    def forget(self, tenant: str) -> None:
        """Delete all that there is of a tenant."""
        self.known.forget()
        self._run(self._forget(tenant))

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    async def _open(self) -> None:
        url = self._database.url
        self._owner = await asyncpg.connect(url(), command_timeout=30)
        self._stack.push_async_callback(self._owner.close)
        api = await create_pool(url("claims_command"), name="fuzz api", size=2)
        self._stack.push_async_callback(api.close)
        worker = self._worker = await create_pool(url("claims_worker"), name="fuzz worker", size=3)
        self._stack.push_async_callback(worker.close)
        self._store = PostgresEventStore(api)
        self._commands = Commands(self._store, self.histories, self.known, self.counts, new_id)
        planner = Planner(PostgresEventStore(worker), self.histories, self.known)
        recalculations = Recalculations(planner, new_id)
        self._recalculation = Recalculation(worker, self.known, self.known, recalculations, Quiet())
        quiet = Quiet()
        books = self.known.rulebooks
        self._followers = followers(
            worker, PostgresTail(worker), checkpoints, self.histories, books, lambda _: quiet, is_lost
        )
        self._tables = [row["table_name"] for row in await self._owner.fetch(_TABLES)]

    async def _watch(self, now: datetime) -> list[tuple[str, str]]:
        said: list[tuple[str, str]] = []
        while (swept := await sweep(self._worker, now)).moved:
            said += [(each.name, each.rule) for each in swept.said]
        return said

    async def _stored(self, tenant: str, claim_id: UUID, policy: UUID) -> tuple[Claim, Ledger]:
        loaded = await self._store.load(Scope("insurer", tenant), [claim_id, policy])
        assert all(is_intact(row) for rows in loaded.events.values() for row in rows), "a digest does not fit"
        ring = self.histories.rings.ring(tenant, loaded.person_keys)
        claim = self.histories.claim(claim_id, self.histories.decoded(loaded.events[claim_id], ring))
        return claim, self.histories.ledger(self.histories.decoded(loaded.events[policy], ring))

    async def _rebuild(self) -> tuple[list[Any], bool]:
        for follower in self._followers.values():
            while await follower.step():
                pass
        before = await self._derived()
        different = [each async for each in differences(self._worker, self.histories, self.known.rulebooks)]
        await Rebuild(self._worker, self.histories, self.known.rulebooks).run()
        return different, before != await self._derived()

    async def _derived(self) -> list[Any]:
        rows = [await self._owner.fetch(f"select * from {table} order by 1, 2") for table in _DERIVED]  # noqa: S608
        named = [[{k: v for k, v in row.items() if k not in _STAMPS} for row in table] for table in rows]
        return [sorted(table, key=repr) for table in named]

    async def _forget(self, tenant: str) -> None:
        """What was deleted is swept away now and then: statements that look at everything would grow slow."""
        self._forgotten += 1
        for table in self._tables:
            await self._owner.execute(f"delete from {table} where tenant = $1", tenant)  # noqa: S608
            if self._forgotten % _SWEPT_AFTER == 0:
                await self._owner.execute(f"vacuum {table}")


def envelope(tenant: str, key: str, body: str = "", if_match: int | None = None) -> Envelope:
    """Return what surrounds a command sent with this key and body."""
    hashed = hashlib.sha256(f"{tenant} {key}".encode()).digest()
    return Envelope(hashed, hashlib.sha256(body.encode()).digest(), f"fuzz-{key}", 200, if_match=if_match)


def _caller(tenant: str) -> Caller:
    return Caller("insurer", "core-system", tenant)
