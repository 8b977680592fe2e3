"""Our programs as processes of their own that need not load what another has loaded: forked from one that has.

For programs that end by themselves. What starts, serves and is killed is started as its user starts it.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

_LOADED = (
    "claims.bootstrap.interface",
    "claims.bootstrap.worker",
    "claims.bootstrap.migration",
    "claims.cli",
    "notifications.bootstrap",
    "notifications.migrations",
    "notifications.cli",
    __name__,
)
_SECONDS = 60.0
_forking = multiprocessing.get_context("forkserver")
_forking.set_forkserver_preload(list(_LOADED))


def run_program(name: str, *arguments: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `claims` or `notifications` to its end, with this environment and no other."""
    with tempfile.TemporaryDirectory(prefix="anze-program-") as folder:
        output, errors = Path(folder, "output"), Path(folder, "errors")
        line = [name, *arguments]
        process = _forking.Process(target=_run, args=(line, dict(environment), output, errors))
        process.start()
        process.join(_SECONDS)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(line, _SECONDS)
        status = process.exitcode
        process.close()
        return subprocess.CompletedProcess(line, status, output.read_text(), errors.read_text())


def _run(line: list[str], environment: dict[str, str], output: Path, errors: Path) -> None:
    for path, stream in ((output, 1), (errors, 2)):
        with path.open("wb") as file:
            os.dup2(file.fileno(), stream)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = line
    import_module(f"{line[0]}.cli").main()
