"""Where the server's unix socket lives: a path of at most 107 bytes in a folder nobody else can enter."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from anze.errors import ClusterError

_LONGEST_PATH = 107
_LONGEST_NAME = len("/.s.PGSQL.5432.lock")
_SHORT_TEMPORARY = Path("/tmp")  # noqa: S108 - the folder made in it is checked to be ours alone


def folder_for(folder: Path) -> Path:
    """The data folder itself, or where its path is too long a folder whose name is always the same for it."""
    if _is_short_enough(folder):
        return folder
    name = f"anze-{os.getuid()}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"
    temporary = Path(tempfile.gettempdir()) / name
    return temporary if _is_short_enough(temporary) else _SHORT_TEMPORARY / name


def make_private(folder: Path) -> None:
    """Make the folder for its owner alone; ClusterError if somebody else made it first, as anybody can in /tmp."""
    folder.mkdir(mode=0o700, exist_ok=True)
    entry = folder.lstat()
    if not stat.S_ISDIR(entry.st_mode) or (os.getuid() not in {0, entry.st_uid}):
        raise ClusterError(f"{folder} belongs to somebody else; PostgreSQL's socket cannot be made there.")
    folder.chmod(0o700)


def _is_short_enough(folder: Path) -> bool:
    return len(os.fsencode(folder)) + _LONGEST_NAME <= _LONGEST_PATH
