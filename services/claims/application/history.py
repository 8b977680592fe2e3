"""A claim as it stood, and as it was known: the same facts, read up to a moment of business or of record time."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from uuid import UUID

from claims.application.calls import ClockLevel, NotFound, Standing
from claims.application.histories import Histories
from claims.application.ports import EventStore
from claims.application.recorded import Recorded
from claims.application.rows import Loaded, Scope
from claims.domain.clock_events import BreachWithdrawn, ClockEvent, MissWithdrawn
from claims.domain.clock_facts import ClockEnded
from claims.domain.policy.events import PolicyOpened

_BREACHED = 4


@dataclass(frozen=True, slots=True)
class Moment:
    """Up to when facts count: those that had happened by `as_of`, of those that were recorded by `known_at`."""

    as_of: datetime | None = None
    known_at: datetime | None = None

    def judged_at(self, now: datetime) -> datetime:
        """Return the moment by which clocks are judged: nobody knows more than the present."""
        return min(at for at in (self.as_of, self.known_at, now) if at is not None)

    def known(self, recorded: Recorded) -> bool:
        """Say whether the service knew the fact."""
        return self.known_at is None or recorded.recorded_at <= self.known_at

    def happened(self, recorded: Recorded) -> bool:
        """Say whether the fact had happened; a clock ends when what ends it happens, not when that is recorded."""
        if self.as_of is None:
            return True
        at = recorded.occurred_at
        if isinstance(recorded.event, ClockEnded):
            at = max(at, recorded.event.ended_at)
        return at <= self.as_of


class Past:
    """Claims at moments of the past."""

    def __init__(self, store: EventStore, histories: Histories) -> None:
        self._store = store
        self._histories = histories

    async def claim(self, scope: Scope, claim_id: UUID, moment: Moment) -> Standing:
        """Return a claim, its policy's ledger and the levels of its clocks as of a moment.

        Asked for business time, levels are judged by the clocks' marks; asked for record time alone, by what the watch
        had recorded. NotFound also where the claim did not exist, or was not known, by then.
        """
        loaded = await self._store.load(scope, [claim_id])
        header = loaded.headers.get(claim_id)
        if loaded.tenant is None or loaded.now is None or header is None or header.policy_stream is None:
            raise NotFound("claim", str(claim_id))
        history = self._known(scope, loaded, claim_id, moment)
        counted = tuple(counting(history, moment))
        if not counted or counted[0].version != 1:
            raise NotFound("claim", str(claim_id))
        folded = self._histories.claim(claim_id, counted)
        policy = self._known(scope, loaded, header.policy_stream, moment)
        return Standing(
            tenant=loaded.tenant,
            claim=replace(folded, version=counted[-1].version),
            ledger=self._histories.ledger(counting(policy, moment)),
            judged_at=moment.judged_at(loaded.now),
            levels=None if moment.as_of is not None else await self._levels(scope, tuple(folded.clocks), moment),
        )

    def _known(self, scope: Scope, loaded: Loaded, stream_id: UUID, moment: Moment) -> tuple[Recorded, ...]:
        ring = self._histories.ring_for(scope, loaded.tenant or "", loaded)
        decoded = self._histories.decoded(loaded.events.get(stream_id, ()), ring)
        return tuple(each for each in decoded if moment.known(each))

    async def _levels(self, scope: Scope, clocks: tuple[UUID, ...], moment: Moment) -> Mapping[UUID, ClockLevel]:
        """Return what the watch had said of each clock."""
        if not clocks:
            return {}
        loaded = await self._store.load(scope, clocks)
        return {each: _level(self._known(scope, loaded, each, moment)) for each in clocks}


def counting(history: Iterable[Recorded], moment: Moment) -> Iterator[Recorded]:
    """Yield the facts that had happened, in the order of their recording.

    A fact that was recorded late can have moved something that came about only afterwards, such as a clock that was
    known already: where that is not there yet, the fact has nothing to move and is left out. A policy grants
    from its own first day on, not from the first claim on it.
    """
    there: set[UUID] = set()
    to_come: set[UUID] = set()
    for recorded in history:
        about = _parts(recorded.event)
        if not moment.happened(recorded) and not isinstance(recorded.event, PolicyOpened):
            to_come |= about - there
        elif not about & to_come:
            there |= about
            yield recorded


def _parts(event: object) -> frozenset[UUID]:
    """Return the ids that a fact names itself: of the clock, advance, payment or victim that it is about."""
    if not is_dataclass(event):
        return frozenset()
    values = (getattr(event, each.name) for each in fields(event))
    return frozenset(value for value in values if isinstance(value, UUID))


def _level(said: tuple[Recorded, ...]) -> ClockLevel:
    """Fold what the watch said of one clock; a breach that comes back is withdrawn no longer."""
    level = ClockLevel(0)
    for recorded in said:
        event = recorded.event
        if isinstance(event, BreachWithdrawn | MissWithdrawn):
            level = ClockLevel(event.level, recorded.occurred_at, level.breached_at)
        elif isinstance(event, ClockEvent):
            withdrawn_at = level.withdrawn_at if event.level < _BREACHED else None
            breached_at = recorded.occurred_at if event.level == _BREACHED else level.breached_at
            level = ClockLevel(event.level, withdrawn_at, breached_at)
    return level
