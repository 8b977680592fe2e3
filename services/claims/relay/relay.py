"""The relay's loop: read the log behind its checkpoint, tell what is to be told, then move the checkpoint.

An alert that was sent and whose checkpoint was not saved is sent again with the same id: notifications takes it once.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import groupby
from typing import Never, Protocol

import asyncpg
import orjson
import stamina
import structlog

from claims.application.ports import Tail
from claims.application.rows import StoredEventRow
from claims.event_store.checkpoints import CheckpointTakenError, load_checkpoint, save_checkpoint
from claims.event_store.pool import is_passing
from claims.event_store.sandbox import sandbox_state
from claims.event_store.tail import anything_after
from claims.projections.alert_sources import Refusal, record_refusals
from claims.relay.alerts import Alert
from claims.relay.gathering import Gathering
from claims.relay.notifications import AT_ONCE, Notifications, NotNowError, Refused

NAME = "relay"
"""Of its checkpoint."""

BATCH = 200
POLL = 0.1
"""Seconds between two looks at a log that has nothing new."""

_SETTLING = 0.01
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0

_log = structlog.get_logger()


class RelayMetrics(Protocol):
    """What the relay tells of itself."""

    def taken(self, kind: str) -> None:
        """Notifications took an alert."""
        ...

    def refused(self, kind: str, status: int) -> None:
        """Notifications refused an alert for what it is; it is kept among the refusals."""
        ...

    def lag(self, seconds: float) -> None:
        """The age of the oldest event not yet relayed; 0 when there is none."""
        ...

    def lost(self, error: Exception) -> None:
        """The database or notifications was away; it is tried again."""
        ...


class Relay:
    """Tells notifications what the log says; several processes may run it, each alert is taken once."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        tail: Tail,
        gathering: Gathering,
        notifications: Notifications,
        metrics: RelayMetrics,
    ) -> None:
        """Take a pool of the worker's connections."""
        self._pool = pool
        self._tail = tail
        self._gathering = gathering
        self._notifications = notifications
        self._metrics = metrics
        self._told_offset: timedelta | None = None
        self._wake = asyncio.Event()

    async def run(self) -> Never:
        """Relay until cancelled; an error that is not a lost connection ends it, and is to end the process."""
        while True:
            try:
                busy = await self.step() > 0
            except Exception as error:
                if not is_passing(error):
                    raise
                self._metrics.lost(error)
                busy = False
            if not busy:
                await self._rest()

    async def step(self, limit: int = BATCH) -> int:
        """Relay up to `limit` events and return how many; 0 also where another process was faster."""
        was = await load_checkpoint(self._pool, NAME)
        batch = await self._tail.read(was, limit)
        # Asked after the events: notifications must never hear of them by an earlier clock than recorded them.
        state = await sandbox_state(self._pool)
        if state.sandbox:
            await self._tell_offset(state.offset)
        if not batch:
            self._metrics.lag(0.0)
            return 0
        rows = [row for _, row in batch]
        age = _Age(self._metrics, state.now, rows[0])
        alerts = await self._gathering.alerts(self._pool, rows, sandbox=state.sandbox)
        refusals = await self._tell_all(alerts, age)
        with suppress(CheckpointTakenError):
            async with self._pool.acquire() as connection, connection.transaction():
                await record_refusals(connection, refusals)
                await save_checkpoint(connection, NAME, was=was, now=batch[-1][0])
            return len(batch)
        return 0

    async def drained(self) -> bool:
        """Say whether everything that is recorded was relayed; if not, the loop is woken."""
        if await anything_after(self._pool, await load_checkpoint(self._pool, NAME)):
            self._wake.set()
            return False
        return True

    async def settled(self, offset: timedelta) -> None:
        """Return when notifications lives by `offset` and was told all that is recorded; ends a step of the sandbox.

        A loop has to run, here or in another process.
        """
        await self._tell_offset(offset)
        while not await self.drained():  # noqa: ASYNC110  (what is waited for may happen in another process)
            await asyncio.sleep(_SETTLING)

    async def _tell_all(self, alerts: Sequence[Alert], age: "_Age") -> list[Refusal]:
        """Send alerts on different subjects side by side, those on one subject in order."""
        lanes = asyncio.Semaphore(AT_ONCE)
        by_subject = sorted(alerts, key=_subject)  # stable: log order within a subject

        async def in_order(its: Sequence[Alert]) -> list[Refusal]:
            async with lanes:
                return [refusal for alert in its if (refusal := await self._tell(alert, age)) is not None]

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(in_order(list(its))) for _, its in groupby(by_subject, _subject)]
        return [refusal for task in tasks for refusal in task.result()]

    async def _tell(self, alert: Alert, age: "_Age") -> Refusal | None:
        refused: Refused | None = None
        async for attempt in _until_taken():
            with attempt:
                try:
                    refused = await self._notifications.tell(alert)
                except NotNowError as error:
                    self._delayed(error, age)
                    raise
        if refused is None:
            self._metrics.taken(alert.kind)
            return None
        self._metrics.refused(alert.kind, refused.status)
        _log.error(
            "alert refused",
            kind=alert.kind,
            alert_id=alert.document["id"],
            status=refused.status,
            answer=refused.answer,
            correlation_id=alert.correlation_id,
        )
        return refusal_of(alert, refused)

    async def _tell_offset(self, offset: timedelta) -> None:
        if offset == self._told_offset:
            return
        async for attempt in _until_taken():
            with attempt:
                try:
                    await self._notifications.set_clock(offset)
                except NotNowError as error:
                    self._delayed(error, None)
                    raise
        self._told_offset = offset

    def _delayed(self, error: NotNowError, age: "_Age | None") -> None:
        self._metrics.lost(error)
        if age is not None:
            age.show()

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL):
                await self._wake.wait()
        self._wake.clear()


class _Age:
    """How old the oldest event of a batch is: it grows while notifications is away."""

    def __init__(self, metrics: RelayMetrics, now: datetime, oldest: StoredEventRow) -> None:
        self._metrics = metrics
        self._at_first = max(0.0, (now - oldest.recorded_at).total_seconds())
        self._since = time.monotonic()
        self.show()

    def show(self) -> None:
        self._metrics.lag(self._at_first + time.monotonic() - self._since)


def refusal_of(alert: Alert, refused: Refused) -> Refusal:
    """Return what is kept of an alert that notifications would not take."""
    document = orjson.dumps(alert.document).decode()
    return Refusal(alert.tenant, alert.stream_id, alert.version, alert.kind, refused.status, refused.answer, document)


def _until_taken() -> AsyncIterator[stamina.Attempt]:
    """Try for ever, with a growing pause; each retry is logged."""
    context = stamina.retry_context(
        on=NotNowError,
        attempts=None,
        timeout=None,
        wait_initial=_FIRST_PAUSE,
        wait_max=_LONGEST_PAUSE,
        wait_jitter=_FIRST_PAUSE,
    )
    return aiter(context)


def _subject(alert: Alert) -> str:
    return str(alert.subject)
