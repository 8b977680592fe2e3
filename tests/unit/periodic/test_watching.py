"""The loop that opens periods: it goes on after a lost connection, and any other error ends it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.support.story import calendar, rulebooks

from claims.watch import periods
from claims.watch.periods import PeriodWatch


class Reference:
    """What is packaged."""

    rulebooks = rulebooks()
    calendar = calendar()


class Pool:
    """A database that answers with errors, then with nobody registered."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.asked = asyncio.Event()

    async def fetchval(self, _: str) -> datetime:
        if self.errors:
            raise self.errors.pop(0)
        self.asked.set()
        return datetime(2026, 3, 2, tzinfo=UTC)

    async def fetch(self, _: str) -> list[Any]:
        return []


class Heard:
    """What the loop tells."""

    def __init__(self) -> None:
        self.errors: list[Exception] = []

    def opened(self, party: str, count: int) -> None: ...

    def lost(self, error: Exception) -> None:
        self.errors.append(error)


@asynccontextmanager
async def running(pool: Pool, heard: Heard) -> AsyncIterator["asyncio.Task[object]"]:
    """The loop, as a task."""
    watch = PeriodWatch(pool, None, Reference(), heard)  # type: ignore[arg-type]
    task: asyncio.Task[object] = asyncio.create_task(watch.run())
    yield task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_lost_connection_is_told_and_the_loop_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(periods, "PAUSE", 0.001)
    lost, heard = ConnectionResetError("gone"), Heard()
    pool = Pool(lost)
    async with running(pool, heard), asyncio.timeout(5):
        await pool.asked.wait()
    assert heard.errors == [lost]


async def test_any_other_error_ends_the_loop_and_with_it_the_process() -> None:
    heard = Heard()
    async with running(Pool(RuntimeError("a mistake")), heard) as task, asyncio.timeout(5):
        with pytest.raises(RuntimeError, match="a mistake"):
            await task
    assert heard.errors == []
