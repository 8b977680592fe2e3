"""Starts child processes that never outlive this one."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

_TETHER = Path(__file__).with_name("tether.py")

# The kernel sends the death signal when the thread that forked ends, not the process; so one thread, which lives as
# long as the interpreter, forks every child, whatever thread asks for it.
_forker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="anze-forker")


def tethered(command: Sequence[str], *, death_signal: signal.Signals, user: str | None = None) -> list[str]:
    """The command line that runs `command` and ends it by `death_signal` when this process ends."""
    tether = [sys.executable, "-I", "-S", str(_TETHER), str(int(death_signal)), str(os.getpid()), user or "-"]
    return [*tether, *command]


def start(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    output: IO[bytes] | int,
    death_signal: signal.Signals = signal.SIGTERM,
    user: str | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own: a Ctrl-C in the terminal reaches us alone, and we end it in order."""
    line = tethered(command, death_signal=death_signal, user=user)

    def fork() -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - the command is ours
            line,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    return _forker.submit(fork).result()
