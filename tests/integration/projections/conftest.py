"""The world that the tests of lists, clocks and feed live in."""

from collections.abc import AsyncIterator

import pytest
from tests.integration.projections.world import World, open_world
from tests.support.postgres import Database
from tests.support.store import owner

__all__ = ["owner", "world"]


@pytest.fixture
async def world(claims_database: Database) -> AsyncIterator[World]:
    """Everything that reads the log, over a fresh database."""
    async with open_world(claims_database) as opened:
        yield opened
