"""A sandbox for the tests that speak to it over HTTP: its time is known, and it is started once."""

import asyncio
from collections.abc import Iterator
from datetime import datetime

import asyncpg
import pytest
from tests.acceptance.scene import Query, Scene
from tests.support.callers import Callers
from tests.support.machine import Instance, running
from tests.support.recipients import OPERATIONS, REGULATOR, subscribe
from tests.support.reports import report

from anze.demo.receiver import Receiver

START = datetime.fromisoformat("2026-03-03T09:00:00+08:00")


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Everything running since Tuesday 3 March 2026, nine o'clock; an insurer's operations and a regulator hear."""
    with pytest.MonkeyPatch.context() as patched:
        for name in ("CLAIMS_DATABASE_URL", "NOTIFICATIONS_DATABASE_URL"):
            patched.delenv(name, raising=False)
        data = tmp_path_factory.mktemp("acceptance") / "data"
        with Receiver((OPERATIONS, REGULATOR)) as receiver, running(data, START) as made:
            subscribe(made, receiver)
            yield made


@pytest.fixture(scope="session")
def callers(sandbox: Instance) -> Iterator[Callers]:
    """Everybody who may call, and some who may not."""
    everybody = Callers(sandbox)
    yield everybody
    everybody.close()


@pytest.fixture(scope="session")
def one_row(sandbox: Instance) -> Iterator[Query]:
    """Asks the database of the claims service."""
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(sandbox.machine.databases.claims))
        yield lambda statement: tuple(runner.run(connection.fetchrow(statement)))
        runner.run(connection.close())


@pytest.fixture(scope="session")
def scene(sandbox: Instance, callers: Callers, one_row: Query) -> Scene:
    """A claim that has been reported."""
    made = callers.told("/v1/claims", report(policy__number="SCENE-1"))
    return Scene(sandbox, callers, made["id"], one_row)
