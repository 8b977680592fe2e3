"""A webhook receiver on loopback that answers as it is told and checks every signature by itself."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    def is_signed_with(self, secret: str) -> bool:
        """Whether one of the signatures is by this secret."""
        return self.signature_by(secret) in self.signatures()

    def signatures(self) -> set[str]:
        """The signatures that came with it."""
        return set(self.headers["webhook-signature"].split(" "))

    def signature_by(self, secret: str) -> str:
        """HMAC-SHA256 over id, timestamp and body, as Standard Webhooks says."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + self.body
        return f"v1,{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"


Answer = tuple[int, dict[str, str]]
Answering = Callable[[Received], Awaitable[Answer]]


async def _well(_: Received) -> Answer:
    return 200, {}


@dataclass(slots=True)
class Receiver:
    """`answering` decides the answer; what came in stands in `received`, in order."""

    answering: Answering = _well
    received: list[Received] = field(default_factory=list)
    port: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    def url(self, path: str = "/") -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self.port}{path}"

    def always(self, status: int, headers: dict[str, str] | None = None) -> None:
        """Give the same answer from now on."""

        async def answer(_: Received) -> Answer:
            return status, headers or {}

        self.answering = answer

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {
                name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)
            }
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            request = Received(head[0].split(" ")[1], headers, body)
            self.received.append(request)
            self.arrived.set()
            status, extra = await self.answering(request)
            lines = [f"HTTP/1.1 {status} Status", "content-length: 0", "connection: close"]
            lines += [f"{name}: {value}" for name, value in extra.items()]
            writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()
