"""What tests of the event store build commands from, and the pools they run on."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest
import uuid_utils
from tests.support.postgres import Database

from claims.application.rows import Answer, ClockColumns, Commit, NewEvent, PersonKey, Scope, StreamHeader
from claims.event_store.pool import create_pool
from claims.event_store.store import PostgresEventStore
from claims.event_store.tail import PostgresTail

TENANT = "picc-sz"
INSURER = Scope("insurer", tenant=TENANT)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def new_id() -> UUID:
    """An id that no other test has."""
    return UUID(str(uuid_utils.uuid7()))


def header(stream_id: UUID, kind: str = "claim", *, region: str = "440300", **known: object) -> StreamHeader:
    """A header; `policy_stream` and `broker` where they matter."""
    return replace(StreamHeader(stream_id, kind, region), **known)  # type: ignore[arg-type]


def event(stream_id: UUID, version: int = 1, payload: bytes = b"{}") -> NewEvent:
    """An event at noon."""
    return NewEvent(stream_id, version, "claim_reported", 1, payload, NOON)


def clock(subject: UUID, marks: Sequence[datetime], clock_id: UUID | None = None, **columns: object) -> ClockColumns:
    """A clock on the subject with these six marks."""
    plain = ClockColumns(
        clock_id=clock_id or new_id(),
        subject=subject,
        rule="SZ-20.3",
        round=1,
        scope="",
        tier="service",
        responsible="insurer",
        region="440300",
        started_at=NOON,
        due_at=NOON + timedelta(days=14),
        due_date=None,
        limit_amount=10,
        limit_unit="working_days",
        generation=1,
        flags=(),
        rulebook="shenzhen-2018",
        calendar_version=1,
        provisional=False,
        marks=tuple(marks),
    )
    return replace(plain, **columns)  # type: ignore[arg-type]


def commit(
    gates: dict[UUID, int],
    *,
    tenant: str = TENANT,
    headers: Sequence[StreamHeader] = (),
    clocks: Sequence[ClockColumns] = (),
    keys: Sequence[PersonKey] = (),
    answer: Answer | None = None,
    events: Sequence[NewEvent] | None = None,
) -> Commit:
    """A command with one event for each gate; new streams without a header get a plain one."""
    known = {each.stream_id for each in headers}
    plain = [header(stream) for stream, first in gates.items() if first == 1 and stream not in known]
    return Commit(
        command_id=new_id(),
        tenant=tenant,
        actor="a clerk",
        correlation_id="test",
        gates=gates,
        events=tuple(events if events is not None else [event(stream, first) for stream, first in gates.items()]),
        streams=(*headers, *plain),
        clocks=tuple(clocks),
        person_keys=tuple(keys),
        answer=answer,
    )


def answer(stream_id: UUID, key: bytes, version: int = 1) -> Answer:
    """The answer that a retry with `key` gets."""
    return Answer(key, b"body", 201, stream_id, version, 0, judged_at=NOON)


@pytest.fixture
async def command_pool(claims_database: Database) -> AsyncIterator[asyncpg.Pool]:
    """Connections as the api has them."""
    pool = await create_pool(claims_database.url("claims_command"), name="test api")
    yield pool
    await pool.close()


@pytest.fixture
async def worker_pool(claims_database: Database) -> AsyncIterator[asyncpg.Pool]:
    """Connections as the worker has them."""
    pool = await create_pool(claims_database.url("claims_worker"), name="test worker")
    yield pool
    await pool.close()


@pytest.fixture
async def owner(claims_database: Database) -> AsyncIterator[asyncpg.Connection]:
    """The superuser's connection, for looking and for planting."""
    connection = await asyncpg.connect(claims_database.url(), command_timeout=30)
    yield connection
    await connection.close()


@pytest.fixture
def store(command_pool: asyncpg.Pool) -> PostgresEventStore:
    """The store as the api has it."""
    return PostgresEventStore(command_pool)


@pytest.fixture
def tail(worker_pool: asyncpg.Pool) -> PostgresTail:
    """The log as the worker reads it."""
    return PostgresTail(worker_pool)


async def until_waiting(owner: asyncpg.Connection, count: int = 1) -> None:
    """Return when so many sessions of this database wait for a lock."""
    waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    async with asyncio.timeout(10):
        while await owner.fetchval(waiting) < count:
            await asyncio.sleep(0.002)
