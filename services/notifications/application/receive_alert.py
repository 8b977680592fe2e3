"""Taking an alert in: exactly once by source and id, with all its deliveries in the same transaction."""

from dataclasses import dataclass

import structlog

from notifications.application.ports import Inbox, NewId
from notifications.application.records import AlertRecord, NewDelivery
from notifications.domain import retry
from notifications.domain.alert import Alert
from notifications.domain.routing import route
from notifications.metrics import Metrics

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Received:
    """The alert as stored; `first` is False when it was there already."""

    record: AlertRecord
    first: bool


async def receive_alert(alert: Alert, inbox: Inbox, new_id: NewId, metrics: Metrics) -> Received:
    """Store the alert and what is to be delivered of it, or find it stored already.

    An alert that nobody hears is stored, counted and logged.
    """
    async with inbox.intake(alert) as intake:
        now = intake.business_now
        endpoints = route(alert, await intake.listeners(alert))
        deadline = now + retry.PATIENCE
        deliveries = [NewDelivery(new_id(), e.id, e.recipient_id, e.channel, deadline) for e in endpoints]
        alert_id = new_id()
        first = await intake.add(alert_id, alert, deliveries)
        record = await intake.known(alert)
    _report(alert, record, metrics, first=first)
    return Received(record, first)


def _report(alert: Alert, record: AlertRecord, metrics: Metrics, *, first: bool) -> None:
    log = _log.bind(alert_id=str(record.id), kind=alert.kind, correlation_id=alert.correlation_id)
    if not first:
        metrics.alerts.labels(alert.kind, "repeated").inc()
        if record.alert.document != alert.document:
            log.warning("alert_repeated_with_other_content", source=alert.source, event_id=alert.event_id)
        return
    metrics.alerts.labels(alert.kind, "accepted").inc()
    log.info("alert_accepted", deliveries=len(record.deliveries), source=alert.source, event_id=alert.event_id)
    if record.unheard:
        metrics.unheard.labels(alert.kind).inc()
        log.warning("alert_unheard", roles=list(alert.roles), region=alert.region, tenant=alert.tenant)
