"""Alerts of no tenant and no stream: they concern the whole instance, and are told beside the log."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import structlog

from claims.domain.moments import to_shanghai
from claims.event_store.sandbox import SandboxState
from claims.relay.alerts import SOURCE, Alert
from claims.relay.notifications import Notifications
from claims.relay.relay import RelayMetrics

_log = structlog.get_logger()


def instance_alert(  # noqa: PLR0913 - an alert has these parts
    kind: str,
    identity: UUID,
    subject: str,
    details: Mapping[str, Any],
    state: SandboxState,
    *,
    roles: Sequence[str] = ("admin",),
    severity: str,
    correlation_id: str,
) -> Alert:
    """Return the alert of business time: `details` are fields of its data beside those that every alert has."""
    document = {
        "specversion": "1.0",
        "id": str(identity),
        "source": SOURCE,
        "type": kind,
        "time": to_shanghai(state.now).isoformat(),
        "subject": subject,
        "datacontenttype": "application/json",
        "correlationid": correlation_id,
        "data": {
            **details,
            "tenant": None,
            "region": None,
            "roles": list(roles),
            "severity": severity,
            "sequence": None,
            "sandbox": state.sandbox,
        },
    }
    return Alert(
        tenant="",
        stream_id=identity,
        version=0,
        subject=identity,
        kind=kind,
        correlation_id=correlation_id,
        document=document,
    )


async def told(alert: Alert, notifications: Notifications, metrics: RelayMetrics) -> bool:
    """Tell an alert, count it, and return whether it was taken; NotNowError where it is to be told again."""
    refused = await notifications.tell(alert)
    if refused is None:
        metrics.taken(alert.kind)
        return True
    metrics.refused(alert.kind, refused.status)
    _log.error("alert refused", kind=alert.kind, status=refused.status, answer=refused.answer)
    return False
