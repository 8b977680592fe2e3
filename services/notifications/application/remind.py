"""Saying a breach again to those who have not acknowledged it, and to the next rung of the ladder after a while."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

import structlog

from notifications.application.planning import Planner
from notifications.application.ports import NewId
from notifications.application.records import NewDelivery
from notifications.application.rules import Rules
from notifications.domain.alert import Alert
from notifications.domain.endpoint import Endpoint
from notifications.domain.holding import MaintenanceWindow
from notifications.domain.recipient import Recipient
from notifications.domain.reminding import Again, Later, Reminder, rungs_above, when_due
from notifications.domain.routing import Listener, Route, route
from notifications.metrics import Metrics

MOST: Final = 500
"""Reminders in one round."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A reminder whose moment has come, with all that is needed to decide about it."""

    alert_id: UUID
    alert: Alert
    recipient: Recipient
    reminder: Reminder
    endpoints: tuple[tuple[Endpoint, int | None], ...]
    """Where it is said again, each with the burst from which it is collected."""
    told: frozenset[str]
    """Roles whose holders heard it already."""
    is_acknowledged: bool
    """By this recipient or others of staff, and it stands."""


class Reminding(Protocol):
    """One transaction in which one reminder is dealt with."""

    @property
    def due(self) -> DueReminder:
        """The reminder."""
        ...

    @property
    def business_now(self) -> datetime:
        """The business time of this transaction."""
        ...

    async def listeners(self, alert: Alert, roles: Sequence[str]) -> Sequence[Listener]:
        """Return the subscriptions of those who hold one of the roles."""
        ...

    async def maintenance_windows(self) -> Sequence[MaintenanceWindow]:
        """Return the windows that last now."""
        ...

    async def say(self, new: Sequence[NewDelivery]) -> None:
        """Add deliveries of the alert; those that are there already stay as they are."""
        ...

    async def remind(self, hearers: Sequence[UUID], next_at: datetime, until: datetime) -> None:
        """Repeat the alert to others too."""
        ...

    async def moved(self, step: Again | Later) -> None:
        """Write down what was decided of the reminder."""
        ...


class Reminders(Protocol):
    """What is said again, and when."""

    async def due(self, most: int) -> Sequence[tuple[UUID, UUID]]:
        """Return alert and recipient of reminders whose moment has come, the oldest first."""
        ...

    def open(self, alert_id: UUID, recipient_id: UUID) -> AbstractAsyncContextManager[Reminding | None]:
        """Open the transaction for one; None when somebody else is at it, or was."""
        ...


@dataclass(frozen=True, slots=True)
class Remind:
    """Goes through the reminders that are due."""

    reminders: Reminders
    new_id: NewId
    rules: Rules
    metrics: Metrics

    async def round(self) -> int:
        """Deal with what is due, each in a transaction of its own; how many there were. DatabaseUnavailableError."""
        found = await self.reminders.due(MOST)
        for alert_id, recipient_id in found:
            async with self.reminders.open(alert_id, recipient_id) as reminding:
                if reminding is not None:
                    await self._deal_with(reminding)
        return len(found)

    async def _deal_with(self, reminding: Reminding) -> None:
        due, how = reminding.due, self.rules.repeating
        step = when_due(due.reminder, reminding.business_now, how)
        if isinstance(step, Again):
            number = due.reminder.repeats + 1
            routes = [Route(due.recipient, endpoint, size) for endpoint, size in due.endpoints]
            await reminding.say(await self._planned(reminding, routes, number))
            self.metrics.repeats.labels(due.alert.kind).inc()
            if step.climbs and not due.is_acknowledged:
                await self._climb(reminding)
        await reminding.moved(step)

    async def _climb(self, reminding: Reminding) -> None:
        """Tell the nearest rung above that somebody holds; an empty one is passed."""
        due, how, now = reminding.due, self.rules.repeating, reminding.business_now
        for role in rungs_above(due.recipient.role, {*due.told, *due.alert.roles}, how.ladder):
            raised = replace(due.alert, roles=(role,))
            routes = route(raised, await reminding.listeners(raised, raised.roles))
            if routes:
                await reminding.say(await self._planned(reminding, routes))
                hearers = sorted({each.recipient.id for each in routes})
                await reminding.remind(hearers, now + how.every, now + how.lasting)
                _log.warning("alert_climbed", alert_id=str(due.alert_id), kind=due.alert.kind, role=role)
                return
        _log.error("nobody_above", alert_id=str(due.alert_id), kind=due.alert.kind, role=due.recipient.role)

    async def _planned(self, reminding: Reminding, routes: Sequence[Route], repeat: int = 0) -> list[NewDelivery]:
        windows = await reminding.maintenance_windows()
        planner = Planner(self.rules, windows, reminding.business_now, self.new_id)
        return planner.plan(reminding.due.alert, routes, repeat)
