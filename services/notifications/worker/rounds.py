"""The rounds of a worker: things that are done again and again beside delivering, each at its own pace."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from notifications.application.errors import DatabaseUnavailableError
from notifications.metrics import Metrics

_log = structlog.get_logger(__name__)

_LONGEST_PAUSE = 5.0


class Round(Protocol):
    """One thing to be done again and again."""

    async def round(self) -> int:
        """Do what there is to do now; how much there was. DatabaseUnavailableError."""
        ...


@dataclass(frozen=True, slots=True)
class Paced:
    """A round and the seconds between two of them."""

    does: Round
    seconds: float


@dataclass(frozen=True, slots=True)
class Rounds:
    """All rounds of one worker, side by side. A database that is away is waited for; any other error ends them all."""

    by_name: Mapping[str, Paced]
    metrics: Metrics

    async def run(self, stop: asyncio.Event) -> None:
        """Go round until `stop` is set; a round that has begun is ended first."""
        async with asyncio.TaskGroup() as tasks:
            for name, paced in self.by_name.items():
                tasks.create_task(self._keep_going(name, paced, stop))

    async def once(self, names: Sequence[str] | None = None) -> int:
        """Do each round, or those named, once, in order; how much there was to do."""
        return sum([await paced.does.round() for name, paced in self.by_name.items() if names is None or name in names])

    async def _keep_going(self, name: str, paced: Paced, stop: asyncio.Event) -> None:
        while not stop.is_set():
            pause = paced.seconds
            try:
                await paced.does.round()
            except DatabaseUnavailableError as error:
                self.metrics.database_failures.inc()
                _log.warning("round_postponed", round=name, error=str(error))
                pause = max(pause, min(pause * 2, _LONGEST_PAUSE))
            await _rest(stop, pause)


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
