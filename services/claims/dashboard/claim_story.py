"""The story of a claim: what somebody recorded in one act is one entry, with everything that it changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, get_args
from uuid import UUID

from claims.application.recorded import Recorded
from claims.dashboard.claim_words import Telling
from claims.domain.clock import Clock
from claims.domain.clock_events import ClockEvent
from claims.domain.clock_facts import ClockFact

_FACTS = get_args(ClockFact)
_LATE = timedelta(hours=1)
"""What was recorded later than that after it happened is said to be."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One act: when it happened, when it was recorded, who recorded it, what it says and what follows from it."""

    key: str
    """Stays the same, so that what is open stays open."""
    name: str
    happened_at: datetime
    recorded_at: datetime
    by: str
    sentence: str
    note: str | None
    changes: tuple[str, ...]
    late: timedelta | None
    """How long after it happened it was recorded; None where that is no time to speak of."""
    is_watch: bool
    """The watch said it of itself: nobody recorded a fact."""


def story(history: Iterable[Recorded], shown: Mapping[UUID, Clock], telling: Telling) -> tuple[Entry, ...]:
    """Return the entries in the order in which things happened; of clocks only those that are shown to the reader."""
    acts = [list(group) for _, group in groupby(history, key=_act)]
    told = [[each for each in act if _is_told(each, shown)] for act in acts]
    entries = (_entry(act, telling) for act in told if act)
    return tuple(sorted(entries, key=lambda each: each.happened_at))


def moments(history: Iterable[Recorded]) -> tuple[datetime, ...]:
    """Return when something happened, each moment once, the first one first: where the past can be looked at."""
    return tuple(sorted({each.occurred_at for each in history}))


def clock_of(recorded: Recorded) -> UUID | None:
    """Return the clock that an event is about; None for every other fact."""
    if isinstance(recorded.event, ClockEvent):
        return recorded.stream_id
    return recorded.event.clock_id if isinstance(recorded.event, _FACTS) else None


def headline(act: Sequence[Recorded]) -> Recorded:
    """Return what an act is called after: the first fact that is not about a clock."""
    return next((each for each in act if clock_of(each) is None), act[0])


def _act(recorded: Recorded) -> tuple[Any, ...]:
    """Events of one command lie side by side in the log; what the watch says of a clock stands alone."""
    alone = recorded.stream_id if isinstance(recorded.event, ClockEvent) else None
    return recorded.causation_id, recorded.occurred_at, recorded.recorded_at, alone


def _is_told(recorded: Recorded, shown: Mapping[UUID, Clock]) -> bool:
    clock_id = clock_of(recorded)
    return clock_id is None or clock_id in shown


def _entry(act: Sequence[Recorded], telling: Telling) -> Entry:
    first = headline(act)
    delay, is_watch = first.recorded_at - first.occurred_at, isinstance(first.event, ClockEvent)
    return Entry(
        key=f"{first.stream_id}-{first.version}",
        name=first.name,
        happened_at=first.occurred_at,
        recorded_at=first.recorded_at,
        by=recorded_by(first.actor, telling),
        sentence=telling.sentence(first),
        note=telling.note(first),
        changes=tuple(telling.sentence(each) for each in act if each is not first),
        late=delay if delay > _LATE and not is_watch else None,
        is_watch=is_watch,
    )


def recorded_by(actor: str, telling: Telling) -> str:
    """Return who recorded it: the role in words, and the name that its token gave."""
    role, separator, subject = actor.partition(":")
    key = f"claim.actors.{role}"
    if not telling.words.knows(key):
        return actor
    return telling.words("claim.by", role=telling.words(key), subject=subject) if separator else telling.words(key)
