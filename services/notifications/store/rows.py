"""From rows to records."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import time
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from notifications.application.records import (
    About,
    AcknowledgementRecord,
    AlertRecord,
    AttemptRecord,
    DeliveryRecord,
)
from notifications.domain.alert import Alert
from notifications.domain.delivery import DeliveryStatus
from notifications.domain.endpoint import ChannelName, Endpoint
from notifications.domain.holding import MaintenanceWindow
from notifications.domain.quiet_hours import QuietHours
from notifications.domain.recipient import Recipient
from notifications.domain.retry import ScheduleName
from notifications.domain.subscription import FILTERS, Subscription
from notifications.store.tables import attempts

AnyRow = Row[Any]


def alert_values(alert: Alert) -> dict[str, object]:
    """An alert as columns."""
    return {
        "source": alert.source, "event_id": alert.event_id, "kind": alert.kind, "time": alert.time,
        "subject": alert.subject, "tenant": alert.tenant, "region": alert.region, "roles": list(alert.roles),
        "severity": alert.severity, "rule": alert.rule, "tier": alert.tier, "claim_id": alert.claim_id,
        "clock_id": alert.clock_id,
        "sequence": alert.sequence, "sandbox": alert.sandbox, "correlation_id": alert.correlation_id,
        "document": alert.document,
    }  # fmt: skip


def to_alert(
    row: AnyRow, deliveries: Iterable[DeliveryRecord], acknowledged: Iterable[AcknowledgementRecord] = ()
) -> AlertRecord:
    """Read a row of `alerts`."""
    alert = Alert(
        source=row.source, event_id=row.event_id, kind=row.kind, time=row.time, subject=row.subject,
        tenant=row.tenant, region=row.region, roles=tuple(row.roles), severity=row.severity, document=row.document,
        rule=row.rule, tier=row.tier, claim_id=row.claim_id, sequence=row.sequence, sandbox=row.sandbox,
        correlation_id=row.correlation_id, clock_id=row.clock_id,
    )  # fmt: skip
    return AlertRecord(row.id, alert, row.received_at, row.unheard, tuple(deliveries), tuple(acknowledged))


async def with_attempts(connection: AsyncConnection, rows: Sequence[AnyRow]) -> tuple[DeliveryRecord, ...]:
    """Read rows of deliveries as the log selects them, each with its attempts."""
    by_delivery: defaultdict[UUID, list[AttemptRecord]] = defaultdict(list)
    of_these = select(attempts).where(attempts.c.delivery_id.in_([row.id for row in rows]))
    for a in await connection.execute(of_these.order_by(attempts.c.delivery_id, attempts.c.number)):
        by_delivery[a.delivery_id].append(
            AttemptRecord(
                a.number, a.started_at, a.outcome, a.status_code, a.detail, a.milliseconds, a.worker, a.replay
            )
        )
    return tuple(_to_delivery(row, by_delivery[row.id]) for row in rows)


def _to_delivery(row: AnyRow, made: Iterable[AttemptRecord]) -> DeliveryRecord:
    status = DeliveryStatus(row.status)
    return DeliveryRecord(
        id=row.id, alert_id=row.alert_id, endpoint_id=row.endpoint_id, recipient_id=row.recipient_id,
        role=row.role, recipient_name=row.recipient_name, address=row.address, about=_to_about(row),
        channel=ChannelName(row.channel), status=status, created_at=row.created_at,
        next_at=row.next_at if status is DeliveryStatus.PENDING else None, delivered_at=row.delivered_at,
        version=row.version, schedule=ScheduleName(row.schedule), reason=row.reason, ended_at=row.ended_at,
        handed_from=row.handed_from, replayed_at=row.replayed_at, repeat=row.repeat,
        held_until=row.held_until, digest_id=row.digest_id, attempts=tuple(made),
    )  # fmt: skip


def _to_about(row: AnyRow) -> About:
    return About(
        kind=row.kind, severity=row.severity, time=row.time, tenant=row.tenant, region=row.region, rule=row.rule,
        clock_id=row.clock_id, claim_id=row.claim_id, claim_number=row.claim_number,
    )  # fmt: skip


def to_recipient(row: AnyRow) -> Recipient:
    """Read a row of `recipients`."""
    quiet = None if row.quiet_hours is None else _to_quiet_hours(row.quiet_hours)
    return Recipient(row.id, row.name, row.role, row.region, row.tenant, row.language, quiet)


def recipient_values(recipient: Recipient) -> dict[str, object]:
    """A recipient as columns."""
    return {
        "id": recipient.id, "name": recipient.name, "role": recipient.role, "region": recipient.region,
        "tenant": recipient.tenant, "language": recipient.language, "quiet_hours": _quiet_values(recipient.quiet_hours),
    }  # fmt: skip


def _to_quiet_hours(stored: Mapping[str, Any]) -> QuietHours:
    since, until = time.fromisoformat(stored["from"]), time.fromisoformat(stored["to"])
    return QuietHours(since, until, tuple(stored["weekdays"]))


def _quiet_values(quiet: QuietHours | None) -> dict[str, object] | None:
    if quiet is None:
        return None
    return {"from": quiet.since.isoformat(), "to": quiet.until.isoformat(), "weekdays": list(quiet.weekdays)}


def to_window(row: AnyRow) -> MaintenanceWindow:
    """Read a row of `maintenance_windows`."""
    return MaintenanceWindow(row.id, row.starts_at, row.ends_at, row.reason, row.tenant)


def window_values(window: MaintenanceWindow) -> dict[str, object]:
    """A maintenance window as columns."""
    return {
        "id": window.id, "starts_at": window.starts_at, "ends_at": window.ends_at, "reason": window.reason,
        "tenant": window.tenant,
    }  # fmt: skip


def to_acknowledgement(row: AnyRow) -> AcknowledgementRecord:
    """Read a row of `acknowledgements`."""
    return AcknowledgementRecord(
        row.id, row.alert_id, row.recipient_id, row.acknowledged_by, row.note, row.acknowledged_at, row.expires_at
    )


def to_endpoint(row: AnyRow) -> Endpoint:
    """Read a row of `endpoints`."""
    return Endpoint(
        row.id, row.recipient_id, ChannelName(row.channel), row.address, row.enabled, row.disabled_reason,
        row.fallback_order, row.secret,
    )  # fmt: skip


def endpoint_values(endpoint: Endpoint) -> dict[str, object]:
    """An endpoint as columns. Renewed, it is no longer one that wants nothing more, nor one that failed."""
    anew = {"gone_at": None, "failures": 0, "rests_until": None} if endpoint.renewed else {}
    return {
        "id": endpoint.id, "recipient_id": endpoint.recipient_id, "channel": endpoint.channel,
        "address": endpoint.address, "secret": endpoint.sealed_secret, "enabled": endpoint.enabled,
        "disabled_reason": endpoint.disabled_reason, "fallback_order": endpoint.fallback_order, **anew,
    }  # fmt: skip


def to_subscription(row: AnyRow) -> Subscription:
    """Read a row of `subscriptions`."""
    given = {name: getattr(row, name) for name in FILTERS}
    filters = {name: None if value is None else tuple(value) for name, value in given.items()}
    return Subscription(row.id, row.recipient_id, tuple(row.endpoint_ids), digest=row.digest, **filters)


def subscription_values(subscription: Subscription) -> dict[str, object]:
    """A subscription as columns."""
    filters = {name: getattr(subscription, name) for name in FILTERS}
    return {
        "id": subscription.id, "recipient_id": subscription.recipient_id,
        "endpoint_ids": list(subscription.endpoint_ids), "digest": subscription.digest,
        **{name: None if value is None else list(value) for name, value in filters.items()},
    }  # fmt: skip
