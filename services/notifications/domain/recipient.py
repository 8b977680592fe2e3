"""A recipient: who holds a role, where, and for whom."""

from dataclasses import dataclass
from uuid import UUID

from notifications.domain import regions
from notifications.domain.alert import Alert
from notifications.domain.quiet_hours import QuietHours


@dataclass(frozen=True, slots=True)
class Recipient:
    """An office or a team. `region` None means everywhere; `tenant` None means of every insurer, as authorities are."""

    id: UUID
    name: str
    role: str
    region: str | None
    tenant: str | None
    language: str
    quiet_hours: QuietHours | None = None

    def is_addressed(self, alert: Alert) -> bool:
        """Whether the alert is for somebody in this one's role, region and tenant.

        An alert without a region concerns them all.
        """
        return (
            self.role in alert.roles
            and (self.tenant is None or self.tenant == alert.tenant)
            and (self.region is None or alert.region is None or regions.covers(self.region, alert.region))
        )
