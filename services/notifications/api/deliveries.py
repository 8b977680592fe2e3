"""The log of deliveries, and sending one again."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import BaseModel

from notifications.api.forms import Listed, Listing, Moment, listed, tag
from notifications.api.guard import allow, guarded_router, scope_of
from notifications.api.services import Wired
from notifications.application.records import DeliveryRecord
from notifications.domain import retry
from notifications.domain.delivery import DeliveryStatus
from notifications.domain.endpoint import ChannelName

router = guarded_router(prefix="/v1/deliveries", tags=["deliveries"])

_READERS = allow("admin", "operations", "insurer", "regulator")


class AttemptShown(BaseModel):
    """One attempt: delivered, failed, refused, or unknown when it may have arrived; null while it is under way."""

    number: int
    started_at: Moment
    outcome: str | None
    status_code: int | None
    detail: str | None
    milliseconds: int | None


class DeliveryShown(BaseModel):
    """A delivery; its id is the webhook-id of every attempt."""

    id: UUID
    alert_id: UUID
    endpoint_id: UUID
    recipient_id: UUID
    channel: ChannelName
    status: DeliveryStatus
    created_at: Moment
    next_at: Moment | None
    delivered_at: Moment | None
    attempts: list[AttemptShown]


class DeliveryFilters(Listing):
    """Which deliveries to list."""

    alert_id: UUID | None = None
    endpoint_id: UUID | None = None
    recipient_id: UUID | None = None
    status: DeliveryStatus | None = None


@router.get("", openapi_extra=_READERS)
async def list_deliveries(
    filters: Annotated[DeliveryFilters, Query()], request: Request, services: Wired
) -> Listed[DeliveryShown]:
    """List deliveries, newest first, with their attempts."""
    page = await services.log.deliveries(scope_of(request), filters.filters(), filters.limit, filters.after())
    return listed(page, show_delivery)


@router.get("/{delivery_id}", openapi_extra=_READERS)
async def read_delivery(delivery_id: UUID, request: Request, response: Response, services: Wired) -> DeliveryShown:
    """Read one delivery with its attempts."""
    record = await services.log.delivery(delivery_id, scope_of(request))
    tag(response, record.version)
    return show_delivery(record)


@router.post("/{delivery_id}/redeliveries", status_code=202, openapi_extra=allow("admin", "operations"))
async def send_again(delivery_id: UUID, request: Request, response: Response, services: Wired) -> DeliveryShown:
    """Send a delivery again, with the same webhook-id and a new schedule."""
    scope = scope_of(request)
    await services.queue.redeliver(delivery_id, scope, retry.PATIENCE)
    response.headers["Location"] = f"/v1/deliveries/{delivery_id}"
    return show_delivery(await services.log.delivery(delivery_id, scope))


def show_delivery(record: DeliveryRecord) -> DeliveryShown:
    """Render a delivery."""
    attempts = [
        AttemptShown(
            number=made.number, started_at=made.started_at, outcome=made.outcome, status_code=made.status_code,
            detail=made.detail, milliseconds=made.milliseconds,
        )
        for made in record.attempts
    ]  # fmt: skip
    return DeliveryShown(
        id=record.id, alert_id=record.alert_id, endpoint_id=record.endpoint_id, recipient_id=record.recipient_id,
        channel=record.channel, status=record.status, created_at=record.created_at, next_at=record.next_at,
        delivered_at=record.delivered_at, attempts=attempts,
    )  # fmt: skip
