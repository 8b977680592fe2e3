"""From rows to records."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from notifications.application.records import AlertRecord, AttemptRecord, DeliveryRecord
from notifications.domain.alert import Alert
from notifications.domain.delivery import DeliveryStatus
from notifications.domain.endpoint import ChannelName, Endpoint
from notifications.domain.recipient import Recipient
from notifications.domain.subscription import Subscription
from notifications.store.tables import attempts

AnyRow = Row[Any]


def alert_values(alert: Alert) -> dict[str, object]:
    """An alert as columns."""
    return {
        "source": alert.source, "event_id": alert.event_id, "kind": alert.kind, "time": alert.time,
        "subject": alert.subject, "tenant": alert.tenant, "region": alert.region, "roles": list(alert.roles),
        "severity": alert.severity, "rule": alert.rule, "tier": alert.tier, "claim_id": alert.claim_id,
        "sequence": alert.sequence, "sandbox": alert.sandbox, "correlation_id": alert.correlation_id,
        "document": alert.document,
    }  # fmt: skip


def to_alert(row: AnyRow, deliveries: Iterable[DeliveryRecord]) -> AlertRecord:
    """Read a row of `alerts`."""
    alert = Alert(
        source=row.source, event_id=row.event_id, kind=row.kind, time=row.time, subject=row.subject,
        tenant=row.tenant, region=row.region, roles=tuple(row.roles), severity=row.severity, document=row.document,
        rule=row.rule, tier=row.tier, claim_id=row.claim_id, sequence=row.sequence, sandbox=row.sandbox,
        correlation_id=row.correlation_id,
    )  # fmt: skip
    return AlertRecord(row.id, alert, row.received_at, row.unheard, tuple(deliveries))


async def with_attempts(connection: AsyncConnection, rows: Sequence[AnyRow]) -> tuple[DeliveryRecord, ...]:
    """Read rows of `deliveries`, each with its attempts."""
    by_delivery: defaultdict[UUID, list[AttemptRecord]] = defaultdict(list)
    of_these = select(attempts).where(attempts.c.delivery_id.in_([row.id for row in rows]))
    for a in await connection.execute(of_these.order_by(attempts.c.delivery_id, attempts.c.number)):
        by_delivery[a.delivery_id].append(
            AttemptRecord(a.number, a.started_at, a.outcome, a.status_code, a.detail, a.milliseconds)
        )
    return tuple(_to_delivery(row, by_delivery[row.id]) for row in rows)


def _to_delivery(row: AnyRow, made: Iterable[AttemptRecord]) -> DeliveryRecord:
    status = DeliveryStatus(row.status)
    return DeliveryRecord(
        id=row.id, alert_id=row.alert_id, endpoint_id=row.endpoint_id, recipient_id=row.recipient_id,
        channel=ChannelName(row.channel), status=status, created_at=row.created_at,
        next_at=row.next_at if status is DeliveryStatus.PENDING else None, delivered_at=row.delivered_at,
        version=row.version, attempts=tuple(made),
    )  # fmt: skip


def to_recipient(row: AnyRow) -> Recipient:
    """Read a row of `recipients`."""
    return Recipient(row.id, row.name, row.role, row.region, row.tenant, row.language)


def recipient_values(recipient: Recipient) -> dict[str, object]:
    """A recipient as columns."""
    return {
        "id": recipient.id, "name": recipient.name, "role": recipient.role, "region": recipient.region,
        "tenant": recipient.tenant, "language": recipient.language,
    }  # fmt: skip


def to_endpoint(row: AnyRow) -> Endpoint:
    """Read a row of `endpoints`."""
    return Endpoint(
        row.id, row.recipient_id, ChannelName(row.channel), row.address, row.enabled, row.disabled_reason, row.secret
    )


def endpoint_values(endpoint: Endpoint) -> dict[str, object]:
    """An endpoint as columns."""
    return {
        "id": endpoint.id, "recipient_id": endpoint.recipient_id, "channel": endpoint.channel,
        "address": endpoint.address, "secret": endpoint.sealed_secret, "enabled": endpoint.enabled,
        "disabled_reason": endpoint.disabled_reason,
    }  # fmt: skip


def to_subscription(row: AnyRow) -> Subscription:
    """Read a row of `subscriptions`."""
    filters = (row.kinds, row.tiers, row.rules, row.insurers, row.regions)
    kinds, tiers, rules, insurers, regions = (None if f is None else tuple(f) for f in filters)
    return Subscription(
        row.id, row.recipient_id, tuple(row.endpoint_ids), kinds, tiers, rules, insurers, regions, row.digest
    )


def subscription_values(subscription: Subscription) -> dict[str, object]:
    """A subscription as columns."""
    filters = {name: getattr(subscription, name) for name in ("kinds", "tiers", "rules", "insurers", "regions")}
    return {
        "id": subscription.id, "recipient_id": subscription.recipient_id,
        "endpoint_ids": list(subscription.endpoint_ids), "digest": subscription.digest,
        **{name: None if value is None else list(value) for name, value in filters.items()},
    }  # fmt: skip
