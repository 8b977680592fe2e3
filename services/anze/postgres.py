"""An embedded PostgreSQL server in a private folder, reached over a unix socket, that ends with its launcher."""

import fcntl
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import IO, Literal, Self
from urllib.parse import quote

from anze import children, postgres_account, postgres_binaries, postgres_socket
from anze.errors import ClusterError

__all__ = ["Cluster", "ClusterError"]

_STOP_SIGNALS = {"fast": signal.SIGINT, "smart": signal.SIGTERM, "immediate": signal.SIGQUIT}
_START_SECONDS = 60.0
_STOP_SECONDS = 60.0
_READY_LINE = 7
_POLL_SECONDS = 0.02

_SETTINGS = {
    "listen_addresses": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "200",
    # An open transaction that writes stalls every reader of the log behind it.
    "idle_in_transaction_session_timeout": "15s",
    # Short statements on small rows: compiling them costs more than running them.
    "jit": "off",
    "log_min_duration_statement": "1s",
}
_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum_naptime": "5min"}


class Cluster:
    """One server: `folder` holds its data, its log and (where its path is short enough) its socket."""

    def __init__(self, folder: Path, *, version: int = 18, durable: bool = True, log: Path | None = None) -> None:
        self.folder = folder.absolute()
        self.version = version
        self.durable = durable
        self.log = log or self.folder / "postgres.log"
        self.bin: Path = postgres_binaries.folder_of(version)
        self.socket_folder = postgres_socket.folder_for(self.folder)
        self._data = self.folder / "data"
        self._account = postgres_account.choose()
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The process id of the running server; ClusterError when it was not started."""
        if self._process is None:
            raise ClusterError(f"The PostgreSQL server in {self.folder} is not running.")
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the server that was started is still there."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Make the data folder if there is none, start the server, return when it answers.

        ClusterError, in one line, when the folder is in use, of another version, or the server does not start.
        """
        self._take_folder()
        try:
            self._check_version()
            if not self._data.exists():
                self._initialise()
            self._await_predecessor()
            self._launch()
            self._await_ready()
        except BaseException:
            self.stop("immediate")
            raise

    def stop(self, mode: Literal["fast", "smart", "immediate"] = "fast") -> None:
        """Stop the server and wait for its end; nothing happens if it does not run."""
        if self._process is not None:
            if self._process.poll() is None:
                self._process.send_signal(_STOP_SIGNALS[mode])
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGQUIT)
                self._process.wait()
            self._process = None
        if self._lock is not None:
            self._remove_socket_folder()
            self._lock.close()
            self._lock = None

    def restart(self, mode: Literal["fast", "smart", "immediate"] = "fast") -> None:
        """Stop and start again: same data, same address."""
        self.stop(mode)
        self.start()

    def url(self, database: str, user: str = "postgres") -> str:
        """The address of one database as one user; the socket asks for no password, its folder is private."""
        return f"postgresql://{quote(user)}@/{quote(database)}?host={quote(str(self.socket_folder))}"

    def create_database(self, name: str, template: str | None = None) -> None:
        """Make a database, empty or as a copy of a template that nobody is connected to."""
        copy = f" template {_identifier(template)}" if template else ""
        if template and not self.durable:
            copy += " strategy file_copy"  # quicker where nothing waits for the disk
        self.execute(f"create database {_identifier(name)}{copy}")

    def drop_database(self, name: str) -> None:
        """Drop a database if it exists, and end whatever is connected to it."""
        self.execute(f"drop database if exists {_identifier(name)} with (force)")

    def has_database(self, name: str) -> bool:
        """Whether a database of this name exists."""
        return self.execute(f"select 1 from pg_database where datname = '{_identifier(name)}'") == "1"  # noqa: S608 - checked

    def execute(self, statement: str, database: str = "postgres") -> str:
        """Run one administrative statement as superuser by psql; its bare output. ClusterError when it is refused."""
        line = [str(self.bin / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", self.url(database), "-c", statement]
        done = subprocess.run(line, check=False, capture_output=True, text=True, env=self._environment())  # noqa: S603 - ours
        if done.returncode:
            raise ClusterError(done.stderr.strip().replace("\n", " "))
        return done.stdout.strip()

    def _take_folder(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        postgres_socket.make_private(self.socket_folder)
        self._account.give(self.folder)
        self._account.give(self.socket_folder)
        self._lock = (self.folder / "lock").open("w", encoding="utf-8")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            self._lock = None
            raise ClusterError(f"The data folder {self.folder} is in use by another process.") from None

    def _check_version(self) -> None:
        stated = self._data / "PG_VERSION"
        if not stated.exists():
            return
        found = stated.read_text(encoding="ascii").strip()
        if found != str(self.version):
            raise ClusterError(
                f"The data folder {self.folder} holds data of PostgreSQL {found}, and this is PostgreSQL"
                f" {self.version}: give another folder, or dump and restore."
            )

    def _initialise(self) -> None:
        """Make the data folder beside its place and rename it, so that it is never found half made."""
        unfinished = self.folder / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        locale = ["--locale=C"]
        if self.version > 16:  # 17 brought a C.UTF-8 that no operating system can change
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command = [str(self.bin / "initdb"), "-D", str(unfinished), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        command += [*locale, "--no-instructions", *([] if self.durable else ["--no-sync"])]
        line = children.tethered(self._account.wrap(command), death_signal=signal.SIGKILL, user=self._account.user)
        done = subprocess.run(line, check=False, capture_output=True, text=True, env=self._environment())  # noqa: S603 - ours
        if done.returncode:
            raise ClusterError(f"PostgreSQL's data folder could not be made: {_last_line(done.stderr)}")
        unfinished.rename(self._data)

    def _await_predecessor(self) -> None:
        """Let the processes of a server that was killed end: a new one must not meet them on the same files."""
        if not Path("/proc/self").exists():
            return
        deadline = time.monotonic() + _STOP_SECONDS
        while postgres_account.processes_in(self._data):
            if time.monotonic() > deadline:
                raise ClusterError(f"An earlier PostgreSQL server in {self.folder} does not end.")
            time.sleep(_POLL_SECONDS)
        # Nobody is left in the folder: what these files say is stale, and the process id in them may be somebody else's
        # by now, or that of a zombie that nobody collects.
        for stale in (self._data / "postmaster.pid", *self.socket_folder.glob(".s.PGSQL.*")):
            stale.unlink(missing_ok=True)

    def _remove_socket_folder(self) -> None:
        if self.socket_folder != self.folder:
            shutil.rmtree(self.socket_folder, ignore_errors=True)

    def _launch(self) -> None:
        settings = _SETTINGS | {"unix_socket_directories": str(self.socket_folder)}
        if not self.durable:
            settings |= _NOT_DURABLE
        command = [str(self.bin / "postgres"), "-D", str(self._data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self.log.open("ab") as log:
            self._process = children.start(
                self._account.wrap(command),
                environment=self._environment(),
                output=log,
                death_signal=signal.SIGINT,
                user=self._account.user,
            )

    def _await_ready(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not self._says_ready():
            if self._process is not None and self._process.poll() is not None:
                raise ClusterError(f"PostgreSQL did not start: {_last_line(self._log_text())} (see {self.log})")
            if time.monotonic() > deadline:
                raise ClusterError(f"PostgreSQL did not answer within {_START_SECONDS:.0f} s (see {self.log}).")
            time.sleep(_POLL_SECONDS)

    def _says_ready(self) -> bool:
        """The server's own statement of its state, which is what pg_ctl goes by as well."""
        try:
            lines = (self._data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > _READY_LINE and lines[_READY_LINE].strip() == "ready"

    def _log_text(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    @staticmethod
    def _environment() -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "PGAPPNAME": "anze"}


def _identifier(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name):
        raise ClusterError(f"{name!r} cannot be the name of a database: lower-case letters, digits, underscores.")
    return name


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip() and "HINT" not in line and "shut down" not in line]
    return lines[-1].strip() if lines else "it said nothing"
