"""When a failed delivery is tried again, and when it is given up: a schedule for each kind of recipient and channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Self

from notifications.domain.endpoint import ChannelName
from notifications.domain.kinds import AUTHORITIES

JITTER: Final = 0.2
"""The share by which a wait is made shorter or longer, so that what failed together does not come back together."""

LONG_DELAYS: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""The wait after the first failure, the second, …; the last one repeats until the time is up."""

LONG_PATIENCE: Final = timedelta(hours=75)
"""From the moment a delivery is due to its last attempt: a receiver that is away over a weekend still gets it."""

SHORT_DELAYS: Final = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2))
"""Somebody who is to read it now is better reached over another channel than over this one in an hour."""

SHORT_PATIENCE: Final = timedelta(minutes=30)
"""Bounds the waits that a receiver asks for, which cost no attempt."""


class ScheduleName(StrEnum):
    """Which schedule a delivery goes by, as it is stored with it."""

    AUTHORITY = "authority"
    STEADY = "steady"
    BRIEF = "brief"


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often and how long one delivery is tried.

    `delays` are the waits after each failure. With `repeats` the last one goes on until `patience` is over, else the
    failure after the last wait ends the delivery. `hands_on`: what is given up goes to the recipient's next channel.
    """

    delays: tuple[timedelta, ...]
    patience: timedelta
    repeats: bool
    hands_on: bool

    def next_attempt(
        self, tries: int, now: datetime, deadline: datetime, jitter: float, asked: timedelta | None = None
    ) -> datetime | None:
        """The moment of the next attempt after `tries` failures (1 or more), or None when it is time to give up.

        `jitter` is between -1 and 1. `asked` is the wait that the receiver asked for: it can only lengthen ours. The
        last attempt is made at `deadline` itself.
        """
        if now >= deadline or (tries > len(self.delays) and not self.repeats):
            return None
        return self.deferred(tries, now, deadline, jitter, asked)

    def deferred(
        self, tries: int, now: datetime, deadline: datetime, jitter: float, asked: timedelta | None = None
    ) -> datetime | None:
        """The same where the attempt is not counted: only the deadline ends it. `tries` may be 0 then."""
        if now >= deadline:
            return None
        wait = self.delays[min(max(tries, 1), len(self.delays)) - 1] * (1 + JITTER * jitter)
        return min(now + max(wait, asked or timedelta()), deadline)


_STORES: Final = frozenset({ChannelName.WEBHOOK, ChannelName.EMAIL})
"""Channels that end at a machine which keeps what it takes: there a later delivery is worth having."""


@dataclass(frozen=True, slots=True)
class Schedules:
    """The schedules by name, and which one a delivery goes by."""

    by_name: Mapping[ScheduleName, Schedule]

    @classmethod
    def standing(cls) -> Self:
        """Return those that production lives by."""
        long = Schedule(LONG_DELAYS, LONG_PATIENCE, repeats=True, hands_on=False)
        steady = Schedule(LONG_DELAYS, LONG_PATIENCE, repeats=True, hands_on=True)
        brief = Schedule(SHORT_DELAYS, SHORT_PATIENCE, repeats=False, hands_on=True)
        names = ScheduleName
        return cls({names.AUTHORITY: long, names.STEADY: steady, names.BRIEF: brief})

    def with_delays(self, delays: Sequence[timedelta]) -> "Schedules":
        """Return the same with other waits, for tests and sandboxes: what repeats still does, what ends still ends."""
        changed = {
            name: Schedule(tuple(delays), its.patience, its.repeats, its.hands_on) for name, its in self.by_name.items()
        }
        return Schedules(changed)

    def __getitem__(self, name: ScheduleName) -> Schedule:
        return self.by_name[name]


def schedule_of(role: str, channel: ChannelName) -> ScheduleName:
    """Which schedule a delivery to somebody in this role over this channel goes by.

    An authority is tried for 75 hours over the channel that it named. Staff are tried as long where a machine keeps
    what it takes, and briefly where somebody is to read it now: over a robot or by SMS.
    """
    if role in AUTHORITIES:
        return ScheduleName.AUTHORITY
    return ScheduleName.STEADY if channel in _STORES else ScheduleName.BRIEF
