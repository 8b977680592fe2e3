"""A man in the middle of the database's wire: counts what goes over it, loses answers, falls silent when told to."""

import asyncio
import struct
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit


class Wire:
    """Forwards connections to a server's socket."""

    def __init__(self, server: Path) -> None:
        self.server = server
        self.sent: Counter[str] = Counter()
        """Messages of clients by type: P parse, E execute, Q simple query, S sync (one a round trip)."""
        self.lose_next_answer = False
        """The next thing that is executed is, but its answer is lost with the connection."""
        self.silent = False
        self._closers: list[asyncio.StreamWriter] = []

    @property
    def round_trips(self) -> int:
        """How often a client asked and waited."""
        return self.sent["S"] + self.sent["Q"]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Forward one connection both ways until either side ends it."""
        from_server, to_server = await asyncio.open_unix_connection(self.server)
        self._closers += [writer, to_server]
        doomed = asyncio.Event()
        back = asyncio.create_task(self._back(from_server, writer, doomed))
        try:
            await self._forth(reader, to_server, doomed)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            to_server.close()
            await back
            writer.close()

    async def _forth(
        self, reader: asyncio.StreamReader, to_server: asyncio.StreamWriter, doomed: asyncio.Event
    ) -> None:
        first = await reader.readexactly(4)
        to_server.write(first + await reader.readexactly(struct.unpack("!i", first)[0] - 4))
        while True:
            head = await reader.readexactly(5)
            kind, length = head[:1].decode(), struct.unpack("!i", head[1:])[0]
            body = await reader.readexactly(length - 4)
            self.sent[kind] += 1
            if self.lose_next_answer and kind == "E":
                self.lose_next_answer = False
                doomed.set()
            if not self.silent:
                to_server.write(head + body)
                await to_server.drain()

    async def _back(
        self, from_server: asyncio.StreamReader, writer: asyncio.StreamWriter, doomed: asyncio.Event
    ) -> None:
        try:
            while data := await from_server.read(65536):
                if doomed.is_set():  # the server has answered, so it has done it
                    break
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    def close(self) -> None:
        """End every connection."""
        for writer in self._closers:
            writer.close()


@asynccontextmanager
async def tapped(url: str, folder: Path) -> AsyncIterator[tuple[Wire, str]]:
    """Yield the wire, and the address under which the same database is reached over it."""
    parts = urlsplit(url)
    host = parse_qs(parts.query)["host"][0]
    wire = Wire(Path(host) / ".s.PGSQL.5432")
    server = await asyncio.start_unix_server(wire.serve, folder / ".s.PGSQL.5432")
    try:
        yield wire, url.replace(host, str(folder))
    finally:
        server.close()
        wire.close()
        await asyncio.sleep(0)
