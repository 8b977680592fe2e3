"""The board as `claims api` serves it, over a database that is there: asked in process, by somebody signed in."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import orjson
from joserfc.jwk import ECKey
from pydantic import SecretStr
from starlette.responses import Response
from starlette.routing import Mount, Router
from starlette.types import ASGIApp
from tests.support.postgres import Database

from claims.application.calls import Caller
from claims.bootstrap.board import open_board
from claims.bootstrap.board_sign_in import board_sessions
from claims.bootstrap.interface import POOL_OF_API, READERS
from claims.bootstrap.parts import open_parts
from claims.bootstrap.reading import ROLE_OF_API, reading
from claims.dashboard.sessions import Sessions
from claims.event_store.reader import Reader, create_engine
from claims.event_store.store import PostgresEventStore
from claims.settings import Settings

_MASTER_KEY = base64.b64encode(bytes(range(32))).decode()


class Pages:
    """Who opens pages of a board."""

    def __init__(self, board: ASGIApp, sessions: Sessions) -> None:
        self._transport = httpx2.ASGITransport(Router([Mount("/board", board)]))
        self._sessions = sessions

    def browser(self, caller: Caller) -> httpx2.AsyncClient:
        """Return a client with a session of its own; nothing of it has to be closed."""
        answer = Response()
        self._sessions.begin(answer, caller, caller.subject)
        cookie = answer.headers["set-cookie"].partition(";")[0]
        return httpx2.AsyncClient(
            transport=self._transport, base_url="http://127.0.0.1:8400/board", headers={"Cookie": cookie}
        )


@asynccontextmanager
async def board_pages(database: Database, folder: Path) -> AsyncIterator[Pages]:
    """Yield the board on a sandbox database, wired as the interface wires it; `folder` takes its keys."""
    settings = _settings(database, folder)
    url = settings.database_url.get_secret_value()
    async with open_parts(settings, "board pages", POOL_OF_API, role=ROLE_OF_API) as parts:
        engine = create_engine(url, name="board pages reads", size=READERS)
        try:
            reader = Reader(engine)
            read = reading(parts, PostgresEventStore(parts.pool), reader)
            async with open_board(parts, reader, read) as board:
                yield Pages(board, board_sessions(settings))
        finally:
            await engine.dispose()


def _settings(database: Database, folder: Path) -> Settings:
    service_key = folder / "service-key.json"
    service_key.write_bytes(orjson.dumps(ECKey.generate_key("P-256", {"kid": "claims"}).as_dict(private=True)))
    return Settings(
        database_url=SecretStr(database.url("claims_command")),
        token_issuer="anze",
        token_keys=folder / "token-keys.json",
        master_key=SecretStr(_MASTER_KEY),
        service_key=service_key,
        sandbox=True,
    )
