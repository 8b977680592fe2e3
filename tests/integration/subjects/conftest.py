"""The world, with complaints and hazards in it."""

from collections.abc import AsyncIterator

import pytest
from tests.integration.alerts.receiver import Receiver
from tests.integration.projections.world import World, open_world
from tests.integration.relay.scenes import Relayed, relayed
from tests.integration.subjects.scenes import Subjects
from tests.support.postgres import Database
from tests.support.store import owner

from claims.event_store.pool import create_pool
from claims.event_store.reader import create_engine

__all__ = ["owner", "relaying", "subjects", "world"]


@pytest.fixture
async def world(claims_database: Database) -> AsyncIterator[World]:
    """Everything that reads the log, over a fresh database."""
    async with open_world(claims_database) as opened:
        yield opened


@pytest.fixture
async def subjects(claims_database: Database) -> AsyncIterator[Subjects]:
    """Complaints and hazards as the api handles them."""
    pool = await create_pool(claims_database.url("claims_command"), name="test subjects")
    engine = create_engine(claims_database.url("claims_command"), name="test subject reads")
    try:
        yield Subjects.over(pool, engine)
    finally:
        await pool.close()
        await engine.dispose()


@pytest.fixture
async def relaying(world: World) -> AsyncIterator[Relayed]:
    """A relay that sends to a receiver."""
    async with Receiver() as receiver:
        receiver.always(202)
        async with relayed(world, receiver) as relay:
            yield relay
