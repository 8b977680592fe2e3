"""The heartbeat of the watch: APScheduler ticks, the database coordinates, and every process may run one."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

import asyncpg
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from claims.event_store.pool import RACED, is_passing
from claims.watch.sweep import BATCH, Swept, next_moment, sweep

LONGEST_SLEEP = timedelta(milliseconds=500)
_BESIDE_ANOTHER = timedelta(milliseconds=10)


class WatchMetrics(Protocol):
    """What the watch tells of itself."""

    def swept(self, result: Swept) -> None:
        """A sweep moved clocks."""
        ...

    def lost(self, error: Exception) -> None:
        """The database was away, or rolled a sweep back; it is tried again."""
        ...


class Watch:
    """Sweeps what is due, then sleeps until the next moment at which something is, half a second at most."""

    def __init__(self, pool: asyncpg.Pool, metrics: WatchMetrics, *, batch: int = BATCH) -> None:
        """Take a pool of the worker's connections."""
        self._pool = pool
        self._metrics = metrics
        self._batch = batch

    async def run(self) -> None:
        """Tick until cancelled; an error that is not a lost connection ends it, and is to end the process."""
        await Ticker(self.tick).run()

    async def tick(self) -> timedelta:
        """Sweep until nothing is due and return how long to sleep; a lost connection is counted and tried again."""
        try:
            return await self._sweep_all()
        except Exception as error:
            if not is_passing(error):
                raise
            self._metrics.lost(error)
            return _BESIDE_ANOTHER if isinstance(error, RACED) else LONGEST_SLEEP

    async def _sweep_all(self) -> timedelta:
        while True:
            moment = await next_moment(self._pool)
            if moment.due is None:
                return LONGEST_SLEEP
            if moment.due > moment.now:
                return min(moment.due - moment.now, LONGEST_SLEEP)
            swept = await sweep(self._pool, moment.now, self._batch)
            if not swept.moved:  # others hold what is due
                return _BESIDE_ANOTHER
            self._metrics.swept(swept)


class Ticker:
    """Runs one task again and again, each time after the pause that it asked for."""

    def __init__(self, task: Callable[[], Awaitable[timedelta]]) -> None:
        """Take a task that returns how long to sleep."""
        self._task = task
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        )

    async def run(self) -> None:
        """Tick until cancelled; an error of the task ends it."""
        failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def tick() -> None:
            try:
                self._after(await self._task(), tick)
            except Exception as error:  # noqa: BLE001  (the scheduler would only log it; here it ends the process)
                if not failed.done():
                    failed.set_exception(error)

        self._scheduler.start()
        try:
            self._after(timedelta(), tick)
            await failed
        finally:
            self._scheduler.shutdown(wait=False)

    def _after(self, pause: timedelta, tick: Callable[[], Awaitable[None]]) -> None:
        if self._scheduler.running:
            # A job of its own each time: under one id the next would be refused while this one is still at its end.
            self._scheduler.add_job(tick, _Once(pause))


class _Once(BaseTrigger):  # type: ignore[misc]
    """Fires once, after a pause."""

    def __init__(self, pause: timedelta) -> None:
        self._pause = pause

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """Return `now` plus the pause, the first time; the scheduler gives the wall clock."""
        return None if previous_fire_time else now + self._pause
