"""Turns old stored forms of events into the newest, version by version, on plain JSON data."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

Upcast = Callable[[dict[str, Any]], dict[str, Any]]
"""Takes an event's data (personal data opened) in one version and returns it in the next; changes nothing in place."""

Upcasts = Mapping[str, Mapping[int, Upcast]]
"""By stored name, then by the version that the upcast starts from."""

UPCASTS: Upcasts = MappingProxyType({})


class UpcastMissingError(Exception):
    """A stored version of an event has no way to the newest one."""


def check_upcasts(newest: Mapping[str, int], upcasts: Upcasts) -> None:
    """Raise UpcastMissingError unless each name's upcasts lead from every older version to the newest, no further."""
    for name in sorted(newest.keys() | upcasts.keys()):
        have, want = sorted(upcasts.get(name, {})), list(range(1, newest.get(name, 1)))
        if have != want:
            raise UpcastMissingError(f"{name} wants upcasts from versions {want} and has them from {have}")


def upcast(name: str, data: dict[str, Any], stored: int, newest: int, upcasts: Upcasts) -> dict[str, Any]:
    """Return `data`, stored in version `stored`, in version `newest`."""
    for version in range(stored, newest):
        data = upcasts[name][version](data)
    return data
