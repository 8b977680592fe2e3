"""The journey in the README, run as it is printed against an instance of its own."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

_PROJECT = Path(__file__).parents[2]
_SECONDS = 120
_READY = "Ctrl-C stops everything"
_START = re.compile(r"<!-- journey: start -->\n```bash\n(?P<code>.*?)```\n", re.DOTALL)
_STEP = re.compile(r"<!-- journey -->\n```bash\n(?P<code>.*?)```\n```text\n(?P<prints>.*?)```\n", re.DOTALL)
_BLOCK_ENDS = "== end of block =="


@dataclass(frozen=True, slots=True)
class Step:
    """A block of the README and what it says that the block prints."""

    code: str
    prints: str


@dataclass(frozen=True, slots=True)
class Instance:
    """Where the journey is played."""

    data: Path
    claims: int
    notifications: int
    receiver: int

    @property
    def environment(self) -> dict[str, str]:
        """What the README's lines take instead of their own defaults."""
        url = "http://127.0.0.1:"
        return {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "ANZE_DATA": str(self.data),
            "CLAIMS": f"{url}{self.claims}",
            "NOTIFICATIONS": f"{url}{self.notifications}",
            "RECEIVER_PORT": str(self.receiver),
        }


def test_the_journey_in_the_readme_prints_what_it_says(tmp_path: Path) -> None:
    steps = _steps()
    assert len(steps) >= 9
    instance = Instance(tmp_path / "data", *_free_ports(3))
    with _running(instance):
        printed = _run(steps, instance)
    for number, (step, lines) in enumerate(zip(steps, printed, strict=True), start=1):
        _compare(number, step, lines)


def test_every_block_of_the_journey_says_what_it_prints() -> None:
    marked = _readme().count("<!-- journey -->")
    assert marked == len(_steps()) > 0


def _readme() -> str:
    return (_PROJECT / "README.md").read_text(encoding="utf-8")


def _steps() -> list[Step]:
    return [Step(found["code"], found["prints"]) for found in _STEP.finditer(_readme())]


def _start_command(instance: Instance) -> list[str]:
    """The README's own `anze up`, in a folder and on ports of ours."""
    found = _START.search(_readme())
    assert found, "the README does not say how the journey is started"
    line = next(line for line in found["code"].splitlines() if "anze up" in line)
    _, *arguments = shlex.split(line)
    arguments[arguments.index("--data") + 1] = str(instance.data)
    ports = ["--claims-port", str(instance.claims), "--notifications-port", str(instance.notifications)]
    return [str(Path(sys.executable).with_name("anze")), *arguments, *ports]


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports: list[int] = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@contextmanager
def _running(instance: Instance) -> Iterator[None]:
    """Start the instance, give it over when it says that it is there, and end it."""
    with subprocess.Popen(_start_command(instance), stdout=subprocess.PIPE, text=True, cwd=_PROJECT) as process:
        too_long = threading.Timer(_SECONDS, process.terminate)
        too_long.start()
        try:
            assert process.stdout
            ready = next((line for line in process.stdout if _READY in line), None)
            assert ready, "the instance of the journey did not start"
            too_long.cancel()
            yield
        finally:
            too_long.cancel()
            process.terminate()
            process.communicate(timeout=_SECONDS)


def _run(steps: list[Step], instance: Instance) -> list[list[str]]:
    """Run all blocks in one shell, as a reader would; the lines that each printed."""
    script = "".join(f"{step.code}\necho '{_BLOCK_ENDS}'\n" for step in steps)
    output = instance.data / "logs" / "journey.log"
    with (
        output.open("wb") as log,
        subprocess.Popen(
            ["bash", "-eu", "-o", "pipefail", "-c", script],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=_PROJECT,
            env=instance.environment,
            start_new_session=True,
        ) as shell,
    ):
        too_long = threading.Timer(_SECONDS, shell.kill)
        too_long.start()
        try:
            shell.wait()
        finally:
            too_long.cancel()
            _end_group(shell.pid)
    printed = output.read_text(encoding="utf-8")
    assert shell.returncode == 0, f"the journey broke off: {printed[-2000:]}"
    *blocks, _rest = printed.split(f"{_BLOCK_ENDS}\n")
    return [block.splitlines() for block in blocks]


def _end_group(process_group: int) -> None:
    """The receiver of the journey ends with its shell, also where the journey broke off."""
    try:
        os.killpg(process_group, signal.SIGKILL)
    except ProcessLookupError:
        return


def _compare(number: int, step: Step, printed: list[str]) -> None:
    for expected, line in zip_longest(step.prints.splitlines(), printed, fillvalue=""):
        assert line == expected, f"block {number} printed {line!r}, and the README says {expected!r}"
