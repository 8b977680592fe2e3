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
from claims.event_store.pool import is_passing
from claims.event_store.sandbox import SandboxState, sandbox_state
from claims.projections.day_figures import DayFigures, read_day, was_there
from claims.relay.alerts import SOURCE, Alert
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
        self._pause = PAUSE

    async def run(self) -> Never:
        """Look until cancelled; an error that is not passing ends it, and is to end the process."""
        while True:
            self._pause = PAUSE
            try:
                await self.tell_if_due()
            except Exception as error:
                if not isinstance(error, NotNowError) and not is_passing(error):
                    raise
                self._metrics.lost(error)
            await asyncio.sleep(self._pause)

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
        refused = await self._notifications.tell(alert)
        if refused is None:
            self._told = day
            self._metrics.taken(KIND)
            return True
        self._pause = REFUSED_PAUSE
        self._metrics.refused(KIND, refused.status)
        _log.error("alert refused", kind=KIND, status=refused.status, answer=refused.answer)
        return False


def day_to_tell(now: datetime, at: time = AT) -> date:
    """Return the day that the latest heartbeat is about: yesterday, from the hour on."""
    today = local_date(now)
    return today - (_DAY if to_shanghai(now).time() >= at else 2 * _DAY)


def identity_of(day: date) -> UUID:
    """Return the id of the heartbeat about a day, the same in every process."""
    return uuid5(_HEARTBEATS, day.isoformat())


def alert_of_day(day: date, clocks: DayFigures, alerts: DayOfAlerts, state: SandboxState) -> Alert:
    """Return the heartbeat about a day: what fell due and was missed, what was told and what arrived."""
    identity = identity_of(day)
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
    document = {
        "specversion": "1.0",
        "id": str(identity),
        "source": SOURCE,
        "type": KIND,
        "time": to_shanghai(state.now).isoformat(),
        "subject": f"days/{day.isoformat()}",
        "datacontenttype": "application/json",
        "correlationid": f"heartbeat-{day.isoformat()}",
        "data": {
            "heartbeat": heartbeat,
            "tenant": None,
            "region": None,
            "roles": list(ROLES),
            "severity": "information",
            "sequence": None,
            "sandbox": state.sandbox,
        },
    }
    # Of no tenant and no stream: it concerns the whole instance.
    return Alert(
        tenant="",
        stream_id=identity,
        version=0,
        subject=identity,
        kind=KIND,
        correlation_id=f"heartbeat-{day.isoformat()}",
        document=document,
    )
