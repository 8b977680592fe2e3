"""The heartbeat: once a day, from the worker through the whole path, so that who follows notices when it stays away.

It is no fact of a stream. Its id says which day it is about, so that notifications takes it once, whoever sends it. Of
days that passed unseen, in a sandbox or an outage, the last alone is told.
"""

import asyncio
from datetime import date, datetime, time, timedelta
from typing import Never
from uuid import UUID, uuid5

import asyncpg
import structlog

from claims.domain.moments import local_date, start_of, to_shanghai
from claims.event_store.looking import look_again_and_again
from claims.event_store.sandbox import SandboxState, sandbox_state
from claims.projections.day_figures import DayFigures, read_day, was_there
from claims.relay.alerts import SOURCE, Alert
from claims.relay.instance_alerts import instance_alert, told
from claims.relay.notifications import DayOfAlerts, Notifications, NotNowError
from claims.relay.relay import RelayMetrics

KIND = "heartbeat"
ROLES = ("insurance_regulator", "admin")

AT = time(9)
"""In Shanghai."""

PAUSE = 5.0
"""Seconds between two looks."""

REFUSED_PAUSE = 300.0
"""Seconds after a refusal: what notifications refuses it takes when somebody has repaired something."""

_HEARTBEATS = UUID("6a0f3f5e-8d43-5c1d-8a3f-2b7c1d9e4f60")
_DAY = timedelta(days=1)

_log = structlog.get_logger()


class Heartbeat:
    """Looks again and again whether the day's heartbeat is due."""

    def __init__(self, pool: asyncpg.Pool, notifications: Notifications, metrics: RelayMetrics, at: time = AT) -> None:
        """Take a pool of the worker's connections and the time of day in Shanghai."""
        self._pool = pool
        self._notifications = notifications
        self._metrics = metrics
        self._at = at
        self._told: date | None = None
        self._not_before = 0.0

    async def run(self) -> Never:
        """Look until cancelled; an error that is not passing ends it, and is to end the process."""
        await look_again_and_again(self._look, PAUSE, self._metrics.lost, (NotNowError,))

    async def _look(self) -> None:
        if asyncio.get_running_loop().time() >= self._not_before:
            await self.tell_if_due()

    async def tell_if_due(self) -> bool:
        """Tell of the last whole day, if its hour has come and this process has not told it; return whether it did.

        An instance that was not there yet on that day has nothing to say of it.
        """
        state = await sandbox_state(self._pool)
        day = day_to_tell(state.now, self._at)
        if day == self._told or not await was_there(self._pool, start_of(day + _DAY)):
            return False
        if not await self._notifications.unknown(SOURCE, [str(identity_of(day))]):
            self._told = day  # another process was faster
            return False
        if state.sandbox:
            await self._notifications.set_clock(state.offset)
        clocks = await read_day(self._pool, start_of(day), start_of(day + _DAY))
        alert = alert_of_day(day, clocks, await self._notifications.day(day), state)
        if not await told(alert, self._notifications, self._metrics):
            self._not_before = asyncio.get_running_loop().time() + REFUSED_PAUSE
            return False
        self._told = day
        return True


def day_to_tell(now: datetime, at: time = AT) -> date:
    """Return the day that the latest heartbeat is about: yesterday, from the hour on."""
    today = local_date(now)
    return today - (_DAY if to_shanghai(now).time() >= at else 2 * _DAY)


def identity_of(day: date) -> UUID:
    """Return the id of the heartbeat about a day, the same in every process."""
    return uuid5(_HEARTBEATS, day.isoformat())


def alert_of_day(day: date, clocks: DayFigures, alerts: DayOfAlerts, state: SandboxState) -> Alert:
    """Return the heartbeat about a day: what fell due and was missed, what was told and what arrived."""
    heartbeat = {
        "day": day.isoformat(),
        "due": clocks.due,
        "breached": clocks.breached,
        "missed": clocks.missed,
        "alerts": alerts.alerts,
        "delivered": alerts.delivered,
        "dead": alerts.dead,
        "waiting": alerts.waiting,
    }
    return instance_alert(
        KIND,
        identity_of(day),
        f"days/{day.isoformat()}",
        {"heartbeat": heartbeat},
        state,
        roles=ROLES,
        severity="information",
        correlation_id=f"heartbeat-{day.isoformat()}",
    )
