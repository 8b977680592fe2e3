"""A delivery: one alert on its way to one endpoint, what a channel answers, and what follows from that."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from notifications.domain import retry


class DeliveryStatus(StrEnum):
    """Where a delivery stands. A pending one whose endpoint is disabled waits until it is enabled again."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Delivered:
    """The receiver has it."""

    detail: str
    status_code: int | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """It did not arrive, or nobody knows (`ambiguous`): try again, not before `after` if the receiver said so."""

    detail: str
    status_code: int | None = None
    after: timedelta | None = None
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Trying again is pointless; `gone`: for every other delivery to this endpoint too."""

    detail: str
    status_code: int | None = None
    gone: bool = False


Outcome = Delivered | Retry | GiveUp


@dataclass(frozen=True, slots=True)
class NextStep:
    """What becomes of a delivery after an attempt: `next_at` is set while it is pending."""

    status: DeliveryStatus
    next_at: datetime | None = None
    disables_endpoint: bool = False


def after_attempt(outcome: Outcome, tries: int, now: datetime, deadline: datetime, jitter: float) -> NextStep:
    """Decide what follows from the outcome of the attempt that was number `tries` of its schedule."""
    match outcome:
        case Delivered():
            return NextStep(DeliveryStatus.DELIVERED)
        case GiveUp(gone=gone):
            return NextStep(DeliveryStatus.DEAD, disables_endpoint=gone)
        case Retry(after=after):
            next_at = retry.next_attempt(tries, now, deadline, jitter, after)
            if next_at is None:
                return NextStep(DeliveryStatus.DEAD)
            return NextStep(DeliveryStatus.PENDING, next_at)
        case _:
            assert_never(outcome)


def name_of(outcome: Outcome) -> str:
    """The outcome's name in logs, metrics and the log of attempts."""
    match outcome:
        case Delivered():
            return "delivered"
        case Retry(ambiguous=True):
            return "unknown"
        case Retry():
            return "failed"
        case GiveUp():
            return "refused"
        case _:
            assert_never(outcome)
