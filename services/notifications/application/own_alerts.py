"""Alerts that this service raises itself: in the form of those of others, and stored and delivered as they are."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from notifications.domain.alert import Alert

SOURCE: Final = "/notifications"

_SHANGHAI = ZoneInfo("Asia/Shanghai")


def own_alert(  # noqa: PLR0913 - an alert has these parts
    kind: str,
    event_id: UUID,
    subject: str,
    details: Mapping[str, object],
    *,
    now: datetime,
    sandbox: bool,
    roles: tuple[str, ...] = ("admin",),
    severity: str = "escalation",
    tenant: str | None = None,
    region: str | None = None,
    avoids: UUID | None = None,
) -> Alert:
    """Make one: `details` are fields of its data beside those that every alert has; the same id is taken once.

    It does not go to the endpoint that it `avoids`.
    """
    common = {"tenant": tenant, "region": region, "roles": list(roles), "severity": severity, "sandbox": sandbox}
    document = {
        "specversion": "1.0",
        "id": str(event_id),
        "source": SOURCE,
        "type": kind,
        "time": now.astimezone(_SHANGHAI).isoformat(),
        "subject": subject,
        "datacontenttype": "application/json",
        "correlationid": str(event_id),
        "data": {**details, **common},
    }
    return Alert(
        source=SOURCE,
        event_id=str(event_id),
        kind=kind,
        time=now,
        subject=subject,
        tenant=tenant,
        region=region,
        roles=roles,
        severity=severity,
        document=json.dumps(document, ensure_ascii=False, separators=(",", ":")),
        sandbox=sandbox,
        correlation_id=str(event_id),
        avoids=avoids,
    )
