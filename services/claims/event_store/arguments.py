"""Commits as the arguments of the database function `append`: parallel arrays, each row led by its command's id."""

from collections.abc import Sequence
from typing import Any

import orjson

from claims.application.rows import Answer, ClockColumns, Commit
from claims.domain.moments import NEVER

STATEMENT = f"select append({', '.join(f'${n}' for n in range(1, 34))})"


def arguments(commits: Sequence[Commit]) -> tuple[Any, ...]:
    """Return what `STATEMENT` is executed with; ValueError if an answer renders a stream its command does not write."""
    return (
        *_columns(4, [(c.command_id, c.tenant, c.actor, c.correlation_id) for c in commits]),
        *_columns(11, [row for c in commits for row in _gates(c)]),
        *_columns(7, [row for c in commits for row in _events(c)]),
        *_columns(
            6,
            [
                (c.command_id, s.stream_id, s.kind, s.region, s.policy_stream, s.broker)
                for c in commits
                for s in c.streams
            ],
        ),
        *_columns(4, [(c.command_id, k.stream_id, k.person_id, k.wrapped) for c in commits for k in c.person_keys]),
        _clocks(commits),
    )


def _columns(width: int, rows: list[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]


def _gates(commit: Commit) -> list[tuple[Any, ...]]:
    answer = commit.answer
    if answer is not None and answer.stream_id not in commit.gates:
        raise ValueError(f"command {commit.command_id} answers with a stream that it does not write")
    return [
        (commit.command_id, stream_id, first, *_answer(answer if answer and answer.stream_id == stream_id else None))
        for stream_id, first in commit.gates.items()
    ]


def _answer(answer: Answer | None) -> tuple[Any, ...]:
    if answer is None:
        return (None,) * 8
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


def _events(commit: Commit) -> list[tuple[Any, ...]]:
    return [
        (commit.command_id, e.stream_id, e.version, e.name, e.schema_version, e.payload, e.occurred_at)
        for e in commit.events
    ]


def _clocks(commits: Sequence[Commit]) -> str | None:
    rows = [_clock(commit, clock) for commit in commits for clock in commit.clocks]
    return orjson.dumps(rows).decode() if rows else None


def _clock(commit: Commit, clock: ClockColumns) -> dict[str, Any]:
    return {
        "id": str(commit.command_id),
        "clock_id": str(clock.clock_id),
        "subject": str(clock.subject),
        "rule": clock.rule,
        "round": clock.round,
        "scope": clock.scope,
        "tier": clock.tier,
        "responsible": clock.responsible,
        "region": clock.region,
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "due_date": clock.due_date,
        "limit_amount": clock.limit_amount,
        "limit_unit": clock.limit_unit,
        "generation": clock.generation,
        "flags": clock.flags,
        "rulebook": clock.rulebook,
        "calendar_version": clock.calendar_version,
        "provisional": clock.provisional,
        "marks": ["infinity" if mark == NEVER else mark for mark in clock.marks],
        "ended_at": clock.ended_at,
        "ended_as": clock.ended_as,
    }
