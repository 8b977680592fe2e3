"""What one sweep writes, moment by moment."""

from datetime import datetime, timedelta
from typing import Any

import asyncpg
import orjson
import pytest
from tests.integration.sla_watch.scenes import Subject, hours, marks, said
from tests.support.store import INSURER, NOON

from claims.application.rows import Position, Scope, StoredEventRow
from claims.event_store.codec import EventCodec
from claims.event_store.digest import is_intact
from claims.event_store.store import PostgresEventStore
from claims.event_store.tail import PostgresTail
from claims.keys.ring import BlindRing
from claims.watch.sweep import Said, Swept, next_moment, sweep


@pytest.fixture
def subject(store: PostgresEventStore) -> Subject:
    """A claim with a clock of the service tier."""
    return Subject(store)


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
