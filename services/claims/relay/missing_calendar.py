"""Tells the administrators, from October on and once a week, that next year's calendar is missing.

That a calendar is missing is no fact of a stream: it is worked out anew each time. The alert's id says which calendar
and which week, so that notifications takes it once, whoever sends it and however often.
"""

import asyncio
from datetime import date
from typing import Never
from uuid import UUID, uuid5

import asyncpg
import structlog

from claims.application.ports import Reference
from claims.domain.moments import local_date, to_shanghai
from claims.event_store.pool import is_passing
from claims.event_store.sandbox import SandboxState, sandbox_state
from claims.relay.alerts import SOURCE, Alert
from claims.relay.notifications import Notifications, NotNowError
from claims.relay.relay import RelayMetrics

KIND = "calendar.missing"
PAUSE = 5.0
"""Seconds between two looks; in a sandbox a week can pass between them, and is not told then."""

_FIRST_MONTH = 10
_ALERTS = UUID("4e0f8a1c-5d0b-5c7b-9a54-3f0f7c2a6d10")

_log = structlog.get_logger()


class MissingCalendar:
    """Looks again and again whether the calendar of the next year is there."""

    def __init__(
        self, pool: asyncpg.Pool, reference: Reference, notifications: Notifications, metrics: RelayMetrics
    ) -> None:
        """Take a pool of the worker's connections."""
        self._pool = pool
        self._reference = reference
        self._notifications = notifications
        self._metrics = metrics
        self._told: object = None

    async def run(self) -> Never:
        """Look until cancelled; an error that is not passing ends it, and is to end the process."""
        while True:
            try:
                await self.tell_if_missing()
            except Exception as error:
                if not isinstance(error, NotNowError) and not is_passing(error):
                    raise
                self._metrics.lost(error)
            await asyncio.sleep(PAUSE)

    async def tell_if_missing(self) -> bool:
        """Tell this week's alert, if a calendar is missing and this process has not told it; return whether it did."""
        state = await sandbox_state(self._pool)
        today, known = local_date(state.now), self._reference.calendar
        wanted = missing_year(today, known.last_published_year)
        week = (wanted, today.isocalendar()[:2])
        if wanted is None or week == self._told:
            return False
        if state.sandbox:
            await self._notifications.set_clock(state.offset)
        alert = alert_of_missing(wanted, known.version, known.last_published_year, state)
        refused = await self._notifications.tell(alert)
        self._told = week
        if refused is None:
            self._metrics.taken(KIND)
            return True
        self._metrics.refused(KIND, refused.status)
        _log.error("alert refused", kind=KIND, status=refused.status, answer=refused.answer)
        return False


def missing_year(today: date, last_published_year: int) -> int | None:
    """Return the first year whose calendar is missing on a day; None while that is nothing to worry about."""
    wanted = today.year + (today.month >= _FIRST_MONTH)
    return last_published_year + 1 if last_published_year < wanted else None


def alert_of_missing(year: int, version: int, last_published_year: int, state: SandboxState) -> Alert:
    """Return the alert of the week that business time is in."""
    iso_year, week, _ = local_date(state.now).isocalendar()
    identity = uuid5(_ALERTS, f"{year} {iso_year}-W{week:02}")
    document = {
        "specversion": "1.0",
        "id": str(identity),
        "source": SOURCE,
        "type": KIND,
        "time": to_shanghai(state.now).isoformat(),
        "subject": f"calendars/{year}",
        "datacontenttype": "application/json",
        "correlationid": f"calendar-missing-{year}",
        "data": {
            "calendar": {"year": year, "version": version, "last_published_year": last_published_year},
            "tenant": None,
            "region": None,
            "roles": ["admin"],
            "severity": "warning",
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
        correlation_id=f"calendar-missing-{year}",
        document=document,
    )
