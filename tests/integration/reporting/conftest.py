"""The interface over a real database that has seen March 2026."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import asyncpg
import httpx2
import pytest
from tests.integration.projections.world import World, open_world
from tests.integration.reporting.march import Teller, tell_march
from tests.support.postgres import Administrator, Database, borrowed
from tests.support.store import owner
from tests.unit.api.conftest import application, claims_of, feed, make_client, past, services, signed

from anze.postgres import Cluster
from claims.api.services import ApiServices
from claims.application.reporting import Reporting
from claims.event_store.reader import Reader, create_engine
from claims.projections.reporting import ReportFigures
from claims.reference.kpi_source import packaged_kpis

__all__ = ["application", "feed", "make_client", "owner", "past", "services"]


@dataclass
class Reports:
    """Reads over HTTP as a role, on the database."""

    client: httpx2.AsyncClient
    world: World

    async def ask(self, path: str, role: str = "insurer", accept: str = "*/*", **claims: str) -> httpx2.Response:
        """Send one read, whatever comes of it."""
        headers = {"Authorization": f"Bearer {signed(claims_of(role, **claims))}", "Accept": accept}
        return await self.client.get(path, headers=headers)

    async def read(self, path: str, role: str = "insurer", **claims: str) -> dict[str, object]:
        """Read what must be there."""
        answer = await self.ask(path, role, **claims)
        assert answer.is_success, answer.text
        found: dict[str, object] = answer.json()
        return found


@pytest.fixture(scope="session")
def march_template(cluster: Cluster, claims_template: str) -> str:
    """The name of a database that has seen the month; tests copy it."""
    name = "template_march"
    cluster.create_database(name, claims_template)

    async def tell() -> None:
        async with open_world(Database(cluster, name)) as opened:
            await tell_march(opened)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, tell()).result()
    return name


@pytest.fixture
def claims_database(administrator: Administrator, march_template: str) -> Iterator[Database]:
    yield from borrowed(administrator, march_template)


@pytest.fixture
async def world(claims_database: Database) -> AsyncIterator[World]:
    async with open_world(claims_database) as opened:
        yield opened


@pytest.fixture
async def reports(
    world: World,
    claims_database: Database,
    services: ApiServices,
    make_client: Callable[[ApiServices], httpx2.AsyncClient],
) -> AsyncIterator[Reports]:
    engine = create_engine(claims_database.url("claims_command"), name="test reports")
    figures = Reporting(ReportFigures(Reader(engine)), packaged_kpis())
    async with make_client(replace(services, reports=figures)) as client:
        yield Reports(client, world)
    await engine.dispose()


@pytest.fixture
def march(world: World) -> Teller:
    """Who told the month, and can go on telling."""
    return Teller(world)


@pytest.fixture
async def now_is(owner: asyncpg.Connection) -> Callable[[str], object]:
    """Sets business time, in Shanghai."""

    async def set_now(text: str) -> None:
        await owner.execute(
            "update sandbox_clock set offset_us ="
            " (extract(epoch from cast($1::text as timestamptz) - clock_timestamp()) * 1000000)::bigint",
            f"{text}+08:00",
        )

    return set_now
