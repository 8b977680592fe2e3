"""Acknowledging: somebody has read an alert, so that it is not repeated to them for a while."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from notifications.application.errors import ExpiryRefusedError
from notifications.application.links import Links
from notifications.application.records import AcknowledgementRecord, LinkedAlerts
from notifications.application.scope import Scope
from notifications.domain.reminding import Repeating

LONGEST: Final = timedelta(days=30)
"""An acknowledgement that never ended would be silence."""

BY_LINK: Final = "link"


class Acknowledgements(Protocol):
    """Where acknowledgements are kept."""

    async def add(
        self, alert_id: UUID, scope: Scope, recipient_id: UUID | None, given: "Given"
    ) -> Sequence[AcknowledgementRecord]:
        """Acknowledge for one recipient that was told, or for all whom the caller stands for.

        NotFoundError when the caller does not see the alert; UnknownReferenceError when the recipient was not told, or
        is somebody else's; NothingToAcknowledgeError when nobody was told whom the caller stands for.
        """
        ...

    async def add_for_delivery(self, delivery_id: UUID, given: "Given") -> None:
        """Acknowledge what one message said, for its recipient; NotFoundError. What stands already stays as it is."""
        ...

    async def of_delivery(self, delivery_id: UUID) -> LinkedAlerts:
        """Return what one message said, and until when it is acknowledged; NotFoundError."""
        ...


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody said when acknowledging; `expires` None: after the usual time."""

    by: str
    note: str | None
    expires: datetime | None
    how: Repeating


def expiry(given: Given, now: datetime) -> datetime:
    """When an acknowledgement ends; ExpiryRefusedError unless that lies ahead, and no more than thirty days."""
    ends = given.expires if given.expires is not None else now + given.how.acknowledged_for
    if ends <= now:
        raise ExpiryRefusedError("must lie ahead")
    if ends > now + LONGEST:
        raise ExpiryRefusedError(f"must not lie more than {LONGEST.days} days ahead")
    return ends


@dataclass(frozen=True, slots=True)
class AcknowledgementLinks:
    """What the page behind a signed link shows and does."""

    links: Links
    acknowledgements: Acknowledgements
    how: Repeating

    async def show(self, token: str) -> LinkedAlerts:
        """Return what the link is about; changes nothing. LinkRefusedError, NotFoundError."""
        return await self.acknowledgements.of_delivery(self.links.read(token))

    async def acknowledge(self, token: str) -> LinkedAlerts:
        """Acknowledge what the link is about; LinkRefusedError, NotFoundError."""
        delivery_id = self.links.read(token)
        given = Given(BY_LINK, None, None, self.how)
        await self.acknowledgements.add_for_delivery(delivery_id, given)
        return await self.acknowledgements.of_delivery(delivery_id)
