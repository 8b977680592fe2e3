"""What one sweep writes, moment by moment."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import pytest
from tests.integration.sla_watch.scenes import marks, said
from tests.support.store import INSURER, NOON, clock, commit, header, new_id

from claims.application.rows import ClockColumns, Position, Scope, StoredEventRow
from claims.event_store.codec import EventCodec
from claims.event_store.digest import is_intact
from claims.event_store.store import PostgresEventStore
from claims.event_store.tail import PostgresTail
from claims.keys.ring import BlindRing
from claims.watch import sweep as module
from claims.watch.sweep import Said, Swept, next_moment, sweep

USUAL = marks(NOON, 1, 1, 2, 4, 28, 76)  # the first slot is unused


class Subject:
    """A claim with one clock, and the commands that change it."""

    def __init__(self, store: PostgresEventStore, **columns: object) -> None:
        self.store = store
        self.claim = new_id()
        self.clock = clock(self.claim, USUAL, **columns)
        self.version = 0

    async def record(self, at: Sequence[datetime] = USUAL, **columns: object) -> UUID:
        """Record a fact that gives the clock these marks and this end; the id of its command."""
        self.version += 1
        known = {name: getattr(self.clock, name) for name in ClockColumns.__dataclass_fields__ if name != "marks"}
        known.pop("subject")
        made = commit(
            {self.claim: self.version},
            headers=(header(self.claim, broker="mars", policy_stream=new_id()),) if self.version == 1 else (),
            clocks=(clock(self.claim, at, **{**known, **columns}),),
        )
        assert await self.store.append([made])
        return made.command_id


@pytest.fixture
def subject(store: PostgresEventStore) -> Subject:
    """A claim with a clock of the service tier."""
    return Subject(store)


def hours(count: float) -> datetime:
    """So long after noon."""
    return NOON + timedelta(hours=count)


async def told(owner: asyncpg.Connection) -> list[tuple[str, int, bool, datetime]]:
    """Name, level, alert and moment of each event that the watch wrote, in the log's order."""
    rows = await owner.fetch(
        "select name, payload, occurred_at from events where actor = 'sla-watch' order by epoch, tx_id, seq"
    )
    data = [(row, orjson.loads(row["payload"])["data"]) for row in rows]
    return [(row["name"], each["level"], each["alert"], row["occurred_at"]) for row, each in data]


async def row_of(owner: asyncpg.Connection) -> dict[str, Any]:
    """The only clock."""
    (row,) = await owner.fetch("select * from clocks")
    return dict(row)


async def test_a_level_happens_at_its_mark_however_late_the_watch_came(
    subject: Subject, worker_pool: asyncpg.Pool, owner: asyncpg.Connection
) -> None:
    await subject.record()
    assert (await sweep(worker_pool, hours(1.5))).written == 1
    assert (await sweep(worker_pool, hours(3.9))).written == 1
    assert (await sweep(worker_pool, hours(20))).written == 1
    assert await told(owner) == [
        ("clock_at_risk", 2, True, hours(1)),
        ("clock_at_risk", 3, True, hours(2)),
        ("clock_breached", 4, True, hours(4)),
    ]
    row = await row_of(owner)
    assert (row["level"], row["version"], row["status"], row["breached_at"]) == (4, 3, "overdue", hours(4))
    assert row["next_at"] == hours(28)


async def test_after_an_outage_each_mark_is_recorded_and_one_alert_told(
    subject: Subject, worker_pool: asyncpg.Pool, owner: asyncpg.Connection
) -> None:
    await subject.record()
    swept = await sweep(worker_pool, hours(100))
    assert await told(owner) == [
        ("clock_at_risk", 2, False, hours(1)),
        ("clock_at_risk", 3, False, hours(2)),
        ("clock_breached", 4, False, hours(4)),
        ("clock_escalated", 5, False, hours(28)),
        ("clock_escalated", 6, True, hours(76)),
    ]
    assert swept.said[-1] == Said("clock_escalated", "SZ-20.3", 24 * 3600)
    row = await row_of(owner)
    assert (row["level"], row["breached_at"], row["next_at"]) == (6, hours(4), None)
    assert await sweep(worker_pool, hours(1000)) == Swept(0, 0)


async def test_a_fact_in_time_recorded_late_withdraws_the_breach_when_it_is_recorded(
    subject: Subject, worker_pool: asyncpg.Pool, owner: asyncpg.Connection
) -> None:
    await subject.record()
    await sweep(worker_pool, hours(5))
    command = await subject.record(ended_at=hours(3), ended_as="met")
    assert (await row_of(owner))["status"] == "met"
    await sweep(worker_pool, hours(6))
    assert (await told(owner))[-1] == ("breach_withdrawn", 3, True, hours(6))
    row = await row_of(owner)
    assert (row["level"], row["withdrawn_at"], row["breached_at"], row["next_at"]) == (3, hours(6), hours(4), None)
    cause = "select causation_id from events where name = 'breach_withdrawn'"
    assert await owner.fetchval(cause) == command


async def test_a_late_fact_recorded_before_the_watch_has_acted_is_still_a_breach_and_told(
    subject: Subject, worker_pool: asyncpg.Pool, owner: asyncpg.Connection
) -> None:
    await subject.record()
    await subject.record(ended_at=hours(5), ended_as="met")
    await sweep(worker_pool, hours(6))
    assert await told(owner) == [
        ("clock_at_risk", 2, False, hours(1)),
        ("clock_at_risk", 3, False, hours(2)),
        ("clock_breached", 4, True, hours(4)),
    ]
    assert (await row_of(owner))["status"] == "met_late"


async def test_a_fact_in_time_recorded_before_the_watch_has_acted_alarms_nobody(
    subject: Subject, worker_pool: asyncpg.Pool, owner: asyncpg.Connection
) -> None:
    await subject.record()
    await subject.record(ended_at=hours(3), ended_as="met")
    await sweep(worker_pool, hours(6))
    assert await told(owner) == [("clock_at_risk", 2, False, hours(1)), ("clock_at_risk", 3, False, hours(2))]
    assert (await row_of(owner))["status"] == "met"


@pytest.mark.parametrize(("late", "status"), [(timedelta(), "met_late"), (-timedelta(microseconds=1), "met")])
async def test_the_mark_itself_is_late_and_the_instant_before_is_not(
    subject: Subject, worker_pool: asyncpg.Pool, owner: asyncpg.Connection, late: timedelta, status: str
) -> None:
    await subject.record(ended_at=hours(4) + late, ended_as="met")
    await sweep(worker_pool, hours(6))
    assert (await row_of(owner))["status"] == status
    assert ("clock_breached" in await said(owner)) is (status == "met_late")


async def test_a_clock_that_moved_and_passed_again_is_breached_anew(
    subject: Subject, worker_pool: asyncpg.Pool, owner: asyncpg.Connection
) -> None:
    await subject.record()
    await sweep(worker_pool, hours(5))
    await subject.record(marks(NOON, 1, 1, 2, 9, 30, 80))
    await sweep(worker_pool, hours(6))
    assert (await row_of(owner))["status"] == "at_risk"
    await sweep(worker_pool, hours(10))
    assert await said(owner) == [
        "clock_at_risk",
        "clock_at_risk",
        "clock_breached",
        "breach_withdrawn",
        "clock_breached",
    ]
    row = await row_of(owner)
    assert (row["breached_at"], row["withdrawn_at"], row["status"]) == (hours(9), None, "overdue")


async def test_a_target_is_missed_and_never_breached_or_escalated(
    store: PostgresEventStore, worker_pool: asyncpg.Pool, owner: asyncpg.Connection
) -> None:
    subject = Subject(store, tier="target")
    await subject.record()
    await sweep(worker_pool, hours(3))
    await sweep(worker_pool, hours(100))
    assert await said(owner) == ["clock_at_risk", "clock_at_risk", "clock_missed"]
    row = await row_of(owner)
    assert (row["status"], row["level"], row["next_at"]) == ("missed", 4, None)
    await subject.record(tier="target", ended_at=hours(3), ended_as="met")
    await sweep(worker_pool, hours(101))
    assert (await said(owner))[-1] == "miss_withdrawn"


async def test_a_provisional_clock_warns_and_then_waits_for_the_calendar(
    subject: Subject, worker_pool: asyncpg.Pool, owner: asyncpg.Connection
) -> None:
    await subject.record(marks(NOON, 1, 1, 2, None, None, None), provisional=True)
    await sweep(worker_pool, hours(100_000))
    assert await said(owner) == ["clock_at_risk", "clock_at_risk"]
    assert (await next_moment(worker_pool)).due is None
    await subject.record()
    await sweep(worker_pool, hours(5))
    assert (await said(owner))[-1] == "clock_breached"


async def test_what_the_watch_writes_is_read_by_the_codec_and_its_digest_verifies(
    subject: Subject, worker_pool: asyncpg.Pool, tail: PostgresTail, owner: asyncpg.Connection
) -> None:
    await subject.record()
    await sweep(worker_pool, hours(100))
    await subject.record(ended_at=hours(3), ended_as="met")
    await sweep(worker_pool, hours(101))
    rows = [row for _, row in await tail.read(Position(), 100) if row.actor == "sla-watch"]
    assert len(rows) == 6
    assert all(is_intact(row) for row in rows)
    for row in rows:
        _check_event(row, subject)


def _check_event(row: StoredEventRow, subject: Subject) -> None:
    recorded = EventCodec().decode(row, BlindRing())
    event: Any = recorded.event
    assert (event.subject, event.subject_kind, event.rule) == (subject.claim, "claim", "SZ-20.3")
    assert (event.due_at, event.tier, event.responsible) == (subject.clock.due_at, "service", "insurer")
    assert (recorded.basis.rulebooks, recorded.basis.calendar) == (("shenzhen-2018",), 1)
    assert recorded.correlation_id == "test"


async def test_a_clocks_stream_is_seen_by_whoever_sees_its_subject(
    subject: Subject, store: PostgresEventStore, worker_pool: asyncpg.Pool
) -> None:
    await subject.record()
    await sweep(worker_pool, hours(5))
    headers = (await store.load(INSURER, [subject.claim])).headers
    for scope in (INSURER, Scope("broker", broker="mars"), Scope("regulator", region="440000")):
        loaded = await store.load(scope, [subject.clock.clock_id])
        assert [each.version for each in loaded.events[subject.clock.clock_id]] == [1, 2, 3]
        mine, its = loaded.headers[subject.clock.clock_id], headers[subject.claim]
        assert (mine.kind, mine.region, mine.broker, mine.policy_stream) == (
            "clock",
            its.region,
            its.broker,
            its.policy_stream,
        )
    for scope in (Scope("insurer", tenant="another"), Scope("broker", broker="venus")):
        assert not (await store.load(scope, [subject.clock.clock_id])).events


GUARD = "and case when s.tx_id < pg_current_xact_id() then true end"


@pytest.mark.parametrize("guarded", [True, False])
async def test_a_withdrawal_never_stands_before_its_cause_in_the_log(
    subject: Subject,
    worker_pool: asyncpg.Pool,
    owner: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    guarded: bool,
) -> None:
    if not guarded:
        assert GUARD in module._SWEEP
        monkeypatch.setattr(module, "_SWEEP", module._SWEEP.replace(GUARD, ""))
    await subject.record()
    await sweep(worker_pool, hours(5))
    async with worker_pool.acquire() as connection, connection.transaction():
        await connection.execute("select pg_current_xact_id()")  # the sweep has begun, with another clock
        command = await subject.record(ended_at=hours(3), ended_as="met")
        moved = (await sweep(connection, hours(6))).moved
    await sweep(worker_pool, hours(6))
    rows = await owner.fetch("select name, causation_id from events order by epoch, tx_id, seq")
    order = [(row["name"] == "breach_withdrawn", row["causation_id"] == command) for row in rows][-2:]
    assert moved == (0 if guarded else 1)
    assert order == ([(False, True), (True, True)] if guarded else [(True, True), (False, True)])


async def test_a_clock_that_a_command_holds_is_left_for_the_next_sweep(
    store: PostgresEventStore, worker_pool: asyncpg.Pool, owner: asyncpg.Connection
) -> None:
    held, free = Subject(store), Subject(store)
    await held.record()
    await free.record()
    async with owner.transaction():
        await owner.execute("select from clocks where clock_id = $1 for update", held.clock.clock_id)
        assert (await sweep(worker_pool, hours(1.5))).moved == 1
    assert (await sweep(worker_pool, hours(1.5))).moved == 1


async def test_the_oldest_come_first_and_no_more_than_asked_for(
    store: PostgresEventStore, worker_pool: asyncpg.Pool, owner: asyncpg.Connection
) -> None:
    for delay in (3, 1, 2):
        await Subject(store).record(tuple(mark + timedelta(minutes=delay) for mark in USUAL))
    assert (await sweep(worker_pool, hours(1.9), limit=2)).moved == 2
    assert await owner.fetchval("select array_agg(marks[2] order by marks[2]) from clocks where level > 0") == [
        hours(1) + timedelta(minutes=1),
        hours(1) + timedelta(minutes=2),
    ]


async def test_an_idle_sweep_takes_no_transaction_id_and_so_stalls_nobody(
    subject: Subject, worker_pool: asyncpg.Pool
) -> None:
    await subject.record()
    async with worker_pool.acquire() as connection, connection.transaction():
        await sweep(connection, NOON)
        assert await connection.fetchval("select pg_current_xact_id_if_assigned()") is None
        await sweep(connection, hours(2))
        assert await connection.fetchval("select pg_current_xact_id_if_assigned()::text") is not None


async def test_the_next_moment_is_the_earliest_mark_and_at_once_for_what_is_handed_over(
    subject: Subject, worker_pool: asyncpg.Pool
) -> None:
    assert (await next_moment(worker_pool)).due is None
    ahead = datetime.now(UTC) + timedelta(hours=1)  # noqa: TID251  (the database's own present)
    await subject.record([ahead] * 6)
    assert (await next_moment(worker_pool)).due == ahead
    await subject.record([NOON] * 6, ended_at=NOON, ended_as="met")
    moment = await next_moment(worker_pool)
    assert moment.due == moment.now
