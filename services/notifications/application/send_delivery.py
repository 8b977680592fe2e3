"""One attempt at one delivery: send, decide what follows, record both."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import stamina
import structlog

from notifications.application.errors import DatabaseUnavailableError
from notifications.application.ports import Channel, Jitter, Message, Queue, SecretBox
from notifications.application.records import Job
from notifications.application.secrets import SecretUnreadableError
from notifications.domain.delivery import DeliveryStatus, NextStep, Outcome, Retry, after_attempt, name_of
from notifications.domain.endpoint import ChannelName
from notifications.metrics import Metrics

_log = structlog.get_logger(__name__)

_RECORDING_SECONDS = 30.0
"""How long a worker tries to record an outcome; after that the lease has long run out and another one sends again."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends leased deliveries."""

    queue: Queue
    channels: Mapping[ChannelName, Channel]
    secrets: SecretBox
    jitter: Jitter
    metrics: Metrics

    async def send(self, job: Job) -> None:
        """Make the attempt and record it; without a database it keeps trying to record for half a minute."""
        log = _log.bind(
            delivery_id=str(job.delivery_id), alert_id=str(job.alert_id), endpoint_id=str(job.endpoint_id),
            kind=job.kind, attempt=job.number, correlation_id=job.correlation_id,
        )  # fmt: skip
        if job.taken_over:
            log.warning("delivery_taken_over", reason="an earlier worker's lease ran out; it may have been delivered")
        started = time.perf_counter()
        outcome = await self._attempt(job)
        seconds = time.perf_counter() - started
        self.metrics.attempt_seconds.labels(job.channel).observe(seconds)
        self.metrics.deliveries.labels(job.channel, name_of(outcome)).inc()
        try:
            step = await self._record(job, outcome, round(seconds * 1000))
        except DatabaseUnavailableError:
            log.exception("delivery_not_recorded", outcome=name_of(outcome))
            return
        if step.status is DeliveryStatus.DEAD:
            self.metrics.dead.labels(job.channel).inc()
        log.info(
            "delivery_attempted", outcome=name_of(outcome), detail=outcome.detail, status=step.status,
            next_at=step.next_at.isoformat() if step.next_at else None, endpoint_disabled=step.disables_endpoint,
        )  # fmt: skip

    async def _attempt(self, job: Job) -> Outcome:
        try:
            secret = self.secrets.open(job.endpoint_id, job.sealed_secret)
        except SecretUnreadableError:
            return Retry("the endpoint's secret cannot be decrypted with the key of this process")
        message = Message(str(job.delivery_id), job.address, job.document.encode(), secret)
        return await self.channels[job.channel].send(message)

    async def _record(self, job: Job, outcome: Outcome, milliseconds: int) -> NextStep:
        async for attempt in stamina.retry_context(
            on=DatabaseUnavailableError, attempts=None, timeout=_RECORDING_SECONDS, wait_max=2.0
        ):
            with attempt:
                now = await self.queue.business_now()
                step = after_attempt(outcome, job.tries, now, job.deadline_at, self.jitter())
                await self.queue.finish(job, outcome, step, milliseconds)
                return step
        raise AssertionError  # the context either returns or raises
