"""In a sandbox notifications hears of the clock before it hears of what happened by it."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from tests.integration.relay.scenes import Relayed

from claims.event_store.sandbox import sandbox_state


async def moved(relaying: Relayed, by: timedelta) -> timedelta:
    """Move the sandbox's clock on."""
    await relaying.world.pool.execute("update sandbox_clock set offset_us = $1", by // timedelta(microseconds=1))
    return (await sandbox_state(relaying.world.pool)).offset


async def test_the_offset_comes_before_the_alerts_that_were_recorded_by_it(sandboxed: Relayed) -> None:
    offset = await moved(sandboxed, timedelta(days=3))
    await sandboxed.a_late_rescue("a")
    await sandboxed.drain()
    paths = [each.path for each in sandboxed.receiver.received]
    assert paths[0] == "/v1/sandbox/clock"
    assert paths.count("/v1/sandbox/clock") == 1
    assert sandboxed.offsets() == [offset]
    assert all(each["data"]["sandbox"] for each in sandboxed.told())


async def test_a_clock_that_lies_in_the_past_is_told_as_it_is(sandboxed: Relayed) -> None:
    offset = await moved(sandboxed, timedelta(days=-20))
    await sandboxed.drain()
    assert offset < timedelta()
    assert sandboxed.offsets() == [offset]


async def test_a_step_is_settled_when_everything_recorded_was_relayed(sandboxed: Relayed) -> None:
    loop = asyncio.create_task(sandboxed.relay.run())
    offset = await moved(sandboxed, timedelta(days=5))
    await sandboxed.a_late_rescue("a")
    async with asyncio.timeout(10):
        await sandboxed.relay.settled(offset)
    assert len(sandboxed.told()) == 3
    assert sandboxed.offsets()[-1] == offset
    loop.cancel()
    with suppress(asyncio.CancelledError):
        await loop


async def test_outside_a_sandbox_no_clock_is_told(relaying: Relayed) -> None:
    await relaying.a_late_rescue("a")
    await relaying.drain()
    assert relaying.offsets() == []
    assert not any(each["data"]["sandbox"] for each in relaying.told())
