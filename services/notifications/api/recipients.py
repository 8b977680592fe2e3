"""Recipients: who holds which role, where."""

from typing import Annotated
from uuid import UUID

from fastapi import Header, Query, Request, Response
from pydantic import BaseModel, Field

from notifications.api.forms import Body, Listed, Listing, Moment, left_out, listed, tag, version_asked
from notifications.api.guard import allow, guarded_router, scope_of
from notifications.api.services import Wired
from notifications.application.directory import change
from notifications.application.records import Kept
from notifications.domain.recipient import Recipient
from notifications.intake.cloud_event import Name, Region, Text

router = guarded_router(prefix="/v1/recipients", tags=["recipients"])

_READERS = allow("admin", "operations", "insurer")
_WRITERS = allow("admin")

Language = Annotated[str, Field(pattern=r"^(zh|en)$")]
IfMatch = Annotated[str | None, Header()]


class RecipientGiven(Body):
    """A new recipient. Without a region it is everywhere; without a tenant it hears of every insurer."""

    name: Text
    role: Name
    region: Region | None = None
    tenant: Text | None = None
    language: Language = "zh"


class RecipientChanges(Body):
    """What to change; what is left out stays."""

    name: Text = left_out()
    role: Name = left_out()
    region: Region | None = None
    tenant: Text | None = None
    language: Language = left_out()


class RecipientShown(BaseModel):
    """A recipient."""

    id: UUID
    name: str
    role: str
    region: str | None
    tenant: str | None
    language: str
    version: int
    created_at: Moment


class RecipientFilters(Listing):
    """Which recipients to list."""

    role: str | None = None
    region: str | None = None
    tenant: str | None = None


@router.post("", status_code=201, openapi_extra=_WRITERS)
async def add_recipient(given: RecipientGiven, response: Response, services: Wired) -> RecipientShown:
    """Register a recipient."""
    kept = await services.directory.recipients.add(Recipient(services.new_id(), **given.model_dump()))
    response.headers["Location"] = f"/v1/recipients/{kept.value.id}"
    return _show(kept, response)


@router.get("", openapi_extra=_READERS)
async def list_recipients(
    filters: Annotated[RecipientFilters, Query()], request: Request, services: Wired
) -> Listed[RecipientShown]:
    """List recipients, oldest first."""
    shelf = services.directory.recipients
    return listed(await shelf.page(scope_of(request), filters.filters(), filters.limit, filters.after()), _show)


@router.get("/{recipient_id}", openapi_extra=_READERS)
async def read_recipient(recipient_id: UUID, request: Request, response: Response, services: Wired) -> RecipientShown:
    """Read one recipient."""
    return _show(await services.directory.recipients.get(recipient_id, scope_of(request)), response)


@router.patch("/{recipient_id}", openapi_extra=_WRITERS)
async def change_recipient(
    recipient_id: UUID, given: RecipientChanges, response: Response, services: Wired, if_match: IfMatch = None
) -> RecipientShown:
    """Change a recipient."""
    changes = given.model_dump(exclude_unset=True)
    kept = await change(services.directory.recipients, recipient_id, version_asked(if_match), changes)
    return _show(kept, response)


@router.delete("/{recipient_id}", status_code=204, openapi_extra=_WRITERS)
async def remove_recipient(recipient_id: UUID, services: Wired, if_match: IfMatch = None) -> None:
    """Remove a recipient with its endpoints and subscriptions; what was still to be delivered to it is cancelled."""
    await services.directory.recipients.remove(recipient_id, version_asked(if_match))


def _show(kept: Kept[Recipient], response: Response | None = None) -> RecipientShown:
    if response is not None:
        tag(response, kept.version)
    value = kept.value
    return RecipientShown(
        id=value.id, name=value.name, role=value.role, region=value.region, tenant=value.tenant,
        language=value.language, version=kept.version, created_at=kept.created_at,
    )  # fmt: skip
