"""A database of its own for each module: three insurers' claims, told up to Wednesday 9 December 2026, 10:00."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import asyncpg
import pytest
from tests.integration.projections.world import REFERENCE, World, open_world
from tests.support.postgres import Database
from tests.support.year_of_claims import tell_the_year

from anze.postgres import Cluster
from claims.application.board_queries import Board
from claims.application.rows import Scope
from claims.event_store.reader import Reader, create_engine
from claims.projections.board import BoardReader
from claims.projections.reporting import ReportFigures

OPERATIONS = Scope("operations", tenant="picc-sz")
OTHER_OPERATIONS = Scope("operations", tenant="cpic-sz")
GUANGDONG = Scope("regulator", region="440000")
BEIJING = Scope("regulator", region="110000")
ADMIN = Scope("admin")
BROKER = Scope("broker", broker="mingya")
SCOPES = (OPERATIONS, OTHER_OPERATIONS, GUANGDONG, BEIJING, ADMIN, BROKER)


@dataclass
class Boards:
    """The board's queries and everything beside, on a told database."""

    board: Board
    figures: ReportFigures
    world: World
    owner: asyncpg.Connection

    async def seen(self, scope: Scope, statement: str) -> list[asyncpg.Record]:
        """What the scope sees by a plain statement: the policies and nothing else decide."""
        async with self.owner.transaction():
            await self.owner.execute(
                "select set_config('role', 'claims_read', true), set_config('anze.role', $1, true),"
                " set_config('anze.tenant', $2, true), set_config('anze.broker', $3, true),"
                " set_config('anze.region', $4, true)",
                scope.role, scope.tenant or "", scope.broker or "", scope.region or "",
            )  # fmt: skip
            return list(await self.owner.fetch(statement))


@pytest.fixture(scope="session")
def board_template(cluster: Cluster, claims_sandbox_template: str) -> str:
    """The name of a database that has seen a small year; tests copy it."""
    name = "template_board"
    cluster.create_database(name, claims_sandbox_template)

    async def tell() -> None:
        owner = await asyncpg.connect(cluster.url(name))
        async with open_world(Database(cluster, name)) as world:
            await tell_the_year(world.service.commands, world.pool, owner, ended=24, running=20)
            await world.follow()
        await owner.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, tell()).result()
    return name


@pytest.fixture(scope="module")
def board_database(cluster: Cluster, board_template: str) -> Iterator[Database]:
    """A copy of it for a module."""
    database = Database(cluster, "test_board")
    cluster.create_database(database.name, board_template)
    yield database
    cluster.drop_database(database.name)


@pytest.fixture
async def boards(board_database: Database) -> AsyncIterator[Boards]:
    """The board over it."""
    engine = create_engine(board_database.url("claims_command"), name="test board")
    reader = Reader(engine)
    owner = await asyncpg.connect(board_database.url())
    async with open_world(board_database) as world:
        yield Boards(Board(BoardReader(reader), REFERENCE), ReportFigures(reader), world, owner)
    await owner.close()
    await engine.dispose()
