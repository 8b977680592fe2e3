"""A running instance for tests over HTTP: embedded PostgreSQL and the four real processes, on ports of their own."""

import math
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2

from anze import ports
from anze.environment import Settings
from anze.machine import Machine, Plan, program
from anze.postgres import Cluster
from anze.tokens import Caller, Role, sign

Json = dict[str, Any]

POSTGRES = "PostgreSQL"
PROCESSES = ("claims api", "claims worker", "notifications api", "notifications worker")
PATIENCE = 60.0
"""Seconds that anything may take to come about; a bound, never a measure."""

_LIFE = timedelta(hours=1)
_LOOK = 0.05
_BELOW_EPHEMERAL = range(20_000, 32_000)
"""Where no client's own port comes to lie while the process that listens there is dead."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance: its APIs, its processes, its databases."""

    machine: Machine
    said: list[str] = field(default_factory=list)

    @property
    def cluster(self) -> Cluster:
        """The embedded server."""
        assert self.machine._cluster is not None
        return self.machine._cluster

    def url(self, service: str) -> str:
        """Where `claims` or `notifications` is."""
        its = {"claims": self.machine.plan.ports.claims_url, "notifications": self.machine.plan.ports.notifications_url}
        return its[service]

    def bearer(self, role: str, **bounds: str) -> dict[str, str]:
        """The header with a token for as long as the tests run: `tenant`, `broker` or `region` bound the caller."""
        return {"Authorization": f"Bearer {sign(self.machine.keys, Caller(Role(role), **bounds), _LIFE)}"}

    def pids(self) -> dict[str, int]:
        """The process ids at this moment, PostgreSQL's among them."""
        return {**self.machine.supervisor.pids(), POSTGRES: self.cluster.pid}

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to one process."""
        os.kill(self.pids()[name], number)

    def restarts(self, name: str) -> int:
        """How often a process was started again."""
        return self.machine.supervisor.restarts[name]

    def errors(self) -> list[str]:
        """What the processes logged as errors: things that nobody expected, faults from outside are warnings.

        That a role has no holder is an error of whoever subscribes, and tests subscribe those whom they ask.
        """
        logs = sorted(self.machine._folder.logs.glob("*.log"))
        lines = (line for log in logs for line in log.read_text(encoding="utf-8").splitlines())
        found = [line for line in lines if '"level": "error"' in line or line.startswith("Traceback")]
        return [line for line in found if '"kind": "routing.unheard"' not in line]

    def await_ready(self) -> None:
        """Return when both APIs say that they are ready."""
        with httpx2.Client(trust_env=False, timeout=PATIENCE) as client:
            waiting = [self.url("claims"), self.url("notifications")]
            until(lambda: all(_is_ready(client, url) for url in waiting), f"not ready: {waiting}")

    @contextmanager
    def down(self, name: str) -> Iterator[None]:
        """Kill one process and keep the supervisor from starting it again until the end of the block."""
        its = next(one for one in self.machine.supervisor._running if one.service.name == name)
        its.resume_at = math.inf
        process = its.process
        process.kill()
        process.wait()
        try:
            yield
        finally:
            its.resume_at = 0.0
            until(lambda: its.process is not process, f"{name} is not started again")
            self.await_ready()

    def settings(self) -> Settings:
        """Makes the environments of single processes of this instance."""
        its = self.machine
        return Settings(its.databases, its.keys, its.plan.ports, its.plan.sandbox)

    def run(self, service: str, *arguments: str, role: str) -> subprocess.CompletedProcess[str]:
        """Run a command of one service, such as `claims rebuild`, as a role of its database, to its end."""
        settings = self.settings()
        environment = settings.claims(role) if service == "claims" else settings.notifications(role)
        return run([program(service), *arguments], environment)


def run(command: list[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a program to its end."""
    return subprocess.run(command, env=dict(environment), capture_output=True, text=True, timeout=PATIENCE, check=False)


@contextmanager
def running(data: Path, sandbox_start: datetime | None = None) -> Iterator[Instance]:
    """An instance in a folder of its own, a sandbox where a start is given, until the end of the block."""
    is_sandbox = sandbox_start is not None
    version = int(os.environ.get("ANZE_TEST_POSTGRES", "18"))
    plan = Plan(data, ports.Ports(*free_ports(4)), is_sandbox, sandbox_start, board_sign_in=True, postgres=version)
    said: list[str] = []
    with Machine(plan, said.append) as machine:
        yield Instance(machine, said)


def free_ports(count: int) -> tuple[int, ...]:
    """Ports that nobody listens on just now."""
    found: list[int] = []
    while len(found) < count:
        port = secrets.choice(_BELOW_EPHEMERAL)
        if port not in found and ports.is_free(port):
            found.append(port)
    return tuple(found)


def until(condition: Callable[[], object], otherwise: str, patience: float = PATIENCE) -> None:
    """Return when the condition holds; fail with a sentence when it does not come to hold."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, otherwise
        time.sleep(_LOOK)


def _is_ready(client: httpx2.Client, url: str) -> bool:
    try:
        return client.get(f"{url}/health/ready").status_code == httpx2.codes.OK
    except httpx2.TransportError:
        return False
