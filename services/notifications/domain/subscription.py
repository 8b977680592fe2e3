"""A subscription: which alerts a recipient wants, and at which of its endpoints."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from notifications.domain import regions
from notifications.domain.alert import Alert
from notifications.domain.kinds import SEVERITIES

FILTERS: Final = ("kinds", "tiers", "severities", "rules", "insurers", "regions")
"""The fields of a subscription that let an alert through or not."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Each filter that is None lets everything through. `digest` None: what follows from the recipient's role."""

    id: UUID
    recipient_id: UUID
    endpoint_ids: tuple[UUID, ...]
    kinds: tuple[str, ...] | None = None
    tiers: tuple[str, ...] | None = None
    severities: tuple[str, ...] | None = None
    rules: tuple[str, ...] | None = None
    insurers: tuple[str, ...] | None = None
    regions: tuple[str, ...] | None = None
    digest: bool | None = None

    def wants(self, alert: Alert) -> bool:
        """Whether every filter lets the alert through.

        `tiers` and `rules` are about clocks, `insurers` about insurers and `regions` about places: they say nothing of
        an alert without one, nor `severities` of one as grave as nobody thought of, so that a narrow filter does not
        silence what it was not made for. `kinds` keeps such alerts out.
        """
        return (
            (self.kinds is None or alert.kind in self.kinds)
            and (self.tiers is None or alert.tier is None or alert.tier in self.tiers)
            and (self.severities is None or alert.severity not in SEVERITIES or alert.severity in self.severities)
            and (self.rules is None or alert.rule is None or alert.rule in self.rules)
            and (self.insurers is None or alert.tenant is None or alert.tenant in self.insurers)
            and self._wants_region(alert.region)
        )

    def _wants_region(self, region: str | None) -> bool:
        return self.regions is None or region is None or any(regions.covers(code, region) for code in self.regions)
