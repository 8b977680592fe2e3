"""The folder that holds everything one machine keeps: databases, development keys, logs, and what kind it is."""

import fcntl
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Self

from anze.errors import DataFolderError

_MARKER = "instance.json"
_FORMAT = 1


def default_path() -> Path:
    """$ANZE_DATA, or a folder under the user's home."""
    given = os.environ.get("ANZE_DATA")
    return Path(given) if given else Path.home() / ".local" / "share" / "anze"


def write_private(path: Path, text: str) -> None:
    """Write a file for its owner alone, whole or not at all."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


@dataclass(slots=True)
class DataFolder:
    """One data folder, held by one process at a time; a sandbox stays a sandbox for ever."""

    path: Path
    _lock: IO[str] | None = field(default=None, repr=False)

    @property
    def postgres(self) -> Path:
        """Where the embedded server keeps its databases."""
        return self.path / "postgres"

    @property
    def keys(self) -> Path:
        """Where the development keys are."""
        return self.path / "keys"

    @property
    def logs(self) -> Path:
        """Where the processes write."""
        return self.path / "logs"

    def open(self, *, sandbox: bool) -> Self:
        """Take the folder, made if need be; DataFolderError if it is in use, not ours, or of the other kind."""
        self._make()
        self._take()
        try:
            self._check_kind(sandbox=sandbox)
            self.keys.mkdir(mode=0o700, exist_ok=True)
            self.logs.mkdir(mode=0o700, exist_ok=True)
        except BaseException:
            self.close()
            raise
        return self

    def close(self) -> None:
        """Let the next process have it."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _make(self) -> None:
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            strange = not (self.path / _MARKER).exists() and {entry.name for entry in self.path.iterdir()} - {"lock"}
        except OSError as error:
            raise DataFolderError(f"The data folder {self.path} cannot be used: {error.strerror}.") from None
        if strange:
            raise DataFolderError(f"{self.path} is not empty and not a data folder of anze: give another by --data.")

    def _take(self) -> None:
        try:
            self._lock = (self.path / "lock").open("w", encoding="utf-8")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.close()
            raise DataFolderError(
                f"The data folder {self.path} is in use: stop the other `anze up`, or give another by --data."
            ) from None
        except OSError as error:
            raise DataFolderError(f"The data folder {self.path} cannot be used: {error.strerror}.") from None

    def _check_kind(self, *, sandbox: bool) -> None:
        marker = self.path / _MARKER
        if not marker.exists():
            write_private(marker, json.dumps({"format": _FORMAT, "sandbox": sandbox}))
            return
        stated = _read_marker(marker)
        if stated["sandbox"] and not sandbox:
            raise DataFolderError(
                f"The data folder {self.path} is a sandbox and stays one: add --sandbox, or give another by --data."
            )
        if sandbox and not stated["sandbox"]:
            raise DataFolderError(
                f"The data folder {self.path} is no sandbox and never becomes one: give another by --data."
            )


def _read_marker(marker: Path) -> dict[str, bool | int]:
    try:
        stated = json.loads(marker.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataFolderError(f"{marker} cannot be read: {error}.") from None
    if not isinstance(stated, dict) or stated.get("format") != _FORMAT or not isinstance(stated.get("sandbox"), bool):
        raise DataFolderError(f"{marker} was written by another version of anze: give another folder by --data.")
    return stated
