"""Telling the administrators of roles in which nobody hears alerts: each alert and role once, many in one alert."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from notifications.application.own_alerts import own_alert
from notifications.application.ports import Inbox, NewId
from notifications.application.receive_alert import receive_alert
from notifications.application.rules import Rules
from notifications.domain.kinds import UNHEARD
from notifications.metrics import Metrics

SETTLING: Final = timedelta(seconds=2)
"""The first of a bundle waits so long for others."""

APART: Final = timedelta(hours=1)
"""Between two bundles about the same role, insurer and region: what is missing is the same subscription."""

NAMED: Final = 100
"""Alerts that a bundle names; it says how many there are."""


@dataclass(frozen=True, slots=True)
class UnheardBundle:
    """Alerts that nobody hears in one role, for one insurer in one region, since a moment."""

    id: UUID
    role: str
    tenant: str | None
    region: str | None
    since: datetime
    kinds: tuple[str, ...]
    alert_ids: tuple[UUID, ...]


class Unheard(Protocol):
    """Alerts and the roles that nobody hears them in."""

    async def bundles(self, settling: timedelta, apart: timedelta) -> Sequence[UnheardBundle]:
        """Put those together that nobody was told of; the same ones again, as they were, until they are told."""
        ...

    async def told(self, bundle_id: UUID) -> None:
        """Mark a bundle as told."""
        ...


@dataclass(frozen=True, slots=True)
class TellUnheard:
    """Goes through what is not heard. That nobody hears of it either is counted, logged, and shown with readiness."""

    unheard: Unheard
    inbox: Inbox
    new_id: NewId
    metrics: Metrics
    rules: Rules
    sandbox: bool

    async def round(self) -> int:
        """Tell of what can be told of; how many bundles. DatabaseUnavailableError.

        When this ends between telling and marking, the next round says the same under the same id.
        """
        found = await self.unheard.bundles(SETTLING, APART)
        for bundle in found:
            details = {
                "unheard": {
                    "role": bundle.role,
                    "count": len(bundle.alert_ids),
                    "kinds": dict(Counter(bundle.kinds)),
                    "alert_ids": [str(each) for each in bundle.alert_ids[:NAMED]],
                }
            }
            alert = own_alert(
                UNHEARD, bundle.id, f"roles/{bundle.role}", details, now=bundle.since, sandbox=self.sandbox,
                tenant=bundle.tenant, region=bundle.region, severity="warning",
            )  # fmt: skip
            await receive_alert(alert, self.inbox, self.new_id, self.metrics, self.rules)
            await self.unheard.told(bundle.id)
        return len(found)
