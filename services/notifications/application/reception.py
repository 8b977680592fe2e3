"""The counter at which alerts come in: those that come while others are being stored share the next transaction."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from notifications.application.errors import DatabaseUnavailableError
from notifications.application.ports import Inbox, NewId
from notifications.application.receive_alert import Received, receive_alerts
from notifications.application.rules import Rules
from notifications.domain.alert import Alert
from notifications.metrics import Metrics

MOST = 100
"""Alerts in one transaction: it stays short."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    alert: Alert
    received: "asyncio.Future[Received]"


@dataclass(slots=True)
class Reception:
    """Takes alerts in, as many as there are in one transaction, in the order in which they came."""

    inbox: Inbox
    new_id: NewId
    metrics: Metrics
    rules: Rules
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _waiting: list[_Waiting] = field(default_factory=list, init=False)

    async def receive(self, alert: Alert) -> Received:
        """Return when it is stored, or was; DatabaseUnavailableError."""
        mine = _Waiting(alert, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        async with self._turn:
            while not mine.received.done():
                batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await asyncio.shield(self._take(batch))
        return mine.received.result()

    async def _take(self, batch: Sequence[_Waiting]) -> None:
        """Store a batch; where one cannot be stored for what it is, each by itself: the others go on."""
        try:
            found = await self._store([one.alert for one in batch])
        except DatabaseUnavailableError as error:
            _fail(batch, DatabaseUnavailableError(str(error)))
        except Exception as error:  # noqa: BLE001 - whoever asked gets it
            if len(batch) == 1:
                _fail(batch, error)
                return
            for one in batch:
                await self._take([one])
        else:
            for one, received in zip(batch, found, strict=True):
                if not one.received.done():
                    one.received.set_result(received)

    async def _store(self, alerts: Sequence[Alert]) -> list[Received]:
        return await receive_alerts(alerts, self.inbox, self.new_id, self.metrics, self.rules)


def _fail(batch: Sequence[_Waiting], error: Exception) -> None:
    for one in batch:
        if not one.received.done():
            one.received.set_exception(error)
            # Whoever asked may have gone away meanwhile.
            one.received.exception()
