"""Acknowledging alerts: by a call, or by the button on the page behind a signed link."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from pydantic import AwareDatetime, BaseModel, Field

from notifications.api.acknowledgement_page import HEADERS, page, refusal
from notifications.api.forms import Body, Moment
from notifications.api.guard import ANYONE, allow, caller_of, guarded_router, scope_of
from notifications.api.services import Wired
from notifications.application.acknowledge import Given
from notifications.application.errors import LinkRefusedError, NotFoundError
from notifications.application.links import PATH
from notifications.application.records import AcknowledgementRecord

router = guarded_router(tags=["acknowledgements"])

Note = Annotated[str, Field(min_length=1, max_length=500)]


class AcknowledgementGiven(Body):
    """For whom, why, and until when; by default for all whom you stand for, and for a day."""

    recipient_id: UUID | None = None
    note: Note | None = Field(default=None, description="No names, identity numbers or phones of victims")
    expires: AwareDatetime | None = Field(default=None, description="In business time, at most thirty days ahead")


class AcknowledgementShown(BaseModel):
    """An acknowledgement: until it expires, the alert is not repeated to this recipient."""

    id: UUID
    recipient_id: UUID
    acknowledged_by: str
    note: str | None
    acknowledged_at: Moment
    expires_at: Moment


class AcknowledgementsShown(BaseModel):
    """What a call made: one for each recipient that it was made for."""

    items: list[AcknowledgementShown]


@router.post("/v1/alerts/{alert_id}/acknowledgements", status_code=201, openapi_extra=allow("operations", "regulator"))
async def acknowledge(
    alert_id: UUID, given: AcknowledgementGiven, request: Request, services: Wired
) -> AcknowledgementsShown:
    """Acknowledge an alert: it is not repeated to these recipients until that expires, and repeated again then.

    It holds back nothing else: what an authority is to be told, it is told.
    """
    said = Given(caller_of(request).subject, given.note, given.expires, services.rules.repeating)
    made = await services.acknowledgements.add(alert_id, scope_of(request), given.recipient_id, said)
    return AcknowledgementsShown(items=[show_acknowledgement(each) for each in made])


@router.get(PATH + "/{token}", openapi_extra=allow(ANYONE), response_class=HTMLResponse)
async def show_page(token: str, services: Wired) -> Response:
    """Show what a link is about, with a button. Looking changes nothing: scanners of mail follow links."""
    try:
        return HTMLResponse(page(await services.links.show(token)), headers=HEADERS)
    except (LinkRefusedError, NotFoundError) as error:
        return HTMLResponse(refusal(error), status_code=410, headers=HEADERS)


@router.post(PATH + "/{token}", openapi_extra=allow(ANYONE), response_class=HTMLResponse)
async def press_button(token: str, services: Wired) -> Response:
    """Acknowledge what a link is about, for the recipient of its message; a second time changes nothing."""
    try:
        return HTMLResponse(page(await services.links.acknowledge(token)), headers=HEADERS)
    except (LinkRefusedError, NotFoundError) as error:
        return HTMLResponse(refusal(error), status_code=410, headers=HEADERS)


def show_acknowledgement(record: AcknowledgementRecord) -> AcknowledgementShown:
    """Render an acknowledgement."""
    return AcknowledgementShown(
        id=record.id, recipient_id=record.recipient_id, acknowledged_by=record.acknowledged_by, note=record.note,
        acknowledged_at=record.acknowledged_at, expires_at=record.expires_at,
    )  # fmt: skip
