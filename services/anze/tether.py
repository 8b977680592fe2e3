"""Becomes another program that ends when the process which started it ends, even by SIGKILL.

Run as a script (`python -I -S tether.py SIGNAL PARENT USER COMMAND…`), so that nothing happens between fork and exec
in a launcher that has threads. USER is a name, or `-` to stay who one is.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def become(user: str) -> None:
    """Give up root for a system user; before the death signal is set, because a change of user clears it."""
    import pwd  # noqa: PLC0415 - only where a user is given, and only where there are such things

    entry = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


def end_with_parent(signal_number: int, parent: int) -> None:
    """Ask the kernel for a signal when the parent ends; leave at once if it has ended already."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)


def main(arguments: list[str]) -> None:
    """Tie this process to its parent, then become the command."""
    signal_number, parent, user, *command = arguments
    if user != "-":
        become(user)
    end_with_parent(int(signal_number), int(parent))
    try:
        os.execvp(command[0], command)  # noqa: S606 - the command is ours, and no shell is wanted
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
