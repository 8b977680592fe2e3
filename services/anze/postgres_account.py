"""Who PostgreSQL runs as: it refuses root, so root runs it in a user namespace or as a system user."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from anze.errors import ClusterError

_NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
_SYSTEM_USER = "anze-postgres"


@dataclass(frozen=True, slots=True)
class Account:
    """How a PostgreSQL program is started so that it does not see itself as root."""

    prefix: tuple[str, ...] = ()
    user: str | None = None
    """A system user to become, where neither ourselves nor a namespace will do."""

    def wrap(self, command: list[str]) -> list[str]:
        """The command line that runs `command` under this account."""
        return [*self.prefix, *command]

    def give(self, folder: Path) -> None:
        """Make the folder the account's own; ClusterError if it cannot be reached by it."""
        if self.user is None:
            return
        for parent in folder.parents:
            if not parent.stat().st_mode & 0o001:
                raise ClusterError(f"The system user {self.user} cannot reach {folder}: {parent} is private.")
        entry = pwd.getpwnam(self.user)
        os.chown(folder, entry.pw_uid, entry.pw_gid)


@cache
def choose() -> Account:
    """Ourselves if we are not root; else a user namespace, or a system user where namespaces are forbidden."""
    if os.getuid() != 0:
        return Account()
    if _succeeds([*_NAMESPACE, "true"]):
        return Account(prefix=_NAMESPACE)
    return Account(user=_system_user())


def processes_in(folder: Path) -> list[int]:
    """The processes whose working folder this is: every process of a PostgreSQL server sits in its data folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").readlink() == folder:
                found.append(int(entry.name))
        except OSError:
            continue  # it ended meanwhile, or is not ours to look at
    return found


def _system_user() -> str:
    for name in (_SYSTEM_USER, "postgres"):
        if _exists(name):
            return name
    _succeeds(["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _SYSTEM_USER])
    if not _exists(_SYSTEM_USER):
        raise ClusterError("PostgreSQL does not run as root, and no system user could be made: run as another user.")
    return _SYSTEM_USER


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _succeeds(command: list[str]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603 - ours
