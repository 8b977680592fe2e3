"""What the claims service asks: which of its alerts were never taken in, and a day in numbers for the heartbeat."""

from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from notifications.api.forms import Body
from notifications.api.guard import allow, guarded_router
from notifications.api.services import Wired
from notifications.intake.cloud_event import Text

router = guarded_router(tags=["auditing"])

_SHANGHAI = ZoneInfo("Asia/Shanghai")

Ids = Annotated[list[Text], Field(min_length=1, max_length=1000)]


class LookupGiven(Body):
    """Events of one source, by their ids."""

    source: Text
    ids: Ids


class LookupShown(BaseModel):
    """Those of them that were never taken in."""

    unknown: list[str]


class FiguresShown(BaseModel):
    """What came in and what ended that day; `waiting` is now."""

    alerts: int
    delivered: int
    dead: int
    waiting: int


@router.post("/v1/alerts/lookups", openapi_extra=allow("service"))
async def look_up(given: LookupGiven, services: Wired) -> LookupShown:
    """Say which of these alerts were never taken in; changes nothing."""
    return LookupShown(unknown=list(await services.ledger.unknown(given.source, given.ids)))


@router.get("/v1/figures/{day}", openapi_extra=allow("service", "admin"))
async def show_figures(day: date, services: Wired) -> FiguresShown:
    """Count the alerts and deliveries of all insurers on one day in Shanghai, in business time."""
    since = datetime.combine(day, time(), _SHANGHAI)
    found = await services.ledger.figures(since, since + timedelta(days=1))
    return FiguresShown(alerts=found.alerts, delivered=found.delivered, dead=found.dead, waiting=found.waiting)
