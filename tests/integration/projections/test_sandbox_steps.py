"""Where a key sent a sandbox's clock is known to every process and outlives the one that took it."""

from datetime import timedelta

import asyncpg
import pytest
from tests.support.postgres import Database
from tests.support.store import NOON

from claims.api.services import BackwardsError
from claims.api.stored_clock import StoredSandboxClock
from claims.event_store.pool import open_pool
from claims.event_store.sandbox import sandbox_state, start_at


async def test_a_key_sends_the_clock_once_whatever_process_takes_it(claims_sandbox_database: Database) -> None:
    owner = await asyncpg.connect(claims_sandbox_database.url(), command_timeout=30)
    assert await start_at(owner, NOON)
    target = NOON + timedelta(days=3)
    for number in range(2):
        async with open_pool(claims_sandbox_database.url("claims_command"), name="test api") as pool:
            step = await StoredSandboxClock(pool).step(target + timedelta(days=number), b"key", b"body")
            assert (step.target, step.body_hash, step.replayed) == (target, b"body", number == 1)
            assert (await sandbox_state(pool)).target == target
            with pytest.raises(BackwardsError):
                await StoredSandboxClock(pool).step(NOON, b"other key", b"body")
    assert await owner.fetchval("select count(*) from sandbox_steps") == 1
    await owner.close()
