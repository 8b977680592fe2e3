"""The processes of notifications on a database of their own, killed and started again as a supervisor would."""

import asyncio
import base64
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
from joserfc import jwt
from joserfc.jwk import ECKey
from tests.support.machine import PATIENCE, free_ports
from tests.support.postgres import Database

RUN = [sys.executable, "-c", "from notifications.cli import main; main()"]
_LOOK = 0.05


@dataclass(slots=True)
class Processes:
    """One api and some workers; who is killed is started again at once."""

    environment: dict[str, str]
    key: ECKey
    folder: Path
    workers: tuple[str, ...]
    killed: dict[int, str] = field(default_factory=dict)
    """By process id: who was killed."""
    _running: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where the api is."""
        return f"http://127.0.0.1:{self.environment['NOTIFICATIONS_PORT']}"

    def headers(self, role: str) -> dict[str, str]:
        """A token of this role for as long as a test runs."""
        claims = {"iss": "test", "aud": "anze", "sub": role, "exp": int(time.time()) + 3600, "role": role}
        return {"authorization": "Bearer " + jwt.encode({"alg": "ES256", "kid": "k1"}, claims, self.key)}

    async def start(self, name: str) -> None:
        """Start one of them; what it logs goes to a file of its own."""
        port = free_ports(1)[0]
        environment = self.environment | {"NOTIFICATIONS_METRICS_PORT": str(port)}
        with (self.folder / f"{name}.log").open("ab") as log:
            self._running[name] = await asyncio.create_subprocess_exec(
                *RUN, "api" if name == "api" else "worker", env=environment, stdout=log, stderr=log
            )

    async def kill(self, name: str) -> None:
        """`kill -9`, and start it again."""
        self.killed[self._running[name].pid] = name
        await self._end(name)
        await self.start(name)

    async def ready(self, client: httpx2.AsyncClient) -> None:
        """Return when the api answers."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    if (await client.get("/health/ready")).is_success:
                        return
                except httpx2.TransportError:
                    await asyncio.sleep(_LOOK)

    def errors(self) -> list[str]:
        """What they logged as errors: things that nobody expected."""
        lines = (line for log in self.folder.glob("*.log") for line in log.read_text("utf-8").splitlines())
        return [line for line in lines if '"level": "error"' in line or line.startswith("Traceback")]

    async def end(self) -> None:
        """Kill whatever runs."""
        for name in list(self._running):
            await self._end(name)

    async def _end(self, name: str) -> None:
        process = self._running.pop(name)
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def notifying(
    database: Database, folder: Path, workers: int, **settings: object
) -> AsyncIterator[tuple[Processes, httpx2.AsyncClient]]:
    """Start an api and some workers, and a client of the api; `settings` are those of the service."""
    key = ECKey.generate_key("P-256", {"kid": "k1"})
    keys = folder / "keys.json"
    keys.write_text(json.dumps({"keys": [key.as_dict(private=False)]}), encoding="utf-8")
    given = {
        "database_url": database.url("notifications_service"),
        "port": free_ports(1)[0],
        "token_issuer": "test",
        "token_keys": keys,
        "secret_key": base64.b64encode(bytes(32)).decode(),
        "allow_loopback": "true",
        "log_level": "WARNING",
    }
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {f"NOTIFICATIONS_{name.upper()}": str(value) for name, value in (given | settings).items()}
    names = tuple(f"worker-{number}" for number in range(workers))
    processes = Processes(environment, key, folder, names)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(processes.end)
        for name in ("api", *names):
            await processes.start(name)
        client = await stack.enter_async_context(
            httpx2.AsyncClient(base_url=processes.url, trust_env=False, timeout=PATIENCE)
        )
        await processes.ready(client)
        yield processes, client
