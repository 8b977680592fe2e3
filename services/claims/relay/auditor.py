"""The auditor of the relay: asks notifications whether it knows every alert that the log calls for, and sends the lost.

The relay's checkpoint says what was told; whether notifications still knows it is another question, after a restore for
example. An alert keeps its id however often it is sent, so sending it again is safe.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import takewhile
from typing import Never, Protocol
from uuid import UUID, uuid5

import asyncpg
import structlog

from claims.application.ports import Tail
from claims.application.rows import Position, StoredEventRow
from claims.event_store.checkpoints import CheckpointTakenError, load_checkpoint, save_checkpoint
from claims.event_store.looking import look_again_and_again
from claims.event_store.sandbox import SandboxState, sandbox_state
from claims.projections.alert_sources import Refusal, read_refused, record_refusals
from claims.relay import relay
from claims.relay.alerts import SOURCE, Alert
from claims.relay.gathering import Gathering
from claims.relay.instance_alerts import instance_alert
from claims.relay.notifications import Notifications, NotNowError

NAME = "relay_auditor"
"""Of its checkpoint."""

WINDOW = "relay_auditor_window"
"""Of the checkpoint behind which all that was told lately begins."""

KIND = "audit.finding"
FINDING = "event_without_alert"

BATCH = 200
PAUSE = 30.0
"""Seconds between two looks at what the relay has told meanwhile."""

AGAIN = 120
"""Pauses between two looks at all that was told lately: an hour. What notifications knew, it may lose in a restore."""

LATELY = timedelta(hours=75)
"""As long as an authority's receiver is tried: what is older and was lost is of no use to anybody who acts on it."""

NAMED = 20
"""Lost alerts that the finding names; it says how many they were."""

_FINDINGS = UUID("b1d7c7de-3f55-5b0e-9a0c-1f6a9a4f2c07")

_log = structlog.get_logger()


class AuditorMetrics(Protocol):
    """What the auditor tells of itself."""

    def taken(self, kind: str) -> None:
        """Notifications took an alert."""
        ...

    def refused(self, kind: str, status: int) -> None:
        """Notifications refused an alert for what it is."""
        ...

    def missing(self, kind: str) -> None:
        """Notifications did not know an alert that it had been told."""
        ...

    def lost(self, error: Exception) -> None:
        """The database or notifications was away; it is tried again."""
        ...


class Auditor:
    """Follows the relay; several processes may run it, one of them moves the checkpoint."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        tail: Tail,
        gathering: Gathering,
        notifications: Notifications,
        metrics: AuditorMetrics,
    ) -> None:
        """Take a pool of the worker's connections."""
        self._pool = pool
        self._tail = tail
        self._gathering = gathering
        self._notifications = notifications
        self._metrics = metrics
        self._looks_left = 0

    async def run(self) -> Never:
        """Look until cancelled; an error that is not passing ends it, and is to end the process."""
        await look_again_and_again(self._look, PAUSE, self._metrics.lost, (NotNowError,))

    async def _look(self) -> None:
        self._looks_left = max(self._looks_left - 1, 0)
        while await self.step():
            pass
        if not self._looks_left:
            await self.again()
            self._looks_left = AGAIN

    async def step(self, limit: int = BATCH) -> int:
        """Audit up to `limit` events that the relay has passed, and return how many; 0 when it has caught up."""
        was, told = await load_checkpoint(self._pool, NAME), await load_checkpoint(self._pool, relay.NAME)
        batch = [(position, row) for position, row in await self._tail.read(was, limit) if position <= told]
        if not batch:
            return 0
        refusals = await self._audit([row for _, row in batch], await sandbox_state(self._pool))
        with suppress(CheckpointTakenError):
            async with self._pool.acquire() as connection, connection.transaction():
                await record_refusals(connection, refusals)
                await save_checkpoint(connection, NAME, was=was, now=batch[-1][0])
            return len(batch)
        return 0

    async def again(self, limit: int = BATCH) -> int:
        """Audit all that was told and recorded in the last 75 hours (business time) once more; how many events.

        It begins anew wherever it was when the process ended; only the beginning of the window is kept.
        """
        state = await sandbox_state(self._pool)
        since, place, audited = state.now - LATELY, await load_checkpoint(self._pool, WINDOW), 0
        told = await load_checkpoint(self._pool, relay.NAME)
        while batch := [each for each in await self._tail.read(place, limit) if each[0] <= told]:
            old = list(takewhile(lambda each: each[1].recorded_at < since, batch))
            if old and not audited:
                await self._move_window(place, old[-1][0])
            recent = [row for _, row in batch[len(old) :]]
            refusals = await self._audit(recent, state)
            async with self._pool.acquire() as connection, connection.transaction():
                await record_refusals(connection, refusals)
            audited, place = audited + len(recent), batch[-1][0]
        return audited

    async def _move_window(self, was: Position, now: Position) -> None:
        with suppress(CheckpointTakenError):
            async with self._pool.acquire() as connection, connection.transaction():
                await save_checkpoint(connection, WINDOW, was=was, now=now)

    async def _audit(self, rows: Sequence[StoredEventRow], state: SandboxState) -> list[Refusal]:
        """Send again what these events call for and notifications has lost; what it refused of that."""
        alerts = await self._gathering.alerts(self._pool, rows, sandbox=state.sandbox)
        return await self._send_again(await self._lost(alerts), state)

    async def _lost(self, alerts: Sequence[Alert]) -> list[Alert]:
        """Return the alerts that notifications neither knows nor refused."""
        unknown: set[str] = set()
        ids = [str(each.document["id"]) for each in alerts]
        for start in range(0, len(ids), BATCH):
            unknown |= await self._notifications.unknown(SOURCE, ids[start : start + BATCH])
        missing = [each for each in alerts if str(each.document["id"]) in unknown]
        if not missing:
            return []
        refused = await read_refused(self._pool, [(each.tenant, each.stream_id, each.version) for each in missing])
        return [each for each in missing if (each.tenant, each.stream_id, each.version) not in refused]

    async def _send_again(self, lost: Sequence[Alert], state: SandboxState) -> list[Refusal]:
        if not lost:
            return []
        refusals = []
        for alert in lost:
            self._metrics.missing(alert.kind)
            if (answer := await self._notifications.tell(alert)) is not None:
                self._metrics.refused(alert.kind, answer.status)
                refusals.append(relay.refusal_of(alert, answer))
        _log.error("alerts were missing", count=len(lost), ids=[each.document["id"] for each in lost[:NAMED]])
        if await self._notifications.tell(alert_of_lost(lost, len(lost) - len(refusals), state)) is None:
            self._metrics.taken(KIND)
        return refusals


def alert_of_lost(lost: Sequence[Alert], repaired: int, state: SandboxState) -> Alert:
    """Return what administrators are told of alerts that were missing; the same of the same alerts."""
    ids = [str(each.document["id"]) for each in lost]
    identity = uuid5(_FINDINGS, " ".join(ids))
    audit = {"finding": FINDING, "count": len(ids), "since": lost[0].document["time"], "ids": ids[:NAMED]}
    return instance_alert(
        KIND,
        identity,
        f"audit/{FINDING}",
        {"audit": {**audit, "repaired": repaired}},
        state,
        severity="escalation",
        correlation_id=str(identity),
    )
