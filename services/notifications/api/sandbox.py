"""The sandbox clock, moved by the claims service with every step of its own."""

from datetime import timedelta

from pydantic import Field

from notifications.api.forms import Body
from notifications.api.guard import allow, guarded_router
from notifications.api.problems import not_found
from notifications.api.services import Wired

router = guarded_router(prefix="/v1/sandbox", tags=["sandbox"])

_CENTURY_US = 100 * 366 * 24 * 3600 * 1_000_000


class ClockOffset(Body):
    """How far business time is ahead of the wall clock, in microseconds; negative where a sandbox plays the past."""

    offset_us: int = Field(ge=-_CENTURY_US, le=_CENTURY_US)


@router.put("/clock", openapi_extra=allow("service", "admin"))
async def move_clock(given: ClockOffset, services: Wired) -> ClockOffset:
    """Move business time on, never back; there is no such address outside a sandbox."""
    if not services.sandbox:
        raise not_found()
    await services.sandbox_clock.move(timedelta(microseconds=given.offset_us))
    return given
