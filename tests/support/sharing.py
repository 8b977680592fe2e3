"""What is dear to start is started once in a run, and ends with the last test that uses it."""

import gc
import re
from collections.abc import Generator
from typing import Any, Final

import pytest
from xdist.scheduler import LoadFileScheduling

_USERS: Final = {
    "instance": re.compile(r"tests/faults/test_(kills|load|outages|rebuild)\.py"),
    "board": re.compile(r"tests/acceptance/board/"),
    "sandbox": re.compile(r"tests/acceptance/test_(bad_input|bad_requests|board_alerts|board_sign_in|docs|roles)\.py"),
}
"""Which files use a running instance: they go to one process, one after the other."""


class SharedByFiles(LoadFileScheduling):  # type: ignore[misc]  # xdist tells no types
    """Gives a process whole files, and all files that share an instance to the same process."""

    def _split_scope(self, nodeid: str) -> str:
        return next((name for name, files in _USERS.items() if files.match(nodeid)), super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SharedByFiles | None:
    """Takes the place of `--dist loadfile`."""
    return SharedByFiles(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage among thousands of tests and all their modules, which stay to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """End an instance that the next test does not use: idle, its processes take a tenth of a core for nothing."""
    still = _instances(nextitem)
    for instance in _instances(item):
        if instance not in still and isinstance(item, pytest.Function):
            instance.finish(item._request)  # type: ignore[arg-type]  # whoever uses it ends before it


def _instances(item: pytest.Item | None) -> list[pytest.FixtureDef[Any]]:
    if not isinstance(item, pytest.Function):
        return []
    found = (item._fixtureinfo.name2fixturedefs.get(name) for name in _USERS)
    return [definitions[-1] for definitions in found if definitions and definitions[-1].scope == "session"]
