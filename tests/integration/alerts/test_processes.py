"""The real processes: they start, say in one line why they do not, serve, deliver, and stop when told."""

import asyncio
import base64
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from tests.integration.alerts.receiver import Answer, Received, Receiver
from tests.integration.alerts.service import event
from tests.support.postgres import Database
from tests.support.programs import run_program

RUN = [sys.executable, "-c", "from notifications.cli import main; main()"]


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Machine:
    """The environment of the processes, and a key that signs tokens for them."""

    environment: dict[str, str]
    key: ECKey

    @property
    def url(self) -> str:
        """Where the api is."""
        return f"http://127.0.0.1:{self.environment['NOTIFICATIONS_PORT']}"

    def headers(self, role: str) -> dict[str, str]:
        """A token of this role."""
        claims = {"iss": "test", "aud": "anze", "sub": role, "exp": int(time.time()) + 300, "role": role}
        return {"authorization": "Bearer " + jwt.encode({"alg": "ES256", "kid": "k1"}, claims, self.key)}

    def run(self, command: str, **changes: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return run_program("notifications", command, environment=self.environment | changes)

    @asynccontextmanager
    async def started(self, command: str) -> AsyncIterator[asyncio.subprocess.Process]:
        """Run a process until the end of the block."""
        process = await asyncio.create_subprocess_exec(
            *RUN, command, env=self.environment, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


@pytest.fixture
def machine(notifications_database: Database, tmp_path: Path) -> Machine:
    """A migrated database and settings for it."""
    key = ECKey.generate_key("P-256", {"kid": "k1"})
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"keys": [key.as_dict(private=False)]}), encoding="utf-8")
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {
        "NOTIFICATIONS_DATABASE_URL": notifications_database.url("notifications_service"),
        "NOTIFICATIONS_PORT": str(free_port()),
        "NOTIFICATIONS_METRICS_PORT": str(free_port()),
        "NOTIFICATIONS_TOKEN_ISSUER": "test",
        "NOTIFICATIONS_TOKEN_KEYS": str(keys),
        "NOTIFICATIONS_SECRET_KEY": base64.b64encode(bytes(32)).decode(),
        "NOTIFICATIONS_ALLOW_LOOPBACK": "true",
    }
    return Machine(environment, key)


def says_in_one_line(done: subprocess.CompletedProcess[str], words: str) -> bool:
    """Whether a process ended with status 1 and one line that holds these words."""
    lines = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    return done.returncode == 1 and len(lines) == 1 and words in lines[0]


@pytest.mark.parametrize("command", ["api", "worker"])
def test_a_process_that_cannot_work_says_why_in_one_line(machine: Machine, command: str) -> None:
    away = machine.run(command, NOTIFICATIONS_DATABASE_URL="postgresql://x@127.0.0.1:1/x")
    assert says_in_one_line(away, "the database cannot be reached"), away.stderr
    other_kind = machine.run(command, NOTIFICATIONS_SANDBOX="true")
    assert says_in_one_line(other_kind, "NOTIFICATIONS_SANDBOX must be false"), other_kind.stderr
    no_key = machine.run(command, NOTIFICATIONS_SECRET_KEY="short")
    assert says_in_one_line(no_key, "NOTIFICATIONS_SECRET_KEY: "), no_key.stderr
    assert "short" not in no_key.stderr
    setting = "NOTIFICATIONS_PORT" if command == "api" else "NOTIFICATIONS_METRICS_PORT"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        in_use = machine.run(command, **{setting: str(taken.getsockname()[1])})
    assert says_in_one_line(in_use, "cannot be listened on"), in_use.stderr


def test_migrate_says_in_one_line_what_is_wrong(machine: Machine, notifications_database: Database) -> None:
    owner = {"NOTIFICATIONS_DATABASE_URL": notifications_database.url()}
    assert machine.run("migrate", **owner).returncode == 0
    assert says_in_one_line(machine.run("migrate", NOTIFICATIONS_SANDBOX="true", **owner), "not a sandbox")
    away = machine.run("migrate", NOTIFICATIONS_DATABASE_URL="postgresql://x@127.0.0.1:1/x")
    assert says_in_one_line(away, "the database cannot be reached")


async def _answering(url: str) -> httpx2.AsyncClient:
    """A client of the api, when it answers."""
    client = httpx2.AsyncClient(base_url=url, transport=httpx2.AsyncHTTPTransport(retries=20), trust_env=False)
    async with asyncio.timeout(30):
        assert (await client.get("/health/ready")).status_code == 200
    return client


async def _listener(client: httpx2.AsyncClient, machine: Machine, url: str) -> None:
    async def add(path: str, **body: Any) -> str:
        answer = await client.post(path, json=body, headers=machine.headers("admin"))
        assert answer.status_code == 201, answer.text
        made: str = answer.json()["id"]
        return made

    recipient = await add("/v1/recipients", name="深圳监管局", role="insurance_regulator")
    endpoint = await add("/v1/endpoints", recipient_id=recipient, address=url)
    await add("/v1/subscriptions", recipient_id=recipient, endpoint_ids=[endpoint])


async def test_an_alert_accepted_by_the_api_is_delivered_by_the_worker(machine: Machine, receiver: Receiver) -> None:
    async with asyncio.timeout(60), machine.started("api") as api, machine.started("worker") as worker:
        client = await _answering(machine.url)
        await _listener(client, machine, receiver.url())
        answer = await client.post("/v1/alerts", json=event(), headers=machine.headers("service"))
        assert answer.status_code == 202
        await receiver.arrived.wait()
        await client.aclose()
        api.send_signal(signal.SIGTERM)
        worker.send_signal(signal.SIGINT)
        assert [await api.wait(), await worker.wait()] == [0, 0]


async def test_what_a_killed_worker_was_sending_is_sent_by_the_next(machine: Machine, receiver: Receiver) -> None:
    machine.environment.update(NOTIFICATIONS_LEASE_SECONDS="3", NOTIFICATIONS_SEND_SECONDS="1")
    never = asyncio.Event()

    async def hang(_: Received) -> Answer:
        await never.wait()
        return 200, {}

    async with asyncio.timeout(90), machine.started("api"):
        client = await _answering(machine.url)
        await _listener(client, machine, receiver.url())
        receiver.answering = hang
        async with machine.started("worker") as killed:
            await client.post("/v1/alerts", json=event(), headers=machine.headers("service"))
            await receiver.arrived.wait()
            killed.kill()
            await killed.wait()
        receiver.always(200)
        receiver.arrived.clear()
        async with machine.started("worker"):
            await receiver.arrived.wait()
        await client.aclose()
    assert len({request.headers["webhook-id"] for request in receiver.received}) == 1
