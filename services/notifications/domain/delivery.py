"""A delivery: one alert on its way to one endpoint, what a channel answers, and what follows from that."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from notifications.domain.retry import Schedule


class DeliveryStatus(StrEnum):
    """Where a delivery stands. A pending one whose endpoint is disabled waits until it is enabled again."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"
    HANDED_ON = "handed_on"
    """Given up here; the recipient's next channel has it."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Delivered:
    """The receiver has it. `detail`, here and below, holds the beginning of its answer where that says more."""

    detail: str
    status_code: int | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """It did not arrive, or nobody knows (`ambiguous`): try again, not before `after` if the receiver said so.

    `costs_attempt` is False when nothing is wrong with the message or the receiver, it only came too soon (a rate
    limit): the schedule of retries does not move on, and the whole endpoint had better be left alone for `after`.
    """

    detail: str
    status_code: int | None = None
    after: timedelta | None = None
    ambiguous: bool = False
    costs_attempt: bool = True


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Trying again is pointless; `gone`: for every other delivery to this endpoint too."""

    detail: str
    status_code: int | None = None
    gone: bool = False


Outcome = Delivered | Retry | GiveUp


@dataclass(frozen=True, slots=True)
class NextStep:
    """What becomes of a delivery after an attempt: `next_at` is set while it is pending, `reason` when it is given up.

    `rests_until`: nothing is sent to the whole endpoint before that. `counts`: the schedule of retries moves on.
    """

    status: DeliveryStatus
    next_at: datetime | None = None
    disables_endpoint: bool = False
    rests_until: datetime | None = None
    counts: bool = True
    reason: str | None = None


def after_attempt(  # noqa: PLR0913, PLR0917 - all that the decision depends on
    outcome: Outcome, schedule: Schedule, tries: int, now: datetime, deadline: datetime, jitter: float
) -> NextStep:
    """Decide what follows from the outcome of the attempt that was number `tries` of its schedule."""
    match outcome:
        case Delivered():
            return NextStep(DeliveryStatus.DELIVERED)
        case GiveUp(gone=gone):
            return NextStep(DeliveryStatus.DEAD, disables_endpoint=gone, reason=outcome.detail)
        case Retry(costs_attempt=False, after=after):
            next_at = schedule.deferred(tries - 1, now, deadline, jitter, after)
            rests_until = None if after is None else now + after
            if next_at is None:
                return NextStep(DeliveryStatus.DEAD, rests_until=rests_until, reason=_too_late(outcome, now, deadline))
            return NextStep(DeliveryStatus.PENDING, next_at, rests_until=rests_until, counts=False)
        case Retry(after=after):
            next_at = schedule.next_attempt(tries, now, deadline, jitter, after)
            if next_at is None:
                return NextStep(DeliveryStatus.DEAD, reason=_too_late(outcome, now, deadline))
            return NextStep(DeliveryStatus.PENDING, next_at)
        case _:
            assert_never(outcome)


def _too_late(outcome: Retry, now: datetime, deadline: datetime) -> str:
    what = "the time is up" if now >= deadline else "no attempt is left"
    return f"{what}; the last one: {outcome.detail}"


def name_of(outcome: Outcome) -> str:
    """The outcome's name in logs, metrics and the log of attempts.

    There is one more in the log: `interrupted`, an attempt whose worker ended or lost the database.
    """
    match outcome:
        case Delivered():
            return "delivered"
        case Retry(ambiguous=True):
            return "ambiguous"
        case Retry(costs_attempt=False):
            return "deferred"
        case Retry():
            return "failed"
        case GiveUp():
            return "refused"
        case _:
            assert_never(outcome)
