"""The relay between a real log and a receiver on loopback."""

from collections.abc import AsyncIterator

import pytest
from tests.integration.alerts.receiver import Receiver
from tests.integration.projections.world import World, open_world
from tests.integration.relay.scenes import Relayed, relayed
from tests.support.postgres import Database
from tests.support.store import owner

__all__ = ["owner", "receiver", "relaying", "sandboxed", "world"]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Takes every alert with 202, until it is told otherwise."""
    async with Receiver() as listening:
        listening.always(202)
        yield listening


@pytest.fixture
async def world(claims_database: Database) -> AsyncIterator[World]:
    """Everything that reads the log, over a fresh database."""
    async with open_world(claims_database) as opened:
        yield opened


@pytest.fixture
async def relaying(world: World, receiver: Receiver) -> AsyncIterator[Relayed]:
    """A relay that sends to the receiver."""
    async with relayed(world, receiver) as relay:
        yield relay


@pytest.fixture
async def sandboxed(claims_sandbox_database: Database, receiver: Receiver) -> AsyncIterator[Relayed]:
    """A relay in a sandbox."""
    async with open_world(claims_sandbox_database) as world, relayed(world, receiver) as relay:
        yield relay
