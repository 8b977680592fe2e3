"""The write path on PostgreSQL: `load` and `append` are one database function and one round trip each."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from itertools import groupby
from operator import attrgetter
from typing import TypeVar
from uuid import UUID

import asyncpg
import stamina

from claims.application.rows import Answer, Commit, Loaded, PersonKey, Scope, StoredEventRow, StreamHeader
from claims.event_store.arguments import STATEMENT, arguments
from claims.event_store.errors import AppendRefusedError, RoleUnknownError, StoreUnavailableError
from claims.event_store.pool import is_lost, is_passing

ROLES = frozenset({"insurer", "broker", "operations", "regulator", "admin", "worker"})

PATIENCE = timedelta(seconds=15)
"""How long a restarted server is waited for before the caller is told."""

_LOAD = "select * from load($1, $2, $3, $4, $5, $6)"
_REFUSED = ("AZ001", "23505")

T = TypeVar("T")


class PostgresEventStore:
    """Fulfils the port `EventStore` over a pool of connections."""

    def __init__(self, pool: asyncpg.Pool, *, patience: timedelta = PATIENCE) -> None:
        """Take the pool of `claims.event_store.pool.create_pool`; it stays the caller's to close."""
        self._pool = pool
        self._patience = patience

    async def load(self, scope: Scope, stream_ids: Sequence[UUID], key_hash: bytes | None = None) -> Loaded:
        """Return the streams that the scope may see, and the earlier answer to the key.

        For a broker that reports a claim, `scope.tenant` is the insurer it reports to: the key is looked for there, and
        nothing else is opened by it. Elsewhere a broker's key is looked for in the tenant of the first stream.

        Raises:
            RoleUnknownError: no policy knows the role.
            StoreUnavailableError: the database did not answer, also after retries.
        """
        if scope.role not in ROLES:
            raise RoleUnknownError(f"no policy of the database knows the role {scope.role!r}")
        who = (scope.role, scope.tenant, scope.broker, scope.region)
        row = await self._insist(lambda: self._pool.fetchrow(_LOAD, *who, list(stream_ids), key_hash))
        if row is None:  # pragma: no cover  (the function always returns one row)
            raise StoreUnavailableError("the database has no clock row; run `claims migrate`")
        return _loaded(row)

    async def append(self, commits: Sequence[Commit]) -> frozenset[UUID]:
        """Store each commit whole or not at all; return the ids of those stored, also by an earlier try.

        After a lost connection the same commits are sent again: their gate rows say whether they were stored.

        Raises:
            AppendRefusedError: a commit would break its stream; none is stored.
            StoreUnavailableError: the database did not answer; whether they were stored is not known.
        """
        if not commits:
            return frozenset()
        given = arguments(commits)
        try:
            rows = await self._insist(lambda: self._pool.fetch(STATEMENT, *given))
        except asyncpg.PostgresError as error:
            if error.sqlstate in _REFUSED:
                raise AppendRefusedError(str(error)) from error
            raise
        return frozenset(row[0] for row in rows)

    async def _insist(self, call: Callable[[], Awaitable[T]]) -> T:
        """Try again in a new transaction while that can help, with a growing pause."""
        try:
            async for attempt in stamina.retry_context(
                on=is_passing,
                attempts=None,
                timeout=self._patience,
                wait_initial=0.01,
                wait_max=1.0,
                wait_jitter=0.02,
            ):
                with attempt:
                    return await call()
        except Exception as error:
            if is_lost(error):
                raise StoreUnavailableError(f"the database did not answer: {type(error).__name__} {error}") from error
            raise
        raise AssertionError("a retry ends with a result or an error")  # pragma: no cover


def _loaded(row: asyncpg.Record) -> Loaded:
    return Loaded(
        tenant=row["tenant"],
        events=_events(row),
        headers=_headers(row),
        person_keys=tuple(
            PersonKey(person, stream, wrapped)
            for person, stream, wrapped in zip(
                row["k_person"] or (), row["k_stream"] or (), row["k_wrapped"] or (), strict=True
            )
        ),
        answer=_answer(row),
        now=row["now"],
        sandbox_offset=timedelta(microseconds=row["offset_us"]),
    )


_EVENT_COLUMNS = (
    "e_tenant",
    "e_stream",
    "e_version",
    "e_name",
    "e_schema",
    "e_payload",
    "e_occurred",
    "e_recorded",
    "e_actor",
    "e_correlation",
    "e_causation",
    "e_digest",
)


def _events(row: asyncpg.Record) -> dict[UUID, tuple[StoredEventRow, ...]]:
    columns = [row[name] or () for name in _EVENT_COLUMNS]
    events = (StoredEventRow(*fields) for fields in zip(*columns, strict=True))
    return {stream_id: tuple(its) for stream_id, its in groupby(events, attrgetter("stream_id"))}


def _headers(row: asyncpg.Record) -> dict[UUID, StreamHeader]:
    columns = [row[name] or () for name in ("h_stream", "h_kind", "h_region", "h_policy", "h_broker")]
    headers = (StreamHeader(*fields) for fields in zip(*columns, strict=True))
    return {header.stream_id: header for header in headers}


def _answer(row: asyncpg.Record) -> Answer | None:
    if row["key_hash"] is None:
        return None
    return Answer(
        key_hash=row["key_hash"],
        body_hash=row["body_hash"],
        status=row["status"],
        stream_id=row["answer_stream"],
        version=row["answer_version"],
        companion_version=row["companion_version"],
        judged_at=row["judged_at"],
        detail=row["detail"],
        kept_for_ever=row["kept_for_ever"],
    )
