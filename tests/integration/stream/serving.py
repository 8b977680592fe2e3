"""The real web server on a port of its own, with the stream of a real log behind it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from typing import Any

import httpx2
import orjson
import uvicorn
from tests.integration.projections.world import World
from tests.support.service import new_id

from claims.api.app import ApiServices, create_app
from claims.application.calls import Caller
from claims.application.streaming import Streams
from claims.serving import Server

PATIENCE = 20.0
GRACE = 3
"""Seconds that the server waits for connections that do not close; a stream that ends properly needs none of them."""
CALLERS = {
    "insurer": Caller("insurer", "s", tenant="picc-sz"),
    "another insurer": Caller("insurer", "s", tenant="cpic-sz"),
    "broker": Caller("broker", "s", broker="mingya"),
    "regulator": Caller("regulator", "s", region="440000"),
    "another regulator": Caller("regulator", "s", region="110000"),
    "admin": Caller("admin", "s"),
}


class Names:
    """Takes a caller's name for its token."""

    def caller(self, authorization: str | None) -> Caller:
        return CALLERS[authorization or ""]

    def seconds_left(self, authorization: str | None) -> float:
        return PATIENCE


@dataclass(frozen=True, slots=True)
class Told:
    """One event of a stream."""

    cursor: str
    data: dict[str, Any]

    @property
    def key(self) -> tuple[str, int]:
        """Stream and version."""
        return self.data["stream_id"], self.data["version"]


class Listening:
    """One open stream, read event by event."""

    def __init__(self, response: httpx2.Response) -> None:
        self._lines = response.aiter_lines()

    async def events(self, count: int) -> list[Told]:
        """Return the next events."""
        found: list[Told] = []
        cursor = ""
        async with asyncio.timeout(PATIENCE):
            while len(found) < count:
                line = await anext(self._lines)
                if line.startswith("id: "):
                    cursor = line.removeprefix("id: ")
                if line.startswith("data: "):
                    found.append(Told(cursor, orjson.loads(line.removeprefix("data: "))))
        return found

    async def rest(self) -> list[str]:
        """Return what comes until the stream ends by itself."""
        async with asyncio.timeout(PATIENCE):
            return [line async for line in self._lines]


@dataclass(frozen=True, slots=True)
class Serving:
    """A server and what it listens on."""

    server: Server
    running: asyncio.Task[None]
    streams: Streams
    port: int

    @asynccontextmanager
    async def listening(self, who: str, after: str | None = None) -> AsyncIterator[Listening]:
        """Follow the stream as a caller."""
        headers = {"Authorization": who} | ({} if after is None else {"Last-Event-ID": after})
        url = f"http://127.0.0.1:{self.port}/v1/stream"
        async with (
            httpx2.AsyncClient(trust_env=False, timeout=PATIENCE) as client,
            client.stream("GET", url, headers=headers) as response,
        ):
            assert response.status_code == 200
            yield Listening(response)

    async def stop(self) -> None:
        """Stop as at SIGTERM, and wait until it has."""
        self.server.should_exit = True
        await self.running


@asynccontextmanager
async def serving(world: World) -> AsyncIterator[Serving]:
    """Serve the log of a world, and stop at the end."""
    streams = Streams(world.queries)
    parts = {"queries": world.queries, "streams": streams, "tokens": Names(), "new_id": new_id, "sandbox_clock": None}
    services = ApiServices(**{each.name: parts.get(each.name) for each in fields(ApiServices)})  # type: ignore[arg-type]
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)  # who reads nothing is soon noticed
    config = uvicorn.Config(create_app(services), log_config=None, access_log=False, timeout_graceful_shutdown=GRACE)
    server = Server(config, streams.close)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield Serving(server, running, streams, listener.getsockname()[1])
    finally:
        server.should_exit = True
        await running
