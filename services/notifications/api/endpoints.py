"""Endpoints: where a recipient is reached."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import BaseModel, Field

from notifications.api.forms import Body, Listed, Listing, Moment, left_out, listed, tag, version_asked
from notifications.api.guard import allow, guarded_router, scope_of
from notifications.api.problems import Problem, invalid
from notifications.api.recipients import IfMatch
from notifications.api.services import Services, Wired
from notifications.application.records import Kept
from notifications.application.scope import Everything
from notifications.application.secrets import complaint_about
from notifications.channels.address_policy import AddressRefusedError
from notifications.domain.delivery import name_of
from notifications.domain.endpoint import ChannelName, Endpoint

router = guarded_router(prefix="/v1/endpoints", tags=["endpoints"])

_READERS = allow("admin", "operations", "insurer")
_WRITERS = allow("admin")

Address = Annotated[str, Field(min_length=1, max_length=2000, examples=["https://receiver.example/alerts"])]
FallbackOrder = Annotated[
    int | None,
    Field(
        ge=0,
        le=10_000,
        description="place in line where another channel of the recipient fails, lowest first; null: never used so",
    ),
]
Secret = Annotated[str, Field(min_length=1, max_length=200)]


class EndpointGiven(Body):
    """A new endpoint. A webhook without a secret is given one; a robot's is the one that its page shows."""

    recipient_id: UUID
    channel: ChannelName = ChannelName.WEBHOOK
    address: Address
    secret: Secret | None = None
    enabled: bool = True
    fallback_order: FallbackOrder = 100


class EndpointChanges(Body):
    """What to change; what is left out stays."""

    address: Address = left_out()
    secret: Secret = left_out()
    enabled: bool = left_out()
    fallback_order: FallbackOrder = None


class RotationGiven(Body):
    """A new secret, made here if it is left out, and for how long messages are signed with both."""

    secret: Secret | None = None
    overlap_hours: int = Field(default=24, ge=1, le=24 * 30)


class EndpointShown(BaseModel):
    """An endpoint, without its secret; of a robot's address and of a telephone number only the end is shown."""

    id: UUID
    recipient_id: UUID
    channel: ChannelName
    address: str
    enabled: bool
    disabled_reason: str | None
    fallback_order: int | None
    version: int
    created_at: Moment


class HealthShown(BaseModel):
    """How an endpoint does, from the log of attempts: rates and times of answers are those of the last 24 hours."""

    last_success_at: Moment | None
    consecutive_failures: int
    waiting: int
    oldest_waiting_seconds: float
    attempts: int
    success_rate: float | None
    p50_milliseconds: int | None
    p95_milliseconds: int | None


class EndpointWithHealth(EndpointShown):
    """An endpoint, and how it does."""

    health: HealthShown


class EndpointAdded(EndpointShown):
    """A new endpoint; the secret of a webhook is shown this once, and there is none of ours on another channel."""

    secret: str | None


class SecretRotated(BaseModel):
    """The new secret, which is shown this once, and until when the one before it signs too."""

    secret: str
    previous_valid_until: Moment


class EndpointFilters(Listing):
    """Which endpoints to list."""

    recipient_id: UUID | None = None
    enabled: bool | None = None


class TestShown(BaseModel):
    """What a test message met."""

    message_id: UUID
    outcome: str
    status_code: int | None
    detail: str
    milliseconds: int


@router.post("", status_code=201, openapi_extra=_WRITERS)
async def add_endpoint(given: EndpointGiven, response: Response, services: Wired) -> EndpointAdded:
    """Register an endpoint; the answer is the only one that shows its secret."""
    _check(services, given.channel, given.address, given.secret)
    kept, secret = await services.directory.add_endpoint(
        given.recipient_id, given.channel, given.address, given.secret, enabled=given.enabled,
        fallback_order=given.fallback_order,
    )  # fmt: skip
    response.headers["Location"] = f"/v1/endpoints/{kept.value.id}"
    response.headers["Cache-Control"] = "no-store"
    return EndpointAdded(**_show(kept, response).model_dump(), secret=secret)


@router.get("", openapi_extra=_READERS)
async def list_endpoints(
    filters: Annotated[EndpointFilters, Query()], request: Request, services: Wired
) -> Listed[EndpointShown]:
    """List endpoints, oldest first."""
    shelf = services.directory.endpoints
    return listed(await shelf.page(scope_of(request), filters.filters(), filters.limit, filters.after()), _show)


@router.get("/{endpoint_id}", openapi_extra=_READERS)
async def read_endpoint(endpoint_id: UUID, request: Request, response: Response, services: Wired) -> EndpointWithHealth:
    """Read one endpoint, and how it does."""
    shown = _show(await services.directory.endpoints.get(endpoint_id, scope_of(request)), response)
    health = HealthShown(**asdict(await services.health.of(endpoint_id)))
    return EndpointWithHealth(**shown.model_dump(), health=health)


@router.patch("/{endpoint_id}", openapi_extra=_WRITERS)
async def change_endpoint(
    endpoint_id: UUID, given: EndpointChanges, response: Response, services: Wired, if_match: IfMatch = None
) -> EndpointShown:
    """Change an endpoint, or enable or disable it; what is to be delivered to a disabled one waits.

    A new secret is the only one at once: to change over without a gap, rotate it.
    """
    changes = given.model_dump(exclude_unset=True)
    standing = await services.directory.endpoints.get(endpoint_id, Everything())
    _check(services, standing.value.channel, changes.get("address"), changes.get("secret"))
    return _show(await services.directory.change_endpoint(endpoint_id, version_asked(if_match), changes), response)


@router.delete("/{endpoint_id}", status_code=204, openapi_extra=_WRITERS)
async def remove_endpoint(endpoint_id: UUID, services: Wired, if_match: IfMatch = None) -> None:
    """Remove an endpoint; what still waits for it is given up, and told."""
    await services.directory.endpoints.remove(endpoint_id, version_asked(if_match))


@router.post("/{endpoint_id}/secret-rotations", status_code=201, openapi_extra=_WRITERS)
async def rotate_secret(
    endpoint_id: UUID, given: RotationGiven, response: Response, services: Wired, if_match: IfMatch = None
) -> SecretRotated:
    """Give a webhook a new secret; until the overlap ends, messages are signed with both."""
    if given.secret is not None:
        _check(services, ChannelName.WEBHOOK, None, given.secret)
    kept, secret, until = await services.directory.rotate_secret(
        endpoint_id, version_asked(if_match), given.secret, timedelta(hours=given.overlap_hours)
    )
    tag(response, kept.version)
    response.headers["Location"] = f"/v1/endpoints/{endpoint_id}"
    response.headers["Cache-Control"] = "no-store"
    return SecretRotated(secret=secret, previous_valid_until=until)


@router.post("/{endpoint_id}/tests", openapi_extra=_WRITERS)
async def try_endpoint(endpoint_id: UUID, services: Wired) -> TestShown:
    """Send a test message and say what came back; it is sent to a disabled endpoint too, once."""
    trial = await services.trial.run(endpoint_id, sandbox=services.sandbox)
    outcome = trial.outcome
    return TestShown(
        message_id=trial.message_id, outcome=name_of(outcome), status_code=outcome.status_code, detail=outcome.detail,
        milliseconds=trial.milliseconds,
    )  # fmt: skip


def _check(services: Services, channel: ChannelName, address: str | None, secret: str | None) -> None:
    complaint = complaint_about(channel, secret) if secret is not None else None
    if complaint is not None:
        raise invalid([("/secret", complaint)])
    if address is None:
        return
    try:
        services.check_address(channel, address)
    except AddressRefusedError as error:
        reason = f"the address {error}"
        raise Problem("address-refused", reason, [{"pointer": "/address", "reason": str(error)}]) from error


def _show(kept: Kept[Endpoint], response: Response | None = None) -> EndpointShown:
    if response is not None:
        tag(response, kept.version)
    value = kept.value
    return EndpointShown(
        id=value.id, recipient_id=value.recipient_id, channel=value.channel, address=value.address,
        enabled=value.enabled, disabled_reason=value.disabled_reason,
        fallback_order=value.fallback_order, version=kept.version, created_at=kept.created_at,
    )  # fmt: skip
