"""Tells the administrators, from October on and once a week, that next year's calendar is missing.

That a calendar is missing is no fact of a stream: it is worked out anew each time. The alert's id says which calendar
and which week, so that notifications takes it once, whoever sends it and however often.
"""

from datetime import date
from typing import Never
from uuid import UUID, uuid5

import asyncpg
import structlog

from claims.application.ports import Reference
from claims.domain.moments import local_date
from claims.event_store.looking import look_again_and_again
from claims.event_store.sandbox import SandboxState, sandbox_state
from claims.relay.alerts import Alert
from claims.relay.instance_alerts import instance_alert, told
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
        await look_again_and_again(self.tell_if_missing, PAUSE, self._metrics.lost, (NotNowError,))

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
        self._told = week
        return await told(alert, self._notifications, self._metrics)


def missing_year(today: date, last_published_year: int) -> int | None:
    """Return the first year whose calendar is missing on a day; None while that is nothing to worry about."""
    wanted = today.year + (today.month >= _FIRST_MONTH)
    return last_published_year + 1 if last_published_year < wanted else None


def alert_of_missing(year: int, version: int, last_published_year: int, state: SandboxState) -> Alert:
    """Return the alert of the week that business time is in."""
    iso_year, week, _ = local_date(state.now).isocalendar()
    identity = uuid5(_ALERTS, f"{year} {iso_year}-W{week:02}")
    return instance_alert(
        KIND,
        identity,
        f"calendars/{year}",
        {"calendar": {"year": year, "version": version, "last_published_year": last_published_year}},
        state,
        severity="warning",
        correlation_id=f"calendar-missing-{year}",
    )
