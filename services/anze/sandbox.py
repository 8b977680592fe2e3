"""Sets the clock of a fresh sandbox to where its user wants to begin."""

import asyncio
import time
from datetime import datetime, timedelta

import asyncpg

from anze.databases import Databases
from anze.errors import StartError

_TIMEOUT_SECONDS = 10
NOW = "now"


def parse_start(text: str) -> datetime | None:
    """The moment given with --sandbox; None for now. StartError if it is not RFC 3339 with an offset."""
    if text == NOW:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise StartError(f"--sandbox={text} is not a moment with an offset, such as 2026-03-02T09:00+08:00.")
    return moment


def begin(databases: Databases, start: datetime) -> bool:
    """Set both clocks to the start, if nothing has been recorded yet; whether it was done."""
    return asyncio.run(_begin(databases, start))


async def _begin(databases: Databases, start: datetime) -> bool:
    claims = await asyncpg.connect(databases.claims, command_timeout=_TIMEOUT_SECONDS)
    notifications = await asyncpg.connect(databases.notifications, command_timeout=_TIMEOUT_SECONDS)
    try:
        fresh = await claims.fetchval(
            "select not exists (select from events) and coalesce((select offset_us from sandbox_clock), 0) = 0"
        )
        if not fresh:
            return False
        offset_us = _microseconds(start) - time.time_ns() // 1000
        # Notifications first: its clock may be ahead of the claims', never behind what claims sends it.
        for connection in (notifications, claims):
            await _set(connection, offset_us)
    finally:
        await claims.close()
        await notifications.close()
    return True


async def _set(connection: asyncpg.Connection, offset_us: int) -> None:
    status = await connection.execute("update sandbox_clock set offset_us = $1", offset_us)
    if status != "UPDATE 1":
        raise StartError("A database has no sandbox clock: its migrations are of another version.")


def _microseconds(moment: datetime) -> int:
    return (moment - datetime.fromisoformat("1970-01-01T00:00:00+00:00")) // timedelta(microseconds=1)
