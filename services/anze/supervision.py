"""Keeps the processes of one machine running: starts them, restarts and counts those that die, stops them all."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from anze import children
from anze.errors import AnzeError, StartError

_POLL_SECONDS = 0.1
_QUICK_SECONDS = 10.0
_QUICK_DEATHS = 5
_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 5.0
_STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Service:
    """One process to keep running."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path


@dataclass(slots=True)
class _Running:
    service: Service
    process: subprocess.Popen[bytes]
    started: float
    quick_deaths: int = 0
    resume_at: float | None = None


@dataclass(slots=True)
class Supervisor:
    """The processes and the thread that looks after them."""

    say: Callable[[str], None]
    tend: Callable[[], None] = lambda: None
    """Called again and again, for what is looked after in another way."""
    restarts: Counter[str] = field(default_factory=Counter)
    failure: str | None = None
    _running: list[_Running] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)
    _watcher: threading.Thread | None = None

    def start(self, services: list[Service]) -> None:
        """Start the services and look after them from now on."""
        for service in services:
            self._running.append(_Running(service, _spawn(service), time.monotonic()))
        self._watcher = threading.Thread(target=self._watch, name="anze-supervisor", daemon=True)
        self._watcher.start()

    def pids(self) -> dict[str, int]:
        """The process ids at this moment."""
        return {one.service.name: one.process.pid for one in self._running}

    def check(self) -> None:
        """StartError when a process was given up."""
        if self.failure is not None:
            raise StartError(self.failure)

    def wait(self) -> None:
        """Return never; StartError when a process was given up. A signal's exception passes through."""
        while not self._ended.wait(0.5):
            pass
        self.check()

    def stop(self) -> None:
        """Ask every process to end, then make it; none is left when this returns."""
        self._ended.set()
        if self._watcher is not None:
            self._watcher.join()
        for one in self._running:
            _signal_group(one.process, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS
        for one in self._running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                one.process.wait(max(0.0, deadline - time.monotonic()))
            _signal_group(one.process, signal.SIGKILL)
            one.process.wait()
        self._running.clear()

    def _watch(self) -> None:
        while not self._ended.wait(_POLL_SECONDS):
            try:
                self.tend()
                for one in self._running:
                    if one.process.poll() is not None:
                        self._revive(one)
            except AnzeError as error:
                self._give_up(str(error))
            except Exception as error:  # noqa: BLE001 - nobody would look after the processes any more
                self._give_up(f"the supervision failed: {error!r}")

    def _revive(self, one: _Running) -> None:
        """Restart a dead process after a pause that doubles; give up after deaths that came too fast in a row."""
        now = time.monotonic()
        if one.resume_at is None:
            one.quick_deaths = one.quick_deaths + 1 if now - one.started < _QUICK_SECONDS else 1
            if one.quick_deaths >= _QUICK_DEATHS:
                self._give_up(_last_words(one.service))
                return
            pause = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**one.quick_deaths)
            one.resume_at = now + pause
        if now < one.resume_at:
            return
        self.restarts[one.service.name] += 1
        self.say(f"{one.service.name} ended ({_manner(one.process)}); started again, {self._times(one)}")
        one.process, one.started, one.resume_at = _spawn(one.service), now, None

    def _times(self, one: _Running) -> str:
        times = self.restarts[one.service.name]
        return "once so far" if times == 1 else f"{times} times so far"

    def _give_up(self, reason: str) -> None:
        self.failure = reason
        self._ended.set()


def _last_words(service: Service) -> str:
    lines = service.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    said = lines[-1] if lines else "it said nothing"
    return f"{service.name} ended {_QUICK_DEATHS} times within seconds: {said} (see {service.log})"


def _spawn(service: Service) -> subprocess.Popen[bytes]:
    with service.log.open("ab") as log:
        # These may be killed at any moment without loss, and a gentler signal could leave one waiting for its callers.
        return children.start(service.command, environment=service.environment, output=log, death_signal=signal.SIGKILL)


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _manner(process: subprocess.Popen[bytes]) -> str:
    code = process.returncode
    return f"signal {-code}" if code < 0 else f"status {code}"
