"""All of Anze on one machine: the databases, their migrations, the four processes, in order, and back."""

import contextlib
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Self

import httpx2

from anze import databases, sandbox
from anze.data_folder import DataFolder
from anze.databases import Databases
from anze.development_keys import DevelopmentKeys
from anze.environment import Settings
from anze.errors import StartError
from anze.ports import Ports
from anze.postgres import Cluster
from anze.supervision import Service, Supervisor

_READY_SECONDS = 60.0
_MIGRATE_SECONDS = 120.0
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Plan:
    """What to start: where, whether as a sandbox, and whether the board lets everybody on this machine in."""

    data: Path
    ports: Ports
    sandbox: bool = False
    sandbox_start: datetime | None = None
    board_sign_in: bool = False
    postgres: int = 18
    """The major version of the embedded server."""


@dataclass(slots=True)
class Machine:
    """One running instance; a context manager, so that nothing is left behind."""

    plan: Plan
    say: Callable[[str], None]
    keys: DevelopmentKeys = field(init=False)
    databases: Databases = field(init=False)
    supervisor: Supervisor = field(init=False)
    _cluster: Cluster | None = None
    _folder: DataFolder = field(init=False)

    def __post_init__(self) -> None:
        self._folder = DataFolder(self.plan.data)
        self.keys = DevelopmentKeys(self._folder.keys)
        self.supervisor = Supervisor(self.say, self._tend_postgres)

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop everything, undisturbed by further Ctrl-C; nothing happens to what was not started."""
        with _undisturbed():
            self.supervisor.stop()
            if self._cluster is not None:
                self._cluster.stop()
                self._cluster = None
            self._folder.close()

    def _start(self) -> None:
        self._folder.open(sandbox=self.plan.sandbox)
        self.keys.make()
        self._start_databases()
        plan = self.plan
        settings = Settings(self.databases, self.keys, plan.ports, plan.sandbox, plan.board_sign_in)
        self.say("Migrating both databases")
        self._migrate("claims", settings.claims(None))
        self._migrate("notifications", settings.notifications(None))
        self._let_roles_in()
        self._set_sandbox_clock()
        self.say("Starting the four processes")
        self.supervisor.start(self._services(settings))
        self._await_ready()

    def _start_databases(self) -> None:
        if len(databases.given()) < 2:
            self.say(f"Starting PostgreSQL {self.plan.postgres}")
            self._cluster = Cluster(self._folder.postgres, version=self.plan.postgres)
            self._cluster.start()
        for setting, url in databases.given().items():
            databases.check_reachable(url, setting)
        self.databases = databases.on(self._cluster)

    def _tend_postgres(self) -> None:
        """Start the embedded server again when it was killed; the processes find it at the same address."""
        if self._cluster is None or self._cluster.is_running:
            return
        self.supervisor.restarts["PostgreSQL"] += 1
        self.say("PostgreSQL ended; started again")
        self._cluster.restart("immediate")

    def _let_roles_in(self) -> None:
        """Each process logs in as a role of its own, which on a server of the user's may need a password."""
        for role in ("claims_command", "claims_worker"):
            databases.let_in(self.databases.claims, role)
        databases.let_in(self.databases.notifications, "notifications_service")

    def _migrate(self, service: str, environment: dict[str, str]) -> None:
        log = self._folder.logs / f"{service}-migrate.log"
        done = subprocess.run(  # noqa: S603 - ours
            [program(service), "migrate"],
            check=False,
            capture_output=True,
            text=True,
            env=environment,
            timeout=_MIGRATE_SECONDS,
        )
        log.write_text(done.stdout + done.stderr, encoding="utf-8")
        if done.returncode:
            lines = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()
            raise StartError(f"`{service} migrate` failed: {lines[-1]} (see {log})")

    def _set_sandbox_clock(self) -> None:
        if self.plan.sandbox_start is None:
            return
        if sandbox.begin(self.databases, self.plan.sandbox_start):
            self.say(f"The sandbox begins at {self.plan.sandbox_start.isoformat()}")
        else:
            self.say("The sandbox goes on where it was: its clock never goes back to a start")

    def _services(self, settings: Settings) -> list[Service]:
        environments = {
            ("notifications", "api"): settings.notifications("notifications_service"),
            ("notifications", "worker"): settings.notifications("notifications_service"),
            ("claims", "api"): settings.claims("claims_command"),
            ("claims", "worker"): settings.claims("claims_worker"),
        }
        return [
            Service(
                name=f"{service} {part}",
                command=(program(service), part),
                environment=environment,
                log=self._folder.logs / f"{service}-{part}.log",
            )
            for (service, part), environment in environments.items()
        ]

    def _await_ready(self) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        waiting = [self.plan.ports.claims_url, self.plan.ports.notifications_url]
        with httpx2.Client(timeout=2, trust_env=False) as client:
            while waiting:
                self.supervisor.check()
                if time.monotonic() > deadline:
                    raise StartError(f"{waiting[0]}/health/ready did not say ready (see {self._folder.logs}).")
                waiting = [url for url in waiting if not _is_ready(client, url)]
                if waiting:
                    time.sleep(_POLL_SECONDS)


def program(name: str) -> str:
    """The path of one of our console scripts, in the environment that this process runs in."""
    beside = Path(sys.executable).with_name(name)
    installed = Path(sysconfig.get_path("scripts")) / name
    found = next((str(path) for path in (beside, installed) if path.exists()), None) or shutil.which(name)
    if found is None:
        raise StartError(f"The program `{name}` is not installed beside {sys.executable}: run `make setup`.")
    return found


def _is_ready(client: httpx2.Client, url: str) -> bool:
    try:
        return client.get(f"{url}/health/ready").status_code == httpx2.codes.OK
    except httpx2.TransportError:
        return False


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold back what would interrupt: what is half stopped would stay behind."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
