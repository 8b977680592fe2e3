"""A thin synchronous shim that shows the event store to the `eventsourcing` library as its recorders.

The library's integer id is an event's rank in the log below the fence: it can be counted once and for all only because
the tail never shows an event before one that it has already shown.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from threading import Thread
from typing import Any, Never, TypeVar
from uuid import UUID

import asyncpg
from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Notification,
    ProcessRecorder,
    StoredEvent,
    Subscription,
    Tracking,
)
from tests.support.store import INSURER, NOON, commit

from claims.application.rows import Commit, NewEvent, Position, StoredEventRow
from claims.event_store.arguments import STATEMENT, arguments
from claims.event_store.checkpoints import CheckpointTakenError, load_checkpoint, save_checkpoint
from claims.event_store.errors import AppendRefusedError
from claims.event_store.pool import create_pool
from claims.event_store.store import PostgresEventStore
from claims.event_store.tail import PostgresTail

T = TypeVar("T")

_PATIENCE = 60


class Recorder(ProcessRecorder):
    """All of the library's recorders over one database."""

    def __init__(self, url: str) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.pool: asyncpg.Pool = self._wait(create_pool(url, name="recorder"))
        self.store = PostgresEventStore(self.pool)
        self.log = Log(PostgresTail(self.pool))
        self.first_versions: dict[UUID, int] = {}  # the suites begin at 0 or 1 as they like, our streams at 1

    def close(self) -> None:
        """End the pool and the thread."""
        self._wait(self.pool.close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Append them as one command, with the tracking in the same transaction; their ranks."""
        return self._wait(self._insert(stored_events, kwargs.get("tracking")))

    def insert_tracking(self, tracking: Tracking) -> None:
        """Move the checkpoint that has the application's name."""
        self._wait(self._insert([], tracking))

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Load the stream and cut out what is asked for."""
        loaded = self._wait(self.store.load(INSURER, [_uuid(originator_id)]))
        events = [self._stored(row) for row in loaded.events.get(_uuid(originator_id), ())]
        low, high = (-1 if gt is None else gt), (2**31 if lte is None else lte)
        within = [each for each in events if low < each.originator_version <= high]
        return (within[::-1] if desc else within)[:limit]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Cut the log by rank."""
        rows = self._wait(self.log.rows())
        first = 1 if start is None else start + (not inclusive_of_start)
        found = [
            Notification(**vars(self._stored(row)), id=rank)
            for rank, row in enumerate(rows[first - 1 : stop], max(first, 1))
            if not topics or row.name in topics
        ]
        return found[:limit]

    def max_notification_id(self) -> int | None:
        """Return the rank of the last event below the fence."""
        return len(self._wait(self.log.rows())) or None

    def max_tracking_id(self, application_name: str) -> int | None:
        """Return where the checkpoint stands."""

        async def look() -> int | None:
            async with self.pool.acquire() as connection:
                return (await load_checkpoint(connection, application_name)).seq or None

        return self._wait(look())

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        """Not offered: our readers poll the tail."""
        raise NotImplementedError

    async def _insert(self, stored_events: Sequence[StoredEvent], tracking: Tracking | None) -> list[int]:
        made = self._commit(stored_events)
        try:
            if tracking is None:
                stored = await self.store.append([made] if stored_events else [])
            else:
                stored = await self._append_and_track(made if stored_events else None, tracking)
        except (AppendRefusedError, CheckpointTakenError, asyncpg.PostgresError) as error:
            raise IntegrityError(error) from error
        if stored_events and not stored:
            raise IntegrityError("lost the race for a version")
        return [await self.log.rank(event.stream_id, event.version) for event in made.events]

    async def _append_and_track(self, made: Commit | None, tracking: Tracking) -> frozenset[UUID]:
        async with self.pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(STATEMENT, *arguments([made])) if made else []
            was = await load_checkpoint(connection, tracking.application_name)
            if tracking.notification_id <= was.seq:
                raise IntegrityError("tracked already")
            now = Position(seq=tracking.notification_id)
            await save_checkpoint(connection, tracking.application_name, was=was, now=now)
            return frozenset(row[0] for row in rows)

    def _commit(self, stored_events: Sequence[StoredEvent]) -> Commit:
        events: list[NewEvent] = []
        gates: dict[UUID, int] = {}
        for each in stored_events:
            stream = _uuid(each.originator_id)
            version = each.originator_version - self.first_versions.setdefault(stream, each.originator_version) + 1
            gates.setdefault(stream, version)
            events.append(NewEvent(stream, version, each.topic, 1, each.state, NOON))
        return commit(gates, events=events)

    def _stored(self, row: StoredEventRow) -> StoredEvent:
        version = row.version - 1 + self.first_versions[row.stream_id]
        return StoredEvent(row.stream_id, version, row.name, row.payload)

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(_PATIENCE)


class AggregateOnly(Recorder):
    """The aggregate recorder gives no ranks."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        """Append them as one command."""
        super().insert_events(stored_events, **kwargs)


class Log:
    """What the tail has shown so far; a rank, once given, is never given to another event."""

    def __init__(self, tail: PostgresTail) -> None:
        self._tail = tail
        self._after = Position()
        self._rows: list[StoredEventRow] = []
        self._ranks: dict[tuple[UUID, int], int] = {}
        self._one_reader = asyncio.Lock()

    async def rows(self) -> list[StoredEventRow]:
        """Read on to the fence."""
        async with self._one_reader:
            while batch := await self._tail.read(self._after, 1000):
                self._after = batch[-1][0]
                for _, row in batch:
                    self._rows.append(row)
                    self._ranks[row.stream_id, row.version] = len(self._rows)
        return self._rows

    async def rank(self, stream_id: UUID, version: int) -> int:
        """Return an event's rank as soon as it lies below the fence."""
        async with asyncio.timeout(_PATIENCE):
            while (rank := self._ranks.get((stream_id, version))) is None:
                await self.rows()
        return rank


def _uuid(originator_id: UUID | str) -> UUID:
    return originator_id if isinstance(originator_id, UUID) else _never(originator_id)


def _never(originator_id: str) -> Never:
    raise TypeError(f"ids are UUIDs, not {originator_id!r}")
