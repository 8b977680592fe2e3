"""Endpoints: where a recipient is reached."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import BaseModel, Field, field_validator

from notifications.api.forms import Body, Listed, Listing, Moment, left_out, listed, tag, version_asked
from notifications.api.guard import allow, guarded_router, scope_of
from notifications.api.problems import Problem
from notifications.api.recipients import IfMatch
from notifications.api.services import Services, Wired
from notifications.application.records import Kept
from notifications.application.secrets import complaint_about
from notifications.channels.address_policy import AddressRefusedError
from notifications.domain.delivery import name_of
from notifications.domain.endpoint import ChannelName, Endpoint

router = guarded_router(prefix="/v1/endpoints", tags=["endpoints"])

_READERS = allow("admin", "operations", "insurer")
_WRITERS = allow("admin")

Address = Annotated[str, Field(min_length=1, max_length=2000, examples=["https://receiver.example/alerts"])]


class _WithSecret(Body):
    @field_validator("secret", check_fields=False)
    @classmethod
    def _is_a_secret(cls, secret: str | None) -> str | None:
        complaint = complaint_about(secret) if secret is not None else None
        if complaint is not None:
            raise ValueError(complaint)
        return secret


class EndpointGiven(_WithSecret):
    """A new endpoint. Without a secret one is made."""

    recipient_id: UUID
    channel: ChannelName = ChannelName.WEBHOOK
    address: Address
    secret: str | None = None
    enabled: bool = True


class EndpointChanges(_WithSecret):
    """What to change; what is left out stays."""

    address: Address = left_out()
    secret: str = left_out()
    enabled: bool = left_out()


class EndpointShown(BaseModel):
    """An endpoint, without its secret."""

    id: UUID
    recipient_id: UUID
    channel: ChannelName
    address: str
    enabled: bool
    disabled_reason: str | None
    version: int
    created_at: Moment


class EndpointAdded(EndpointShown):
    """A new endpoint with its secret, which is shown this once."""

    secret: str


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
    _check_address(services, given.address)
    kept, secret = await services.directory.add_endpoint(
        given.recipient_id, given.channel, given.address, given.secret, enabled=given.enabled
    )
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
async def read_endpoint(endpoint_id: UUID, request: Request, response: Response, services: Wired) -> EndpointShown:
    """Read one endpoint."""
    return _show(await services.directory.endpoints.get(endpoint_id, scope_of(request)), response)


@router.patch("/{endpoint_id}", openapi_extra=_WRITERS)
async def change_endpoint(
    endpoint_id: UUID, given: EndpointChanges, response: Response, services: Wired, if_match: IfMatch = None
) -> EndpointShown:
    """Change an endpoint, or enable or disable it; what is to be delivered to a disabled one waits."""
    changes = given.model_dump(exclude_unset=True)
    if "address" in changes:
        _check_address(services, given.address)
    return _show(await services.directory.change_endpoint(endpoint_id, version_asked(if_match), changes), response)


@router.delete("/{endpoint_id}", status_code=204, openapi_extra=_WRITERS)
async def remove_endpoint(endpoint_id: UUID, services: Wired, if_match: IfMatch = None) -> None:
    """Remove an endpoint; what was still to be delivered to it is cancelled."""
    await services.directory.endpoints.remove(endpoint_id, version_asked(if_match))


@router.post("/{endpoint_id}/tests", openapi_extra=_WRITERS)
async def try_endpoint(endpoint_id: UUID, services: Wired) -> TestShown:
    """Send a test message and say what came back; it is sent to a disabled endpoint too, once."""
    trial = await services.trial.run(endpoint_id, sandbox=services.sandbox)
    outcome = trial.outcome
    return TestShown(
        message_id=trial.message_id, outcome=name_of(outcome), status_code=outcome.status_code, detail=outcome.detail,
        milliseconds=trial.milliseconds,
    )  # fmt: skip


def _check_address(services: Services, address: str) -> None:
    try:
        services.check_address(address)
    except AddressRefusedError as error:
        reason = f"the address {error}"
        raise Problem("address-refused", reason, [{"pointer": "/address", "reason": str(error)}]) from error


def _show(kept: Kept[Endpoint], response: Response | None = None) -> EndpointShown:
    if response is not None:
        tag(response, kept.version)
    value = kept.value
    return EndpointShown(
        id=value.id, recipient_id=value.recipient_id, channel=value.channel, address=value.address,
        enabled=value.enabled, disabled_reason=value.disabled_reason, version=kept.version,
        created_at=kept.created_at,
    )  # fmt: skip
