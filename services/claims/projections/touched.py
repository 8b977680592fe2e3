"""Which subjects a batch of the log touches, by the kind of their streams; no unknown event is ever skipped."""

from collections.abc import Collection, Mapping, Sequence
from typing import get_args

from claims.application.histories import Histories
from claims.application.rows import StoredEventRow
from claims.application.subjects import KINDS
from claims.domain.clock_events import ClockEvent
from claims.domain.party.events import PartyEvent
from claims.domain.policy.events import PolicyEvent
from claims.projections.streams import Connection, StreamKey, kinds_of, stream_of

_EVENTS: Mapping[str, tuple[type, ...]] = {
    "party": get_args(PartyEvent),
    "policy": get_args(PolicyEvent),
    "clock": (ClockEvent,),
    **{name: tuple(kind.events) for name, kind in KINDS.items()},
}
"""What a stream of each kind can hold."""


class UnknownToProjectionError(Exception):
    """An event is not one that a stream of its kind can hold: it is never skipped."""


async def touched(
    connection: Connection, histories: Histories, events: Sequence[StoredEventRow], kinds: Collection[str]
) -> set[StreamKey]:
    """Return the streams of these kinds that the events stand in; UnknownToProjectionError."""
    of = await kinds_of(connection, map(stream_of, events))
    blind = histories.rings.blind()
    for row in events:
        known = _EVENTS.get(of.get(stream_of(row), ""), ())
        if not isinstance(histories.codec.decode(row, blind).event, known):
            raise UnknownToProjectionError(f"{row.name} at {row.stream_id}, version {row.version}")
    return {key for key, kind in of.items() if kind in kinds}
