"""Repeats: a breach that nobody acknowledges is said again, and after a while to the next rung of the ladder."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from notifications.domain.alert import Alert
from notifications.domain.holding import is_staff
from notifications.domain.quiet_hours import QuietHours

REPEATED: Final = frozenset({"clock.breached", "clock.escalated"})
ENDING: Final = frozenset({"breach.withdrawn"})

LADDER: Final = ("operations", "compliance", "insurer", "admin")
"""Who hears after whom when nobody acknowledges. Authorities are not on it: what they hear, the rulebook alone says."""


class Ending(StrEnum):
    """Why an alert is no longer repeated to a recipient."""

    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Repeating:
    """How breaches are repeated: every so often, for so long, and after how many unanswered the next role hears."""

    every: timedelta = timedelta(hours=4)
    lasting: timedelta = timedelta(hours=72)
    acknowledged_for: timedelta = timedelta(hours=24)
    climbing_after: int = 3
    ladder: tuple[str, ...] = LADDER


@dataclass(frozen=True, slots=True)
class Reminder:
    """One alert that is repeated to one recipient; `unanswered` are the repeats since it was last acknowledged."""

    repeats: int
    unanswered: int
    until: datetime
    acknowledged_until: datetime | None
    quiet_hours: QuietHours | None


@dataclass(frozen=True, slots=True)
class Again:
    """Say it again; `next_at` None: that was the last time. `climbs`: the next role is to hear too."""

    next_at: datetime | None
    climbs: bool


@dataclass(frozen=True, slots=True)
class Later:
    """Not now: look again at `next_at`."""

    next_at: datetime


def is_repeated(alert: Alert, role: str) -> bool:
    """Whether an alert is repeated to somebody of that role: breaches to staff. An authority gets each notice once."""
    return alert.kind in REPEATED and is_staff(role)


def when_due(reminder: Reminder, now: datetime, how: Repeating) -> Again | Later:
    """Decide about a reminder whose moment has come.

    An acknowledgement that stands puts it off to its expiry. A repeat wakes nobody: the notice itself came at once,
    whatever the hour. What is due is said even when it is late, and ends only after it.
    """
    if reminder.acknowledged_until is not None and reminder.acknowledged_until > now:
        return Later(reminder.acknowledged_until)
    quiet = reminder.quiet_hours.ends_after(now) if reminder.quiet_hours is not None else None
    if quiet is not None:
        return Later(quiet)
    next_at = now + how.every
    unanswered = reminder.unanswered + 1
    return Again(next_at if next_at <= reminder.until else None, unanswered % how.climbing_after == 0)


def rungs_above(role: str, told: Iterable[str], ladder: Sequence[str]) -> tuple[str, ...]:
    """The roles that come after this one on the ladder and were not told, the nearest first.

    A role that does not stand on it is below its first rung.
    """
    place = ladder.index(role) + 1 if role in ladder else 0
    known = {*told, role}
    return tuple(rung for rung in ladder[place:] if rung not in known)
