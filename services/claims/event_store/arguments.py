"""Commits as the arguments of the database function `append`: every row names its gate, every gate its command."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from claims.application.rows import Answer, ClockColumns, Commit, StreamHeader
from claims.domain.moments import NEVER
from claims.event_store.errors import AppendRefusedError

STATEMENT = f"select unnest(append({', '.join(f'${n}' for n in range(1, 9))}))"

_INFINITY = datetime.max  # noqa: DTZ901  (the driver sends it, without an offset, as infinity)
_NO_ANSWER = (*(None,) * 7, False)
_NO_HEADER = (None,) * 4


def arguments(commits: Sequence[Commit]) -> tuple[Any, ...]:
    """Return what `STATEMENT` is executed with.

    Raises:
        AppendRefusedError: a row belongs to a stream that its command does not write.
        ValueError: an answer renders a stream that its command does not write.
    """
    places = _Places(commits)
    events = [(places.of(number, e.stream_id), e) for number, c in enumerate(commits, 1) for e in c.events]
    clocks = [(places.of(number, k.subject), k) for number, c in enumerate(commits, 1) for k in c.clocks]
    # Sorted like the gates: their commands' tenants, then their ids.
    clocks.sort(key=lambda row: (places.tenant(row[0]), row[1].clock_id))
    return (
        [c.command_id for c in commits],
        [c.tenant for c in commits],
        [c.actor for c in commits],
        [c.correlation_id for c in commits],
        _gates(commits, places, Counter(place for place, _ in events)),
        [(place, e.version, e.name, e.schema_version, e.payload, e.occurred_at) for place, e in events],
        sorted(
            (places.of(number, k.stream_id), k.person_id, k.wrapped)
            for number, c in enumerate(commits, 1)
            for k in c.person_keys
        ),
        [_clock(place, k) for place, k in clocks],
    )


class _Places:
    """The gates of all commands, sorted so that two calls take their locks in one order, and where each one stands."""

    def __init__(self, commits: Sequence[Commit]) -> None:
        self.commits = commits
        self.gates = sorted(
            (commit.tenant, stream_id, number) for number, commit in enumerate(commits, 1) for stream_id in commit.gates
        )
        self._places = {(number, stream_id): place for place, (_, stream_id, number) in enumerate(self.gates, 1)}

    def of(self, number: int, stream_id: UUID) -> int:
        """Return the place of the gate through which a row of command `number` goes."""
        place = self._places.get((number, stream_id))
        if place is None:
            command_id = self.commits[number - 1].command_id
            raise AppendRefusedError(f"a row outside the gates of its command {command_id}: stream {stream_id}")
        return place

    def tenant(self, place: int) -> str:
        """Return the tenant of the gate there."""
        return self.gates[place - 1][0]


def _gates(commits: Sequence[Commit], places: _Places, said: Counter[int]) -> list[tuple[Any, ...]]:
    headers: dict[int, StreamHeader] = {}
    for number, commit in enumerate(commits, 1):
        for header in commit.streams:
            headers.setdefault(places.of(number, header.stream_id), header)
        if commit.answer is not None and commit.answer.stream_id not in commit.gates:
            raise ValueError(f"command {commit.command_id} answers with a stream that it does not write")
    return [
        (
            number,
            stream_id,
            first := commits[number - 1].gates[stream_id],
            first + said[place] - 1,
            *_answer(commits[number - 1].answer, stream_id),
            *_header(headers.get(place)),
        )
        for place, (_, stream_id, number) in enumerate(places.gates, 1)
    ]


def _header(header: StreamHeader | None) -> tuple[Any, ...]:
    return (header.kind, header.region, header.policy_stream, header.broker) if header is not None else _NO_HEADER


def _answer(answer: Answer | None, stream_id: UUID) -> tuple[Any, ...]:
    if answer is None or answer.stream_id != stream_id:
        return _NO_ANSWER
    return (
        answer.key_hash,
        answer.body_hash,
        answer.status,
        answer.version,
        answer.companion_version,
        answer.judged_at,
        answer.detail,
        answer.kept_for_ever,
    )


def _clock(place: int, clock: ClockColumns) -> tuple[Any, ...]:
    return (
        place,
        clock.clock_id,
        clock.rule,
        clock.round,
        clock.scope,
        clock.tier,
        clock.responsible,
        clock.region,
        clock.started_at,
        clock.due_at,
        clock.due_date,
        clock.limit_amount,
        clock.limit_unit,
        clock.generation,
        clock.flags,
        clock.rulebook,
        clock.calendar_version,
        clock.provisional,
        [_INFINITY if mark == NEVER else mark for mark in clock.marks],
        clock.ended_at,
        clock.ended_as,
    )
