"""The supervisor: what dies is started again and counted, what dies at once is given up, and nothing is left behind."""

import os
import queue
import select
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from anze.errors import StartError
from anze.supervision import Service, Supervisor

_SECONDS = 20


@pytest.fixture
def said() -> "queue.Queue[str]":
    return queue.Queue()


@pytest.fixture
def supervisor(said: "queue.Queue[str]") -> Iterator[Supervisor]:
    supervisor = Supervisor(said.put)
    yield supervisor
    supervisor.stop()


def _service(tmp_path: Path, program: str) -> Service:
    return Service("sleeper", (sys.executable, "-c", program), {"PATH": os.defpath}, tmp_path / "sleeper.log")


def _ended(pid: int) -> bool:
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], _SECONDS)[0])
    finally:
        os.close(handle)


def test_a_killed_process_is_started_again_and_counted(
    tmp_path: Path, supervisor: Supervisor, said: "queue.Queue[str]"
) -> None:
    supervisor.start([_service(tmp_path, "import signal; signal.pause()")])
    first = supervisor.pids()["sleeper"]
    os.kill(first, signal.SIGKILL)
    assert said.get(timeout=_SECONDS) == "sleeper ended (signal 9); started again, once so far"
    assert supervisor.restarts == {"sleeper": 1}
    supervisor.check()


def test_a_process_that_cannot_run_is_given_up_in_one_line(tmp_path: Path, supervisor: Supervisor) -> None:
    supervisor.start([_service(tmp_path, "import sys; sys.exit('the port is taken')")])
    with pytest.raises(StartError, match="sleeper ended 5 times within seconds: the port is taken") as refusal:
        supervisor.wait()
    assert "\n" not in str(refusal.value)


def test_stopping_ends_even_a_process_that_does_not_listen(
    tmp_path: Path, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anze.supervision._STOP_SECONDS", 0.5)
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"
    supervisor.start([_service(tmp_path, deaf)])
    pid = supervisor.pids()["sleeper"]
    supervisor.stop()
    assert _ended(pid)


def test_a_process_sees_only_the_environment_it_is_given(tmp_path: Path, supervisor: Supervisor) -> None:
    program = "import os, sys; sys.exit(' '.join(sorted(set(os.environ) - {'LC_CTYPE'})))"
    supervisor.start([_service(tmp_path, program)])
    with pytest.raises(StartError, match=r"within seconds: PATH \(see"):
        supervisor.wait()
