"""Fixtures that give tests a real PostgreSQL: one server a session, a migrated database as good as new a test."""

import asyncio
import importlib
import importlib.util
import itertools
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest
from tests.support.reused import Reused

from anze.postgres import Cluster

T = TypeVar("T")

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Database:
    """A database of its own for one test."""

    cluster: Cluster
    name: str

    def url(self, user: str = "postgres") -> str:
        """Where one role finds it: postgres, claims_command, claims_worker or notifications_service."""
        return self.cluster.url(self.name, user)


@dataclass(slots=True)
class Administrator:
    """One connection that makes and drops what a thousand tests need: a `psql` each would cost as much as the drop."""

    cluster: Cluster
    _runner: asyncio.Runner = field(default_factory=lambda: asyncio.Runner(loop_factory=asyncio.new_event_loop))
    _connection: asyncpg.Connection | None = None
    _idle: defaultdict[str, list[Reused]] = field(default_factory=lambda: defaultdict(list))

    def lend(self, template: str) -> Reused:
        """A database like the template: one that a test has used before and that was put back, or a new copy."""
        if idle := self._idle[template]:
            return idle.pop()
        name = f"test_{next(_numbers)}"
        self.copy(template, name)
        return self._run(Reused.of(self.cluster.url(name), name, template))

    def take_back(self, lent: Reused) -> None:
        """Put it back as it was, or throw it away where that cannot be done."""
        if self._run(lent.put_back()):
            self._idle[lent.template].append(lent)
            return
        self._run(lent.close())
        self.drop(lent.name)

    def copy(self, template: str | None, name: str) -> None:
        """Make a database, as a copy of a template if one is given."""
        self._execute(f"create database {name}" + (f" template {template} strategy file_copy" if template else ""))

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still connected to it."""
        self._execute(f"drop database {name} with (force)")

    def close(self) -> None:
        """Leave the server."""
        for idle in self._idle.values():
            for each in idle:
                self._run(each.close())
        if self._connection is not None:
            self._run(self._connection.close(timeout=5))
        self._runner.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def _execute(self, statement: str) -> None:
        try:
            self._run(self._say(statement))
        except (asyncpg.ConnectionDoesNotExistError, asyncpg.InterfaceError, OSError):
            # A test has restarted the server.
            self._connection = None
            self._run(self._say(statement))

    async def _say(self, statement: str) -> None:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(self.cluster.url("postgres"))
        await self._connection.execute(statement)


@pytest.fixture(scope="session")
def postgres_version() -> int:
    """The major version that this run of the tests is on."""
    return int(os.environ.get("ANZE_TEST_POSTGRES", "18"))


@pytest.fixture(scope="session")
def cluster(postgres_version: int) -> Iterator[Cluster]:
    """One server for the session; it forgets its data when it ends."""
    folder = Path(tempfile.mkdtemp(prefix="anze-test-"))
    server = Cluster(folder, version=postgres_version, durable=False)
    server.start()
    yield server
    server.stop("immediate")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def administrator(cluster: Cluster) -> Iterator[Administrator]:
    """Makes the databases of the tests."""
    made = Administrator(cluster)
    yield made
    made.close()


@pytest.fixture(scope="session")
def claims_template(cluster: Cluster) -> str:
    """The name of a migrated claims database that tests copy."""
    return _template(cluster, "claims")


@pytest.fixture(scope="session")
def notifications_template(cluster: Cluster) -> str:
    """The name of a migrated notifications database that tests copy."""
    return _template(cluster, "notifications")


@pytest.fixture(scope="session")
def claims_sandbox_template(cluster: Cluster) -> str:
    """The name of a migrated claims database that is a sandbox."""
    return _template(cluster, "claims", sandbox=True)


@pytest.fixture(scope="session")
def notifications_sandbox_template(cluster: Cluster) -> str:
    """The name of a migrated notifications database that is a sandbox."""
    return _template(cluster, "notifications", sandbox=True)


@pytest.fixture
def claims_database(administrator: Administrator, claims_template: str) -> Iterator[Database]:
    """A claims database as good as new; `url(role)` is its address."""
    yield from borrowed(administrator, claims_template)


@pytest.fixture
def notifications_database(administrator: Administrator, notifications_template: str) -> Iterator[Database]:
    """A notifications database as good as new; `url(role)` is its address."""
    yield from borrowed(administrator, notifications_template)


@pytest.fixture
def claims_sandbox_database(administrator: Administrator, claims_sandbox_template: str) -> Iterator[Database]:
    """A claims database of a sandbox, as good as new."""
    yield from borrowed(administrator, claims_sandbox_template)


@pytest.fixture
def notifications_sandbox_database(
    administrator: Administrator, notifications_sandbox_template: str
) -> Iterator[Database]:
    """A notifications database of a sandbox, as good as new."""
    yield from borrowed(administrator, notifications_sandbox_template)


@pytest.fixture
def empty_database(administrator: Administrator) -> Iterator[Database]:
    """A database with nothing in it, as a first migration finds it."""
    name = f"test_{next(_numbers)}"
    administrator.copy(None, name)
    yield Database(administrator.cluster, name)
    administrator.drop(name)


def borrowed(administrator: Administrator, template: str) -> Iterator[Database]:
    """A database like the template for as long as a test needs it."""
    lent = administrator.lend(template)
    yield Database(administrator.cluster, lent.name)
    administrator.take_back(lent)


def _template(cluster: Cluster, service: str, *, sandbox: bool = False) -> str:
    name = f"template_{service}{'_sandbox' if sandbox else ''}"
    cluster.create_database(name)
    if importlib.util.find_spec(f"{service}.migrations") is not None:
        migrations = importlib.import_module(f"{service}.migrations")
        if hasattr(migrations, "migrate"):
            migrations.migrate(cluster.url(name), sandbox=sandbox)
    return name
