"""Recipients: who holds which role, where."""

from datetime import time
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from notifications.api.forms import Body, Listed, Listing, Moment, left_out, listed, tag, version_asked
from notifications.api.guard import allow, guarded_router, scope_of
from notifications.api.services import Wired
from notifications.application.directory import change
from notifications.application.records import Kept
from notifications.domain.quiet_hours import EVERY_DAY, QuietHours
from notifications.domain.recipient import Recipient
from notifications.intake.cloud_event import Name, Region, Text

router = guarded_router(prefix="/v1/recipients", tags=["recipients"])

_READERS = allow("admin", "operations", "insurer")
_WRITERS = allow("admin")

TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["22:00"])]
Weekdays = Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(min_length=1, max_length=7)]
Language = Annotated[str, Field(pattern=r"^(zh|en)$")]
IfMatch = Annotated[str | None, Header()]


class QuietHoursGiven(Body):
    """When staff are not to be woken by a warning: from a time of day until another, in Shanghai.

    `weekdays` (Monday is 1) are those on which it begins; over midnight when `to` is not after `from`. Somewhere in the
    week they end: without an end, warnings would never arrive.
    """

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    since: TimeOfDay = Field(alias="from")
    until: TimeOfDay = Field(alias="to")
    zone: Literal["Asia/Shanghai"] = "Asia/Shanghai"
    weekdays: Weekdays = EVERY_DAY

    @model_validator(mode="after")
    def _end(self) -> Self:
        if self.since == self.until and set(self.weekdays) == set(EVERY_DAY):
            raise ValueError("never end: let `to` differ from `from`, or leave out a day of `weekdays`")
        return self

    def to_domain(self) -> QuietHours:
        """Read it."""
        return QuietHours(time.fromisoformat(self.since), time.fromisoformat(self.until), self.weekdays)


class RecipientGiven(Body):
    """A new recipient. Without a region it is everywhere; without a tenant it hears of every insurer."""

    name: Text
    role: Name
    region: Region | None = None
    tenant: Text | None = None
    language: Language = "zh"
    quiet_hours: QuietHoursGiven | None = None


class RecipientChanges(Body):
    """What to change; what is left out stays."""

    name: Text = left_out()
    role: Name = left_out()
    region: Region | None = None
    tenant: Text | None = None
    language: Language = left_out()
    quiet_hours: QuietHoursGiven | None = None


class QuietHoursShown(BaseModel):
    """Quiet hours."""

    model_config = ConfigDict(populate_by_name=True)

    since: str = Field(alias="from")
    until: str = Field(alias="to")
    zone: str
    weekdays: list[int]


class RecipientShown(BaseModel):
    """A recipient."""

    id: UUID
    name: str
    role: str
    region: str | None
    tenant: str | None
    language: str
    quiet_hours: QuietHoursShown | None
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
    quiet = given.quiet_hours.to_domain() if given.quiet_hours else None
    values = given.model_dump(exclude={"quiet_hours"})
    kept = await services.directory.recipients.add(Recipient(services.new_id(), **values, quiet_hours=quiet))
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
    changes = given.model_dump(exclude_unset=True, exclude={"quiet_hours"})
    if "quiet_hours" in given.model_fields_set:
        changes["quiet_hours"] = given.quiet_hours.to_domain() if given.quiet_hours else None
    kept = await change(services.directory.recipients, recipient_id, version_asked(if_match), changes)
    await services.holds.look_again()
    return _show(kept, response)


@router.delete("/{recipient_id}", status_code=204, openapi_extra=_WRITERS)
async def remove_recipient(recipient_id: UUID, services: Wired, if_match: IfMatch = None) -> None:
    """Remove a recipient with its endpoints and subscriptions; what still waits for it is given up, and told."""
    await services.directory.recipients.remove(recipient_id, version_asked(if_match))


def _show(kept: Kept[Recipient], response: Response | None = None) -> RecipientShown:
    if response is not None:
        tag(response, kept.version)
    value = kept.value
    return RecipientShown(
        id=value.id, name=value.name, role=value.role, region=value.region, tenant=value.tenant,
        language=value.language, quiet_hours=_show_quiet_hours(value.quiet_hours), version=kept.version,
        created_at=kept.created_at,
    )  # fmt: skip


def _show_quiet_hours(quiet: QuietHours | None) -> QuietHoursShown | None:
    if quiet is None:
        return None
    since, until = (moment.strftime("%H:%M") for moment in (quiet.since, quiet.until))
    return QuietHoursShown.model_validate(
        {"from": since, "to": until, "zone": "Asia/Shanghai", "weekdays": list(quiet.weekdays)}
    )
