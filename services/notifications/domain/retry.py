"""When a failed delivery is tried again, and when it is given up."""

from datetime import datetime, timedelta
from typing import Final

DELAYS: Final = (
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

PATIENCE: Final = timedelta(hours=75)
"""From the moment a delivery is due to its last attempt."""

JITTER: Final = 0.2
"""The share by which a wait is made shorter or longer, so that what failed together does not come back together."""


def next_attempt(
    tries: int, now: datetime, deadline: datetime, jitter: float, asked: timedelta | None = None
) -> datetime | None:
    """The moment of the next attempt after `tries` failures (1 or more), or None when it is time to give up.

    `jitter` is between -1 and 1. `asked` is the wait that the receiver asked for: it can only lengthen ours. The last
    attempt is made at `deadline` itself.
    """
    if now >= deadline:
        return None
    wait = DELAYS[min(tries, len(DELAYS)) - 1] * (1 + JITTER * jitter)
    if asked is not None:
        wait = max(wait, asked)
    return min(now + wait, deadline)
