"""`anze` as its user meets it: real processes, started, killed and stopped; what goes wrong is one line."""

import os
import queue
import re
import select
import shutil
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

_ANZE = str(Path(sys.executable).with_name("anze"))
_SECONDS = 90
_START = "2026-03-02T09:00+08:00"


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
                line = self.lines.get(timeout=_SECONDS)
            except queue.Empty:
                pytest.fail(f"no line {wanted!r} came, but {seen}")
            seen.append(line)
            if re.search(wanted, line):
                return line
            assert line, f"it ended before {wanted!r}: {seen}"

    def await_ready(self) -> None:
        """Return when both APIs say that they are ready."""
        deadline = time.monotonic() + _SECONDS
        with httpx2.Client(trust_env=False, timeout=_SECONDS) as client:
            for url in (self.claims, self.notifications):
                while not _is_ready(client, url):
                    assert time.monotonic() < deadline, f"{url} does not get ready"

    def get(self, path: str, **caller: str) -> httpx2.Response:
        """Ask the claims API as a caller."""
        options = [part for name, value in caller.items() for part in (f"--{name}", value)]
        token = _anze("token", *options, "--data", str(self.data)).stdout.strip()
        with httpx2.Client(trust_env=False, timeout=_SECONDS) as client:
            return client.get(f"{self.claims}{path}", headers={"Authorization": f"Bearer {token}"})


def _is_ready(client: httpx2.Client, url: str) -> bool:
    try:
        return client.get(f"{url}/health/ready").status_code == 200
    except httpx2.TransportError:
        return False


def _anze(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [_ANZE, *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        env={**_environment(), **environment},
    )


def _environment() -> dict[str, str]:
    ours = {"CLAIMS_DATABASE_URL", "NOTIFICATIONS_DATABASE_URL", "ANZE_DATA"}
    return {name: value for name, value in os.environ.items() if name not in ours}


def _two_ports() -> tuple[int, int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2)]
        first, second = (one.getsockname()[1] for one in sockets)
    return first, second


@contextmanager
def _up(data: Path, *options: str) -> Iterator[Instance]:
    claims, notifications = _two_ports()
    ports = ["--claims-port", str(claims), "--notifications-port", str(notifications)]
    process = subprocess.Popen(
        [_ANZE, "up", "--data", str(data), *ports, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=_environment(),
    )
    made = Instance(process, data, f"http://127.0.0.1:{claims}", f"http://127.0.0.1:{notifications}")
    reader = threading.Thread(target=_read, args=(process, made.lines))
    reader.start()
    try:
        made.await_line("Ctrl-C stops everything")
        yield made
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_SECONDS)
        reader.join(_SECONDS)


def _read(process: subprocess.Popen[str], lines: "queue.Queue[str]") -> None:
    assert process.stdout is not None
    with process.stdout as output:
        for line in output:
            lines.put(line.rstrip("\n") or " ")
    lines.put("")


def _descendants(pid: int) -> dict[int, str]:
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


def _ended(pid: int) -> bool:
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], _SECONDS)[0])
    finally:
        os.close(handle)


def _is_one_line(text: str) -> bool:
    return text.startswith("anze: ") and text.count("\n") == 1


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """One sandbox for the tests that leave it as it was."""
    with _up(tmp_path_factory.mktemp("one") / "data", f"--sandbox={_START}") as running:
        yield running


def test_both_apis_are_ready_and_a_token_opens_them(instance: Instance) -> None:
    assert instance.get("/health/ready", role="admin").status_code == 200
    answer = instance.get("/v1/claims", role="insurer", tenant="picc-sz")
    assert answer.status_code == 200
    assert answer.json() == {"items": [], "next_cursor": None}


def test_a_second_start_on_the_same_folder_is_refused_in_one_line(instance: Instance) -> None:
    claims, notifications = map(str, _two_ports())
    ports = ("--claims-port", claims, "--notifications-port", notifications)
    refused = _anze("up", "--sandbox", "--data", str(instance.data), *ports)
    assert refused.returncode == 1
    assert _is_one_line(refused.stderr)
    assert "in use" in refused.stderr


def test_a_taken_port_is_refused_in_one_line(instance: Instance, tmp_path: Path) -> None:
    port = instance.claims.rpartition(":")[2]
    refused = _anze("up", "--data", str(tmp_path / "data"), "--claims-port", port)
    assert refused.returncode == 1
    assert _is_one_line(refused.stderr)
    assert f"Port {port} is taken" in refused.stderr


@pytest.mark.parametrize("part", ["claims api", "claims worker", "notifications api", "notifications worker"])
def test_a_killed_process_is_started_again(instance: Instance, part: str) -> None:
    program, _, role = part.partition(" ")
    pid = next(
        pid for pid, command in _descendants(instance.process.pid).items() if f"/{program} {role} " in f"{command} "
    )
    os.kill(pid, signal.SIGKILL)
    instance.await_line(rf"{part} ended \(signal 9\); started again")
    assert _ended(pid)


def test_a_killed_postgresql_is_started_again_and_found_again(instance: Instance) -> None:
    below = _descendants(instance.process.pid).items()
    os.kill(next(pid for pid, command in below if "postgres -D" in command), signal.SIGKILL)
    instance.await_line("PostgreSQL ended; started again")
    instance.await_ready()
    assert instance.get("/v1/claims", role="insurer", tenant="picc-sz").status_code == 200


def test_a_sandbox_is_never_opened_as_anything_else(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with _up(data, f"--sandbox={_START}"):
        pass
    claims, notifications = map(str, _two_ports())
    refused = _anze("up", "--data", str(data), "--claims-port", claims, "--notifications-port", notifications)
    assert refused.returncode == 1
    assert _is_one_line(refused.stderr)
    assert "sandbox" in refused.stderr
    (data / "instance.json").write_text('{"format": 1, "sandbox": false}')
    refused = _anze("up", "--data", str(data), "--claims-port", claims, "--notifications-port", notifications)
    assert refused.returncode == 1
    assert _is_one_line(refused.stderr)
    assert "sandbox" in refused.stderr


def test_stopping_leaves_no_process_behind(tmp_path: Path) -> None:
    with _up(tmp_path / "data") as running:
        below = _descendants(running.process.pid)
        assert any("postgres -D" in command for command in below.values())
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(_SECONDS) == 0
        assert all(_ended(pid) for pid in below)


def test_killing_the_launcher_leaves_no_process_behind_and_the_data_opens_again(tmp_path: Path) -> None:
    with _up(tmp_path / "data") as running:
        below = _descendants(running.process.pid)
        running.process.kill()
        assert all(_ended(pid) for pid in below)
    with _up(tmp_path / "data") as again:
        assert again.get("/v1/claims", role="insurer", tenant="picc-sz").status_code == 200


def test_an_unreachable_database_is_refused_in_one_line(tmp_path: Path) -> None:
    claims, notifications = map(str, _two_ports())
    nobody, _ = _two_ports()
    refused = _anze(
        *("up", "--data", str(tmp_path / "data"), "--claims-port", claims, "--notifications-port", notifications),
        CLAIMS_DATABASE_URL=f"postgresql://me:secret@127.0.0.1:{nobody}/claims",
    )
    assert refused.returncode == 1
    assert _is_one_line(refused.stderr)
    assert "CLAIMS_DATABASE_URL" in refused.stderr
    assert "secret" not in refused.stderr


def test_data_of_another_postgresql_is_refused_in_one_line(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "postgres" / "data").mkdir(parents=True)
    (data / "instance.json").write_text('{"format": 1, "sandbox": false}')
    (data / "postgres" / "data" / "PG_VERSION").write_text("17\n")
    claims, notifications = map(str, _two_ports())
    refused = _anze("up", "--data", str(data), "--claims-port", claims, "--notifications-port", notifications)
    assert refused.returncode == 1
    assert _is_one_line(refused.stderr)
    assert "PostgreSQL 17" in refused.stderr


def test_the_demo_plays_and_every_expected_clock_and_alert_comes(tmp_path: Path) -> None:
    played = subprocess.run(
        [_ANZE, "demo", "--exit"],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={**_environment(), "TMPDIR": str(tmp_path), "COLUMNS": "160"},
    )
    assert played.returncode == 0, played.stdout + played.stderr
    assert "SZ-20.8" in played.stdout
    assert list(tmp_path.iterdir()) == [], "the demo leaves nothing behind"
    shutil.rmtree(tmp_path)
