"""Digests: alerts of one kind that come to one endpoint in a burst become one message that lists them all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from notifications.domain.holding import is_staff

SETTLING: Final = timedelta(seconds=2)
"""A message that may become part of a digest waits this long for others; as long again after each that comes."""

LONGEST_SETTLING: Final = timedelta(seconds=30)
"""…but no longer than this."""

BURST: Final = 10
"""So many of one kind at one endpoint are a burst: fewer are sent one by one."""

FEWEST: Final = 2
"""Where a subscription asks for digests, so many are collected."""

LARGEST: Final = 1000
"""Alerts in one digest; what is beyond goes into the next."""

BLOCKED_FOR: Final = timedelta(seconds=30)
"""One of a burst that an earlier message of its claim stands before is looked at again after this."""


def digest_from(role: str, digest: bool | None) -> int | None:
    """From how many alerts on a subscription's are collected; None: never, each is sent at once and by itself.

    What the subscription does not say follows from the role: bursts to staff are collected, an authority gets each
    notice by itself.
    """
    match digest:
        case True:
            return FEWEST
        case False:
            return None
        case None:
            return BURST if is_staff(role) else None


def least_collecting(one: int | None, other: int | None) -> int | None:
    """Of two subscriptions that name one endpoint, the one that collects less decides."""
    return None if one is None or other is None else max(one, other)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery that waits to be collected or let go, oldest first among its kind at its endpoint."""

    id: UUID
    created_at: datetime
    held_until: datetime
    digest_from: int | None


@dataclass(frozen=True, slots=True)
class Collected:
    """What becomes of one kind at one endpoint: each of `digests` goes as its first one, `single` go alone."""

    digests: tuple[tuple[UUID, ...], ...] = ()
    single: tuple[UUID, ...] = ()


def collect(group: Sequence[Waiting], now: datetime) -> Collected | None:
    """Decide about one kind at one endpoint, in order; None while more of it may come.

    The smallest burst size among them decides, so that what one subscription wants collected is.
    """
    sizes = [one.digest_from for one in group if one.digest_from is not None]
    if not sizes:
        return Collected(single=tuple(one.id for one in group))
    still_coming = max(one.created_at for one in group) + SETTLING > now
    if still_coming and min(one.held_until for one in group) + LONGEST_SETTLING - SETTLING > now:
        return None
    ids = [one.id for one in group if one.digest_from is not None]
    alone = tuple(one.id for one in group if one.digest_from is None)
    if len(ids) < min(sizes):
        return Collected(single=tuple(one.id for one in group))
    return Collected(tuple(_slices(ids)), alone)


def _slices(ids: Sequence[UUID]) -> Iterable[tuple[UUID, ...]]:
    for start in range(0, len(ids), LARGEST):
        yield tuple(ids[start : start + LARGEST])
