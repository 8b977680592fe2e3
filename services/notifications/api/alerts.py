"""Alerts: taken in from the claims service, and read."""

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import AwareDatetime, BaseModel, Field

from notifications.api.acknowledgements import AcknowledgementShown, show_acknowledgement
from notifications.api.deliveries import DeliveryShown, show_delivery
from notifications.api.edge import correlation_of
from notifications.api.forms import Listed, Listing, Moment, listed, tag
from notifications.api.guard import allow, guarded_router, scope_of
from notifications.api.services import Wired
from notifications.application.records import AlertRecord
from notifications.intake.cloud_event import CloudEvent, Text, to_alert

router = guarded_router(prefix="/v1/alerts", tags=["alerts"])

_READERS = allow("admin", "operations", "insurer", "regulator")


class AlertTaken(BaseModel):
    """What became of an alert; `deliveries` is how many endpoints it goes to."""

    id: UUID
    received_at: Moment
    unheard: bool
    deliveries: int


class AlertShown(BaseModel):
    """An alert with the event as it is sent on, and its deliveries."""

    id: UUID
    kind: str
    source: str
    event_id: str
    tenant: str | None
    region: str | None
    severity: str
    received_at: Moment
    correlation_id: str | None
    unheard: bool
    sandbox: bool
    event: dict[str, Any]
    deliveries: list[DeliveryShown]
    acknowledgements: list[AcknowledgementShown]


ClockIds = Annotated[list[Text], Field(min_length=1, max_length=200)]


class AlertFilters(Listing):
    """Which alerts to list.

    `clock_id` may be given up to 200 times: of any of these clocks. `acknowledged`: whether somebody whom the caller
    may see has acknowledged it, if only for a while. `from` and `to` bound the moment at which it came in.
    """

    kind: str | None = None
    tenant: str | None = None
    source: str | None = None
    event_id: str | None = None
    claim_id: str | None = None
    clock_id: ClockIds | None = None
    rule: str | None = None
    severity: str | None = None
    region: str | None = None
    unheard: bool | None = None
    acknowledged: bool | None = None
    begins: AwareDatetime | None = Field(default=None, alias="from")
    ends: AwareDatetime | None = Field(default=None, alias="to")


@router.post("", status_code=202, openapi_extra=allow("service"), responses={200: {"model": AlertTaken}})
async def take_alert(event: CloudEvent, request: Request, response: Response, services: Wired) -> AlertTaken:
    """Take an alert in: 202 the first time, 200 for the same source and id again, which changes nothing."""
    sent = await request.json()
    alert = to_alert(event, sent, correlation_id=correlation_of(request), sandbox=services.sandbox)
    received = await services.reception.receive(alert)
    record = received.record
    response.status_code = 202 if received.first else 200
    response.headers["Location"] = f"/v1/alerts/{record.id}"
    return AlertTaken(
        id=record.id, received_at=record.received_at, unheard=record.unheard, deliveries=record.deliveries
    )


@router.get("", openapi_extra=_READERS)
async def list_alerts(
    filters: Annotated[AlertFilters, Query()], request: Request, services: Wired
) -> Listed[AlertShown]:
    """List alerts, newest first, with their deliveries."""
    page = await services.log.alerts(scope_of(request), filters.filters(), filters.limit, filters.after())
    return listed(page, show_alert)


@router.get("/{alert_id}", openapi_extra=_READERS)
async def read_alert(alert_id: UUID, request: Request, response: Response, services: Wired) -> AlertShown:
    """Read one alert with its deliveries."""
    record = await services.log.alert(alert_id, scope_of(request))
    tag(response, 1 + sum(delivery.version for delivery in record.deliveries) + len(record.acknowledgements))
    return show_alert(record)


def show_alert(record: AlertRecord) -> AlertShown:
    """Render an alert."""
    alert = record.alert
    return AlertShown(
        id=record.id, kind=alert.kind, source=alert.source, event_id=alert.event_id, tenant=alert.tenant,
        region=alert.region, severity=alert.severity, received_at=record.received_at,
        correlation_id=alert.correlation_id, unheard=record.unheard, sandbox=alert.sandbox,
        event=json.loads(alert.document), deliveries=[show_delivery(d) for d in record.deliveries],
        acknowledgements=[show_acknowledgement(each) for each in record.acknowledgements],
    )  # fmt: skip
