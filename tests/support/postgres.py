"""Fixtures that give tests a real PostgreSQL: one server a session, a fresh migrated database a test."""

import importlib
import importlib.util
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from anze.postgres import Cluster

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Database:
    """A database of its own for one test."""

    cluster: Cluster
    name: str

    def url(self, user: str = "postgres") -> str:
        """Where one role finds it: postgres, claims_command, claims_worker or notifications_service."""
        return self.cluster.url(self.name, user)


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
def claims_database(cluster: Cluster, claims_template: str) -> Iterator[Database]:
    """A fresh claims database; `url(role)` is its address."""
    yield from _copy(cluster, claims_template)


@pytest.fixture
def notifications_database(cluster: Cluster, notifications_template: str) -> Iterator[Database]:
    """A fresh notifications database; `url(role)` is its address."""
    yield from _copy(cluster, notifications_template)


@pytest.fixture
def claims_sandbox_database(cluster: Cluster, claims_sandbox_template: str) -> Iterator[Database]:
    """A fresh claims database of a sandbox."""
    yield from _copy(cluster, claims_sandbox_template)


@pytest.fixture
def notifications_sandbox_database(cluster: Cluster, notifications_sandbox_template: str) -> Iterator[Database]:
    """A fresh notifications database of a sandbox."""
    yield from _copy(cluster, notifications_sandbox_template)


@pytest.fixture
def empty_database(cluster: Cluster) -> Iterator[Database]:
    """A database with nothing in it, as a first migration finds it."""
    yield from _copy(cluster, None)


def _template(cluster: Cluster, service: str, *, sandbox: bool = False) -> str:
    name = f"template_{service}{'_sandbox' if sandbox else ''}"
    cluster.create_database(name)
    if importlib.util.find_spec(f"{service}.migrations") is not None:
        migrations = importlib.import_module(f"{service}.migrations")
        if hasattr(migrations, "migrate"):
            migrations.migrate(cluster.url(name), sandbox=sandbox)
    return name


def _copy(cluster: Cluster, template: str | None) -> Iterator[Database]:
    name = f"test_{next(_numbers)}"
    cluster.create_database(name, template)
    yield Database(cluster, name)
    cluster.drop_database(name)
