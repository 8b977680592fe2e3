"""What comes in or ends while something is being stored is stored next, together; each gets its own answer."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from notifications.application.errors import DatabaseUnavailableError
from notifications.application.ports import Inbox
from notifications.application.receive_alert import Received
from notifications.application.reception import Reception
from notifications.application.recording import Recorder
from notifications.application.records import Done, Finished, Job, QueueState, StoredAlert
from notifications.application.rules import Rules
from notifications.domain.alert import Alert
from notifications.domain.delivery import Delivered, DeliveryStatus, Retry
from notifications.domain.endpoint import ChannelName
from notifications.domain.retry import ScheduleName, Schedules
from notifications.metrics import Metrics

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass
class SlowQueue:
    """Records batches; each waits until it is let through, and fails if it was told to."""

    batches: list[list[Done]] = field(default_factory=list)
    through: asyncio.Event = field(default_factory=asyncio.Event)
    away: bool = False

    async def business_now(self) -> datetime:
        """Stand still."""
        return NOW

    async def claim(self, limit: int, worker: str) -> Sequence[Job]:
        """Nothing is due."""
        return []

    async def finish(self, done: Sequence[Done]) -> Mapping[UUID, Finished]:
        """Keep the batch."""
        self.batches.append(list(done))
        await self.through.wait()
        if self.away:
            raise DatabaseUnavailableError
        return {one.job.delivery_id: Finished(one.step.status, None) for one in done}

    async def state(self) -> QueueState:
        """Nothing waits."""
        return QueueState(0, 0, 0, 0.0, 0)


def job(number: int) -> Job:
    """A leased delivery."""
    return Job(
        delivery_id=UUID(int=number), alert_id=UUID(int=0), endpoint_id=UUID(int=0), channel=ChannelName.WEBHOOK,
        address="", language="zh", number=1, tries=1, deadline_at=NOW + timedelta(hours=75),
        schedule=ScheduleName.AUTHORITY, kind="clock.breached", time=NOW, document="{}", correlation_id=None,
        lease_until=NOW, taken_over=False, sealed_secret=b"",
    )  # fmt: skip


async def once_begun(queue: SlowQueue) -> None:
    """Let tasks run until a batch is being recorded."""
    while not queue.batches:
        await asyncio.sleep(0)


async def test_attempts_that_end_while_others_are_recorded_share_the_next_transaction() -> None:
    queue = SlowQueue()
    recorder = Recorder(queue, Schedules.standing(), lambda: 0.0)
    first = asyncio.create_task(recorder.record(job(1), Delivered("HTTP 200"), 1))
    await once_begun(queue)
    rest = [asyncio.create_task(recorder.record(job(number), Retry("HTTP 500"), 1)) for number in (2, 3, 4)]
    await asyncio.sleep(0)
    queue.through.set()
    found = await asyncio.gather(first, *rest)
    assert [len(batch) for batch in queue.batches] == [1, 3]
    assert [one.step.status for one in found] == [DeliveryStatus.DELIVERED] + 3 * [DeliveryStatus.PENDING]


async def test_a_missing_database_is_said_to_everybody_in_the_batch_and_nobody_else() -> None:
    queue = SlowQueue(away=True)
    queue.through.set()
    recorder = Recorder(queue, Schedules.standing(), lambda: 0.0)
    calls = (recorder.record(job(number), Delivered("HTTP 200"), 1) for number in (1, 2))
    lost = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(one) for one in lost] == [DatabaseUnavailableError, DatabaseUnavailableError]
    queue.away = False
    again = await recorder.record(job(1), Delivered("HTTP 200"), 1)
    assert again.step.status is DeliveryStatus.DELIVERED


class Counter(Reception):
    """A reception that stores nothing and refuses one alert."""

    batches: list[list[str]]
    refused = "no-such-thing"

    async def _store(self, alerts: Sequence[Alert]) -> list[Received]:
        self.batches.append([alert.event_id for alert in alerts])
        await asyncio.sleep(0)
        if self.refused in self.batches[-1]:
            raise ZeroDivisionError
        return [
            Received(StoredAlert(UUID(int=0), NOW, unheard=False, deliveries=0, document="{}"), True) for _ in alerts
        ]


def alert(name: str) -> Alert:
    """An alert with a name."""
    return Alert("/claims", name, "clock.breached", NOW, None, None, None, (), "breach", "{}")


@pytest.fixture
def counter() -> Counter:
    """It has no inbox: what would be stored is only noted."""
    inbox: Inbox = object()  # type: ignore[assignment]
    made = Counter(inbox, lambda: UUID(int=0), Metrics.create(), Rules())
    made.batches = []
    return made


async def test_alerts_that_come_in_while_one_is_stored_share_the_next_transaction(counter: Counter) -> None:
    await asyncio.gather(*(counter.receive(alert(str(number))) for number in range(5)))
    assert counter.batches == [["0"], ["1", "2", "3", "4"]]


async def test_an_alert_that_cannot_be_stored_takes_no_other_along(counter: Counter) -> None:
    counter.refused = "2"
    answers = await asyncio.gather(*(counter.receive(alert(str(n))) for n in range(4)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [Received, Received, ZeroDivisionError, Received]
