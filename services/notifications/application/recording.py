"""Recording what came of attempts: those that end while others are recorded share the next transaction."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from notifications.application.errors import DatabaseUnavailableError
from notifications.application.ports import Jitter, Queue
from notifications.application.records import Done, Finished, Job
from notifications.domain.delivery import NextStep, Outcome, after_attempt
from notifications.domain.retry import Schedules


@dataclass(frozen=True, slots=True)
class Recorded:
    """What followed from an attempt; `finished` is None when the lease was lost and somebody else goes on."""

    step: NextStep
    finished: Finished | None


@dataclass(frozen=True, slots=True)
class _Waiting:
    job: Job
    outcome: Outcome
    milliseconds: int
    recorded: "asyncio.Future[Recorded]"


@dataclass(slots=True)
class Recorder:
    """Decides what follows from attempts and records it, as many as there are in one transaction."""

    queue: Queue
    schedules: Schedules
    jitter: Jitter
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _waiting: list[_Waiting] = field(default_factory=list, init=False)

    async def record(self, job: Job, outcome: Outcome, milliseconds: int) -> Recorded:
        """Return when it is recorded; DatabaseUnavailableError, and then nobody knows whether it is."""
        mine = _Waiting(job, outcome, milliseconds, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        async with self._turn:
            if not mine.recorded.done():
                batch, self._waiting = self._waiting, []
                await self._write(batch)
        return mine.recorded.result()

    async def _write(self, batch: Sequence[_Waiting]) -> None:
        """Record a batch; all of it shares the fate of the transaction."""
        try:
            now = await self.queue.business_now()
            steps = [
                after_attempt(
                    one.outcome, self.schedules[one.job.schedule], one.job.tries, now, one.job.deadline_at,
                    self.jitter(),
                )
                for one in batch
            ]  # fmt: skip
            done = [Done(one.job, one.outcome, step, one.milliseconds) for one, step in zip(batch, steps, strict=True)]
            finished = await self.queue.finish(done)
        except DatabaseUnavailableError as error:
            for one in batch:
                one.recorded.set_exception(DatabaseUnavailableError(str(error)))
            return
        for one, step in zip(batch, steps, strict=True):
            one.recorded.set_result(Recorded(step, finished.get(one.job.delivery_id)))
