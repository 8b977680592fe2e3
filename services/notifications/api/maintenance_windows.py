"""Maintenance windows: when staff get no warnings, because the systems that they would act in are being worked on."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import AwareDatetime, BaseModel, model_validator

from notifications.api.forms import Body, Listed, Listing, Moment, left_out, listed, tag, version_asked
from notifications.api.guard import allow, guarded_router, scope_of
from notifications.api.problems import invalid
from notifications.api.recipients import IfMatch
from notifications.api.services import Wired
from notifications.application.directory import change
from notifications.application.records import Kept
from notifications.application.scope import Everything
from notifications.domain.holding import MaintenanceWindow
from notifications.intake.cloud_event import Text

router = guarded_router(prefix="/v1/maintenance-windows", tags=["maintenance windows"])

_READERS = allow("admin", "operations", "insurer")
_WRITERS = allow("admin")


class WindowGiven(Body):
    """A new window, of one insurer or, without a tenant, of all; in business time."""

    starts_at: AwareDatetime
    ends_at: AwareDatetime
    reason: Text
    tenant: Text | None = None

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.starts_at >= self.ends_at:
            raise ValueError("must end after it starts")
        return self


class WindowChanges(Body):
    """What to change; what is left out stays."""

    starts_at: AwareDatetime = left_out()
    ends_at: AwareDatetime = left_out()
    reason: Text = left_out()


class WindowShown(BaseModel):
    """A maintenance window."""

    id: UUID
    starts_at: Moment
    ends_at: Moment
    reason: str
    tenant: str | None
    version: int
    created_at: Moment


class WindowFilters(Listing):
    """Which windows to list."""

    tenant: str | None = None


@router.post("", status_code=201, openapi_extra=_WRITERS)
async def add_window(given: WindowGiven, response: Response, services: Wired) -> WindowShown:
    """Announce a window: warnings to staff wait until it ends; breaches, and what authorities are told, never do."""
    kept = await services.windows.add(MaintenanceWindow(services.new_id(), **given.model_dump()))
    response.headers["Location"] = f"/v1/maintenance-windows/{kept.value.id}"
    return _show(kept, response)


@router.get("", openapi_extra=_READERS)
async def list_windows(
    filters: Annotated[WindowFilters, Query()], request: Request, services: Wired
) -> Listed[WindowShown]:
    """List windows, oldest first."""
    return listed(
        await services.windows.page(scope_of(request), filters.filters(), filters.limit, filters.after()), _show
    )


@router.get("/{window_id}", openapi_extra=_READERS)
async def read_window(window_id: UUID, request: Request, response: Response, services: Wired) -> WindowShown:
    """Read one window."""
    return _show(await services.windows.get(window_id, scope_of(request)), response)


@router.patch("/{window_id}", openapi_extra=_WRITERS)
async def change_window(
    window_id: UUID, given: WindowChanges, response: Response, services: Wired, if_match: IfMatch = None
) -> WindowShown:
    """Change a window; what waits for its end goes by the new one."""
    changes = given.model_dump(exclude_unset=True)
    standing = (await services.windows.get(window_id, Everything())).value
    if changes.get("starts_at", standing.starts_at) >= changes.get("ends_at", standing.ends_at):
        raise invalid([("/ends_at", "must end after it starts")])
    kept = await change(services.windows, window_id, version_asked(if_match), changes)
    await services.holds.look_again()
    return _show(kept, response)


@router.delete("/{window_id}", status_code=204, openapi_extra=_WRITERS)
async def remove_window(window_id: UUID, services: Wired, if_match: IfMatch = None) -> None:
    """Remove a window; what waited for its end goes out."""
    await services.windows.remove(window_id, version_asked(if_match))
    await services.holds.look_again()


def _show(kept: Kept[MaintenanceWindow], response: Response | None = None) -> WindowShown:
    if response is not None:
        tag(response, kept.version)
    value = kept.value
    return WindowShown(
        id=value.id, starts_at=value.starts_at, ends_at=value.ends_at, reason=value.reason, tenant=value.tenant,
        version=kept.version, created_at=kept.created_at,
    )  # fmt: skip
