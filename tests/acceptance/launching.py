"""The command `anze`, run as its user runs it, and what runs below it."""

import os
import queue
import re
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest

ANZE = str(Path(sys.executable).with_name("anze"))
SECONDS = 90


@dataclass(slots=True)
class Instance:
    """A running `anze up`."""

    process: subprocess.Popen[str]
    data: Path
    claims: str
    notifications: str
    lines: "queue.Queue[str]" = field(default_factory=queue.Queue)

    def await_line(self, wanted: str) -> str:
        """The next line of its output that matches; everything before is read over."""
        seen: list[str] = []
        while True:
            try:
                line = self.lines.get(timeout=SECONDS)
            except queue.Empty:
                pytest.fail(f"no line {wanted!r} came, but {seen}")
            seen.append(line)
            if re.search(wanted, line):
                return line
            assert line, f"it ended before {wanted!r}: {seen}"

    def await_ready(self) -> None:
        """Return when both APIs say that they are ready."""
        deadline = time.monotonic() + SECONDS
        with httpx2.Client(trust_env=False, timeout=SECONDS) as client:
            for url in (self.claims, self.notifications):
                while not _is_ready(client, url):
                    assert time.monotonic() < deadline, f"{url} does not get ready"

    def get(self, path: str, **caller: str) -> httpx2.Response:
        """Ask the claims API as a caller."""
        options = [part for name, value in caller.items() for part in (f"--{name}", value)]
        token = anze("token", *options, "--data", str(self.data)).stdout.strip()
        with httpx2.Client(trust_env=False, timeout=SECONDS) as client:
            return client.get(f"{self.claims}{path}", headers={"Authorization": f"Bearer {token}"})


def _is_ready(client: httpx2.Client, url: str) -> bool:
    try:
        return client.get(f"{url}/health/ready").status_code == 200
    except httpx2.TransportError:
        return False


def anze(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    return subprocess.run(
        [ANZE, *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env={**clean_environment(), **environment},
    )


def clean_environment() -> dict[str, str]:
    """Of this process, without what would lead it elsewhere."""
    ours = {"CLAIMS_DATABASE_URL", "NOTIFICATIONS_DATABASE_URL", "ANZE_DATA"}
    return {name: value for name, value in os.environ.items() if name not in ours}


def two_ports() -> tuple[int, int]:
    """Ports that nobody listens on just now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2)]
        first, second = (one.getsockname()[1] for one in sockets)
    return first, second


@contextmanager
def up(data: Path, *options: str) -> Iterator[Instance]:
    """Run `anze up` on a folder until the end of the block."""
    claims, notifications = two_ports()
    ports = ["--claims-port", str(claims), "--notifications-port", str(notifications)]
    process = subprocess.Popen(
        [ANZE, "up", "--data", str(data), *ports, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=clean_environment(),
    )
    made = Instance(process, data, f"http://127.0.0.1:{claims}", f"http://127.0.0.1:{notifications}")
    reader = threading.Thread(target=_read, args=(process, made.lines))
    reader.start()
    try:
        made.await_line("Ctrl-C stops everything")
        yield made
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(SECONDS)
        reader.join(SECONDS)


def _read(process: subprocess.Popen[str], lines: "queue.Queue[str]") -> None:
    assert process.stdout is not None
    with process.stdout as output:
        for line in output:
            lines.put(line.rstrip("\n") or " ")
    lines.put("")


def descendants(pid: int) -> dict[int, str]:
    """Every process below one, with its command line."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found: dict[int, str] = {}
    level = {pid}
    while level:
        level = {child for child, parent in parents.items() if parent in level}
        found |= {child: _command(child) for child in level}
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def ended(pid: int) -> bool:
    """Wait for the end of a process."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], SECONDS)[0])
    finally:
        os.close(handle)


def is_one_line(text: str) -> bool:
    """Whether this is how it says what is wrong."""
    return text.startswith("anze: ") and text.count("\n") == 1


@dataclass(slots=True)
class Home:
    """A data folder that is opened, and opened again when a test has ended what ran on it."""

    data: Path
    _open: ExitStack = field(default_factory=ExitStack)
    _running: Instance | None = None

    def running(self) -> Instance:
        """What runs on the folder, started unless it does."""
        if self._running is None or self._running.process.poll() is not None:
            self.close()
            self._running = self._open.enter_context(up(self.data))
        return self._running

    def close(self) -> None:
        """Stop it, if it runs."""
        self._open.close()
        self._running = None
