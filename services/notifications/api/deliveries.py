"""The log of deliveries, and sending again: one, or those of an endpoint in a range of time."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import AwareDatetime, BaseModel, Field

from notifications.api.forms import Body, Listed, Listing, Moment, listed, tag
from notifications.api.guard import allow, guarded_router, scope_of
from notifications.api.problems import invalid
from notifications.api.services import Wired
from notifications.application.records import DeliveryRecord, Range
from notifications.domain.delivery import DeliveryStatus
from notifications.domain.endpoint import ChannelName
from notifications.domain.retry import ScheduleName

router = guarded_router(prefix="/v1/deliveries", tags=["deliveries"])
of_endpoints = guarded_router(prefix="/v1/endpoints", tags=["deliveries"])

_READERS = allow("admin", "operations", "insurer", "regulator")


class AttemptShown(BaseModel):
    """One attempt; without an outcome it is under way.

    delivered; failed; refused: trying again is pointless; deferred: it came too soon, and costs nothing; ambiguous: it
    was sent and no answer came; interrupted: its worker ended. After the last two nobody knows whether it arrived.
    """

    number: int
    started_at: Moment
    outcome: str | None
    status_code: int | None
    detail: str | None
    milliseconds: int | None
    ambiguous: bool
    worker: str | None
    replay: bool


class AboutShown(BaseModel):
    """The alert that a delivery carries, in short."""

    kind: str
    severity: str
    time: Moment
    tenant: str | None
    region: str | None
    rule: str | None
    clock_id: str | None
    claim_id: str | None
    claim_number: str | None


class DeliveryShown(BaseModel):
    """A delivery; its id is the message id of every attempt, however often it is sent.

    `reason`: why it was given up. `handed_from`: the delivery that was given up before this one took over. `repeat`:
    how often the recipient was told the alert before. `held_until`: it waits, and is looked at again then. `digest_id`:
    the message of that delivery lists it; its attempts are the proof. `role`: what the recipient was told as; its name
    and the endpoint's address, masked, are null to whom recipient or endpoint are not shown.
    """

    id: UUID
    alert_id: UUID
    endpoint_id: UUID
    recipient_id: UUID
    role: str
    recipient_name: str | None
    address: str | None
    channel: ChannelName
    status: DeliveryStatus
    created_at: Moment
    next_at: Moment | None
    delivered_at: Moment | None
    ended_at: Moment | None
    reason: str | None
    schedule: ScheduleName
    handed_from: UUID | None
    replayed_at: Moment | None
    repeat: int
    held_until: Moment | None
    digest_id: UUID | None
    about: AboutShown
    attempts: list[AttemptShown]


class DeliveryFilters(Listing):
    """Which deliveries to list; `from` and `to` bound the moment at which they came in."""

    alert_id: UUID | None = None
    endpoint_id: UUID | None = None
    recipient_id: UUID | None = None
    channel: ChannelName | None = None
    status: DeliveryStatus | None = None
    kind: str | None = Field(default=None, max_length=500)
    tenant: str | None = Field(default=None, max_length=500)
    claim_id: str | None = Field(default=None, max_length=500)
    subject: str | None = Field(default=None, max_length=500)
    begins: AwareDatetime | None = Field(default=None, alias="from")
    ends: AwareDatetime | None = Field(default=None, alias="to")


class RangeGiven(Body):
    """Which deliveries to send again: those that came in from `from` until before `to` and stand so."""

    begins: AwareDatetime = Field(alias="from")
    ends: AwareDatetime = Field(alias="to")
    statuses: list[DeliveryStatus] = Field(default=[DeliveryStatus.DEAD], min_length=1, max_length=5)


class RangeReplayed(BaseModel):
    """How many are sent again; `more`: the range holds others still, send the request again."""

    redelivered: int
    more: bool


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
    await services.replays.redeliver(delivery_id, scope)
    response.headers["Location"] = f"/v1/deliveries/{delivery_id}"
    return show_delivery(await services.log.delivery(delivery_id, scope))


@of_endpoints.post("/{endpoint_id}/redeliveries", status_code=202, openapi_extra=allow("admin", "operations"))
async def send_range_again(endpoint_id: UUID, given: RangeGiven, request: Request, services: Wired) -> RangeReplayed:
    """Send what came in within a range again, the oldest first, with the same ids; 1,000 at a time.

    What waits already stays as it is, and so does what was sent again in the last five minutes: a request that is
    repeated sends nothing twice.
    """
    scope = scope_of(request)
    await services.directory.endpoints.get(endpoint_id, scope)
    if given.begins >= given.ends:
        raise invalid([("/to", "must be later than from")])
    if DeliveryStatus.PENDING in given.statuses:
        raise invalid([("/statuses", "what is pending is sent anyway")])
    wanted = Range(given.begins, given.ends, tuple(dict.fromkeys(given.statuses)))
    replayed = await services.replays.redeliver_range(endpoint_id, wanted, scope)
    return RangeReplayed(redelivered=replayed.count, more=replayed.more)


def show_delivery(record: DeliveryRecord) -> DeliveryShown:
    """Render a delivery."""
    attempts = [
        AttemptShown(
            number=made.number, started_at=made.started_at, outcome=made.outcome, status_code=made.status_code,
            detail=made.detail, milliseconds=made.milliseconds, ambiguous=made.outcome == "ambiguous",
            worker=made.worker, replay=made.replay,
        )
        for made in record.attempts
    ]  # fmt: skip
    return DeliveryShown(
        id=record.id, alert_id=record.alert_id, endpoint_id=record.endpoint_id, recipient_id=record.recipient_id,
        role=record.role, recipient_name=record.recipient_name, address=record.address, channel=record.channel,
        status=record.status, created_at=record.created_at, next_at=record.next_at, delivered_at=record.delivered_at,
        ended_at=record.ended_at, reason=record.reason, schedule=record.schedule, handed_from=record.handed_from,
        replayed_at=record.replayed_at, repeat=record.repeat, held_until=record.held_until, digest_id=record.digest_id,
        about=AboutShown(**asdict(record.about)), attempts=attempts,
    )  # fmt: skip
