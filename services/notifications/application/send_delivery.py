"""One attempt at one delivery: send, record what came of it and what follows, say so."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import stamina
import structlog

from notifications.application.credentials import Keyring
from notifications.application.errors import DatabaseUnavailableError
from notifications.application.links import Links
from notifications.application.ports import Channel, Message
from notifications.application.recording import Recorded, Recorder
from notifications.application.records import Job
from notifications.application.secrets import SecretUnreadableError
from notifications.domain.delivery import DeliveryStatus, Outcome, Retry, name_of
from notifications.domain.endpoint import ChannelName
from notifications.domain.reminding import REPEATED
from notifications.metrics import Metrics

_log = structlog.get_logger(__name__)

_RECORDING_SECONDS = 30.0
"""How long a worker tries to record an outcome; after that the lease has long run out and another one sends again."""

_OF_CLOCKS = ("clock.", "breach.", "miss.")
"""Kinds whose time is that of a mark: from there to the receiver is what is promised."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends leased deliveries."""

    recorder: Recorder
    channels: Mapping[ChannelName, Channel]
    keyring: Keyring
    metrics: Metrics
    links: Links
    send_seconds: float
    """How long an attempt may take."""

    async def send(self, job: Job) -> None:
        """Make the attempt and record it; without a database it keeps trying to record for half a minute."""
        log = _log.bind(
            delivery_id=str(job.delivery_id), alert_id=str(job.alert_id), endpoint_id=str(job.endpoint_id),
            kind=job.kind, attempt=job.number, correlation_id=job.correlation_id,
        )  # fmt: skip
        if job.taken_over:
            log.warning("delivery_taken_over", reason="an earlier worker's lease ran out; it may have been delivered")
        if self.keyring.clock.wall() + timedelta(seconds=self.send_seconds) > job.lease_until:
            # This worker was held up: another one would send before this attempt is over.
            log.warning(
                "delivery_left_to_the_next", reason="what is left of the lease is shorter than an attempt may be"
            )
            return
        started = time.perf_counter()
        outcome = await self._attempt(job)
        seconds = time.perf_counter() - started
        self.metrics.attempt_seconds.labels(job.channel).observe(seconds)
        self.metrics.deliveries.labels(job.channel, name_of(outcome)).inc()
        try:
            recorded = await self._record(job, outcome, round(seconds * 1000))
        except DatabaseUnavailableError:
            log.exception("delivery_not_recorded", outcome=name_of(outcome))
            return
        self._count(job, recorded)
        step, finished = recorded.step, recorded.finished
        log.info(
            "delivery_attempted", outcome=name_of(outcome), detail=outcome.detail,
            status=finished.status if finished else "taken over by another worker",
            next_at=step.next_at.isoformat() if step.next_at else None, endpoint_disabled=step.disables_endpoint,
        )  # fmt: skip

    def _count(self, job: Job, recorded: Recorded) -> None:
        finished = recorded.finished
        if finished is None:
            return
        if finished.status is DeliveryStatus.DEAD:
            self.metrics.dead.labels(job.channel).inc()
        if finished.first_delivered_at is not None and job.kind.startswith(_OF_CLOCKS):
            seconds = (finished.first_delivered_at - job.time).total_seconds()
            self.metrics.mark_to_delivered_seconds.labels(job.channel).observe(max(seconds, 0.0))

    async def _attempt(self, job: Job) -> Outcome:
        try:
            reach = self.keyring.reach(job.endpoint_id, job.address, job.sealed_secret)
        except SecretUnreadableError:
            return Retry("the endpoint's secret cannot be decrypted with the key of this process")
        link = self.links.url(job.delivery_id) if job.kind in REPEATED else None
        message = Message(str(job.delivery_id), reach.address, job.documents, reach.secrets, job.language, link)
        return await self.channels[job.channel].send(message)

    async def _record(self, job: Job, outcome: Outcome, milliseconds: int) -> Recorded:
        async for attempt in stamina.retry_context(
            on=DatabaseUnavailableError, attempts=None, timeout=_RECORDING_SECONDS, wait_max=2.0
        ):
            with attempt:
                return await self.recorder.record(job, outcome, milliseconds)
        raise AssertionError  # the context either returns or raises
