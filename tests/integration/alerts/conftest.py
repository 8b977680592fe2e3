"""A running service and a receiver for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.integration.alerts.receiver import Receiver
from tests.integration.alerts.service import Service, running
from tests.support.postgres import Database


@pytest.fixture
async def service(notifications_database: Database, tmp_path: Path) -> AsyncIterator[Service]:
    """The service on a fresh database, logged in as it is in production."""
    async with running(notifications_database.url("notifications_service"), tmp_path) as started:
        yield started


@pytest.fixture
async def sandbox_service(notifications_sandbox_database: Database, tmp_path: Path) -> AsyncIterator[Service]:
    """The same as a sandbox."""
    url = notifications_sandbox_database.url("notifications_service")
    async with running(url, tmp_path, sandbox=True) as started:
        yield started


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A receiver that answers 200 until it is told otherwise."""
    async with Receiver() as listening:
        yield listening
