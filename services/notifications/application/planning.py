"""What is to be delivered of an alert: one delivery for each endpoint it goes to, held where it may wait."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from notifications.application.ports import NewId
from notifications.application.records import NewDelivery
from notifications.application.rules import Rules
from notifications.domain.alert import Alert
from notifications.domain.collecting import SETTLING
from notifications.domain.holding import MaintenanceWindow, held_until
from notifications.domain.retry import schedule_of
from notifications.domain.routing import Route


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans at one moment, while these windows last."""

    rules: Rules
    windows: Sequence[MaintenanceWindow]
    now: datetime
    new_id: NewId

    def plan(self, alert: Alert, routes: Iterable[Route], repeat: int = 0) -> list[NewDelivery]:
        """Plan one delivery for each route. What may be collected waits for its kind, a warning for its hour."""
        return [self._plan(alert, route, repeat) for route in routes]

    def _plan(self, alert: Alert, route: Route, repeat: int) -> NewDelivery:
        deferred = held_until(alert.severity, route.recipient, self.windows, self.now)
        settled = None if route.digest_from is None else self.now + SETTLING
        schedule = schedule_of(route.recipient.role, route.endpoint.channel)
        return NewDelivery(
            id=self.new_id(),
            endpoint_id=route.endpoint.id,
            recipient_id=route.recipient.id,
            role=route.recipient.role,
            tenant=alert.tenant,
            channel=route.endpoint.channel,
            schedule=schedule,
            deadline_at=self.now + self.rules.schedules[schedule].patience,
            held_until=max((moment for moment in (deferred, settled) if moment is not None), default=None),
            digest_from=route.digest_from,
            repeat=repeat,
        )
