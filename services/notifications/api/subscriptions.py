"""Subscriptions: which alerts a recipient gets, and where."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import BaseModel, Field

from notifications.api.forms import Body, Listed, Listing, Moment, left_out, listed, tag, version_asked
from notifications.api.guard import allow, guarded_router, scope_of
from notifications.api.recipients import IfMatch
from notifications.api.services import Wired
from notifications.application.records import Kept
from notifications.domain.subscription import FILTERS, Subscription
from notifications.intake.cloud_event import KnownKind, KnownSeverity, Name, Region, Text

router = guarded_router(prefix="/v1/subscriptions", tags=["subscriptions"])

_READERS = allow("admin", "operations", "insurer")
_WRITERS = allow("admin")

EndpointIds = Annotated[tuple[UUID, ...], Field(min_length=1, max_length=20)]
Kinds = Annotated[tuple[KnownKind, ...], Field(min_length=1, max_length=50)]
Severities = Annotated[tuple[KnownSeverity, ...], Field(min_length=1, max_length=10)]
Names = Annotated[tuple[Name, ...], Field(min_length=1, max_length=50)]
Texts = Annotated[tuple[Text, ...], Field(min_length=1, max_length=200)]
Regions = Annotated[tuple[Region, ...], Field(min_length=1, max_length=200)]


Digest = Annotated[
    bool | None,
    Field(
        description="true: what comes together is one message that lists every alert; false: each alert is a message; "
        "null: for staff a burst of ten or more of one kind is one message, for an authority each alert is one"
    ),
]


class SubscriptionGiven(Body):
    """A new subscription; a filter that is null lets everything through."""

    recipient_id: UUID
    endpoint_ids: EndpointIds
    kinds: Kinds | None = None
    tiers: Names | None = None
    severities: Severities | None = None
    rules: Texts | None = None
    insurers: Texts | None = None
    regions: Regions | None = None
    digest: Digest = None


class SubscriptionChanges(Body):
    """What to change; what is left out stays."""

    endpoint_ids: EndpointIds = left_out()
    kinds: Kinds | None = None
    tiers: Names | None = None
    severities: Severities | None = None
    rules: Texts | None = None
    insurers: Texts | None = None
    regions: Regions | None = None
    digest: Digest = None


class SubscriptionShown(BaseModel):
    """A subscription."""

    id: UUID
    recipient_id: UUID
    endpoint_ids: list[UUID]
    kinds: list[str] | None
    tiers: list[str] | None
    severities: list[str] | None
    rules: list[str] | None
    insurers: list[str] | None
    regions: list[str] | None
    digest: bool | None
    version: int
    created_at: Moment


class SubscriptionFilters(Listing):
    """Which subscriptions to list."""

    recipient_id: UUID | None = None


@router.post("", status_code=201, openapi_extra=_WRITERS)
async def add_subscription(given: SubscriptionGiven, response: Response, services: Wired) -> SubscriptionShown:
    """Subscribe a recipient."""
    kept = await services.directory.add_subscription(Subscription(services.new_id(), **given.model_dump()))
    response.headers["Location"] = f"/v1/subscriptions/{kept.value.id}"
    return _show(kept, response)


@router.get("", openapi_extra=_READERS)
async def list_subscriptions(
    filters: Annotated[SubscriptionFilters, Query()], request: Request, services: Wired
) -> Listed[SubscriptionShown]:
    """List subscriptions, oldest first."""
    shelf = services.directory.subscriptions
    return listed(await shelf.page(scope_of(request), filters.filters(), filters.limit, filters.after()), _show)


@router.get("/{subscription_id}", openapi_extra=_READERS)
async def read_subscription(
    subscription_id: UUID, request: Request, response: Response, services: Wired
) -> SubscriptionShown:
    """Read one subscription."""
    return _show(await services.directory.subscriptions.get(subscription_id, scope_of(request)), response)


@router.patch("/{subscription_id}", openapi_extra=_WRITERS)
async def change_subscription(
    subscription_id: UUID, given: SubscriptionChanges, response: Response, services: Wired, if_match: IfMatch = None
) -> SubscriptionShown:
    """Change a subscription."""
    changes = given.model_dump(exclude_unset=True)
    kept = await services.directory.change_subscription(subscription_id, version_asked(if_match), changes)
    return _show(kept, response)


@router.delete("/{subscription_id}", status_code=204, openapi_extra=_WRITERS)
async def remove_subscription(subscription_id: UUID, services: Wired, if_match: IfMatch = None) -> None:
    """Remove a subscription; what is on its way is still delivered."""
    await services.directory.subscriptions.remove(subscription_id, version_asked(if_match))


def _show(kept: Kept[Subscription], response: Response | None = None) -> SubscriptionShown:
    if response is not None:
        tag(response, kept.version)
    value = kept.value
    filters = {name: None if (given := getattr(value, name)) is None else list(given) for name in FILTERS}
    return SubscriptionShown(
        id=value.id, recipient_id=value.recipient_id, endpoint_ids=list(value.endpoint_ids), digest=value.digest,
        version=kept.version, created_at=kept.created_at, **filters,
    )  # fmt: skip
