"""Receivers of webhooks that fail one time in five, and remember every single request and how it ended."""

import asyncio
import json
import random
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Self

OK, REFUSED, HUNG_UP, SLOW = "200", "500", "hung up", "no answer"
FAILURES = (REFUSED, HUNG_UP, SLOW)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request: which alert it brought, and how it was answered."""

    event_id: str
    lane: str
    sequence: int
    fate: str


@dataclass(slots=True)
class UnreliableReceivers:
    """One server for all endpoints, each at a path of its own; a request that failed may have been worked on all the
    same, so every one counts as an arrival.

    `slow` is how long it says nothing (seconds): longer than a sender waits.
    """

    chance: random.Random
    failing: float = 0.2
    slow: float = 1.5
    arrivals: defaultdict[tuple[str, str], list[Arrival]] = field(default_factory=lambda: defaultdict(list))
    """By endpoint's path and message id, in the order in which they came."""
    in_order: defaultdict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    """By endpoint's path and claim: the sequence numbers as they were first seen."""
    taken: int = 0
    port: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    def url(self, path: str) -> str:
        """Where one of them is."""
        return f"http://127.0.0.1:{self.port}{path}"

    async def took(self, count: int) -> None:
        """Return when so many requests were answered with 200."""
        while self.taken < count:
            self.changed.clear()
            await self.changed.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            lines = (line.partition(":") for line in head[1:] if line)
            headers = {name.lower(): value.strip() for name, _, value in lines}
            body = await reader.readexactly(int(headers["content-length"]))
            fate = self.chance.choice(FAILURES) if self.chance.random() < self.failing else OK
            self._note(head[0].split(" ")[1], headers["webhook-id"], json.loads(body), fate)
            if fate == HUNG_UP:
                return
            if fate == SLOW:
                await asyncio.sleep(self.slow)  # it is what this receiver does: nothing waits for it here
                return
            writer.write(f"HTTP/1.1 {fate} Status\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
            await writer.drain()
            if fate == OK:
                self.taken += 1
                self.changed.set()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    def _note(self, path: str, message_id: str, event: dict[str, object], fate: str) -> None:
        data = event["data"]
        assert isinstance(data, dict)
        arrival = Arrival(str(event["id"]), data["claim"]["id"], data["sequence"], fate)
        known = self.arrivals[path, message_id]
        if not known:
            self.in_order[path, arrival.lane].append(arrival.sequence)
        known.append(arrival)
