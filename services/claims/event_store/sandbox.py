"""The sandbox's clock as every process sees it: the api stores where it is to go, and waits until a worker is there."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from claims.event_store.pool import SEE_ALL, Connection

_STATE = "select sandbox, offset_us, now, target_at, reached_at from sandbox_state()"
_START = """
update sandbox_clock set offset_us = (extract(epoch from $1::timestamptz - clock_timestamp()) * 1000000)::bigint
where exists (select from instance where sandbox) and not exists (select from events) and target_at is null
"""
_STEP = "select body_hash, target_at, replayed from step_sandbox($1, $2, $3)"
_POLL = 0.05


class NotASandboxError(Exception):
    """The instance lives by the wall clock; its time cannot be moved."""


class BackwardsError(Exception):
    """A sandbox's clock never goes backwards."""


@dataclass(frozen=True, slots=True)
class SandboxState:
    """How the instance stands to time."""

    sandbox: bool
    offset: timedelta
    """Business time minus wall clock; nothing outside a sandbox."""
    now: datetime
    """Business time."""
    target: datetime | None
    reached: datetime | None
    """The last target that was reached, with all that was due on the way recorded and relayed."""

    @property
    def pending(self) -> datetime | None:
        """The target that a worker still has to step to."""
        return None if self.target == self.reached else self.target


async def sandbox_state(connection: Connection | asyncpg.Pool) -> SandboxState:
    """Return the state; every role may ask."""
    row = await connection.fetchrow(_STATE)
    if row is None:
        raise RuntimeError("the database was not migrated; run `claims migrate`")
    return SandboxState(
        row["sandbox"], timedelta(microseconds=row["offset_us"]), row["now"], row["target_at"], row["reached_at"]
    )


async def set_target(connection: Connection | asyncpg.Pool, target: datetime) -> datetime:
    """Store where the clock is to go, for a worker to step there.

    Raises:
        NotASandboxError: the instance is none.
        BackwardsError: the target lies before business time, or before a target that is still being stepped to.
    """
    stored: datetime = await _stored(connection.fetchval("select set_sandbox_target($1)", target))
    return stored


async def _stored(sending: Awaitable[Any]) -> Any:
    try:
        return await sending
    except asyncpg.PostgresError as error:
        if error.sqlstate == "AZ002":
            raise NotASandboxError(str(error)) from None
        if error.sqlstate == "AZ003":
            raise BackwardsError(str(error)) from None
        raise


@dataclass(frozen=True, slots=True)
class SandboxStep:
    """Where a key sent the clock the first time it came."""

    body_hash: bytes
    target: datetime
    replayed: bool


async def step_to(connection: Connection | asyncpg.Pool, target: datetime, key: bytes, body: bytes) -> SandboxStep:
    """Store where the clock is to go, once for each key; a key that came before brings its first body and target.

    Raises as `set_target` does.
    """
    row = await _stored(connection.fetchrow(_STEP, target, key, body))
    return SandboxStep(row["body_hash"], row["target_at"], row["replayed"])


async def await_reached(connection: Connection | asyncpg.Pool, target: datetime) -> SandboxState:
    """Return when a worker has stepped to `target` or beyond; bound it with `asyncio.timeout`."""
    while True:
        state = await sandbox_state(connection)
        if state.reached is not None and state.reached >= target:
            return state
        await asyncio.sleep(_POLL)


async def start_at(connection: Connection, start: datetime) -> bool:
    """As owner: let a sandbox begin at `start`, which may be past; False once anything was recorded or stepped to."""
    async with connection.transaction():
        await connection.execute(SEE_ALL)
        done: str = await connection.execute(_START, start)
    return done == "UPDATE 1"
