"""How often a receiver may be written to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `most` messages in any stretch of time as long as `within`."""

    most: int
    within: timedelta


def wait_for(sent: Sequence[datetime], rates: Sequence[Rate], now: datetime) -> timedelta:
    """How long to wait before one more may be sent; zero if it may go now. `sent` is in order, the latest last."""
    waits = [sent[-rate.most] + rate.within - now for rate in rates if len(sent) >= rate.most]
    return max([timedelta(), *waits])


def still_counting(sent: Sequence[datetime], rates: Sequence[Rate], now: datetime) -> list[datetime]:
    """Those of the moments that can still hold something back."""
    longest = max(rate.within for rate in rates)
    return [moment for moment in sent if moment > now - longest]
