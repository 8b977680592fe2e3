"""The delivery loop: leases what is due, sends it side by side, looks again."""

import asyncio
from dataclasses import dataclass, field
from typing import Final

import structlog

from notifications.application.errors import DatabaseUnavailableError
from notifications.application.observe_queue import observe_queue
from notifications.application.ports import Queue
from notifications.application.send_delivery import Sender
from notifications.metrics import Metrics

LOOK_SECONDS: Final = 0.1
"""How often it looks when nothing happens: a new alert waits no longer than this and one query."""

BREATH_SECONDS: Final = 0.05
"""Between two looks while attempts end: those that end in this time are followed up by one look."""

MOST_UNDER_WAY: Final = 500
"""Attempts at a time in one process; an endpoint has few places, so that many dead ones are needed to fill it."""

GAUGE_SECONDS: Final = 5.0

_FIRST_PAUSE: Final = 0.2
_LONGEST_PAUSE: Final = 2.0

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class DeliveryLoop:
    """One worker. `run` ends when it is told to stop, or by the first exception that nobody expected."""

    queue: Queue
    sender: Sender
    metrics: Metrics
    name: str
    _under_way: int = field(default=0, init=False)
    _wake: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set, then let what is under way come to its end.

        A database that is not there is waited for; any other exception ends the process that runs this.
        """
        _log.info("delivery_worker_started", worker=self.name)
        async with asyncio.TaskGroup() as tasks:
            gauges = tasks.create_task(self._observe())
            stopping = tasks.create_task(self._stop(stop))
            pause = _FIRST_PAUSE
            while not stop.is_set():
                try:
                    await self.start_due(tasks)
                    pause = _FIRST_PAUSE
                except DatabaseUnavailableError as error:
                    self.metrics.database_failures.inc()
                    _log.warning("database_unavailable", error=str(error), next_try_in=pause)
                    await _wait(stop, pause)
                    pause = min(pause * 2, _LONGEST_PAUSE)
                    continue
                await self._rest()
            gauges.cancel()
            stopping.cancel()
        _log.info("delivery_worker_stopped", worker=self.name)

    async def start_due(self, tasks: asyncio.TaskGroup) -> int:
        """Lease what is due and start sending it; how many were found. DatabaseUnavailableError."""
        free = MOST_UNDER_WAY - self._under_way
        if free <= 0:
            return 0
        jobs = await self.queue.claim(free, self.name)
        for job in jobs:
            self._under_way += 1
            tasks.create_task(self.sender.send(job)).add_done_callback(self._ended)
        return len(jobs)

    def _ended(self, _task: "asyncio.Task[None]") -> None:
        self._under_way -= 1
        # The next of its lane may be due now.
        self._wake.set()

    async def _rest(self) -> None:
        """Wait until something ended and a breath longer, but not longer than until the next look."""
        await _wait(self._wake, LOOK_SECONDS)
        if self._wake.is_set():
            await asyncio.sleep(BREATH_SECONDS)
        self._wake.clear()

    async def _stop(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._wake.set()

    async def _observe(self) -> None:
        while True:
            try:
                await observe_queue(self.queue, self.metrics)
            except DatabaseUnavailableError:
                self.metrics.database_failures.inc()
            await asyncio.sleep(GAUGE_SECONDS)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
