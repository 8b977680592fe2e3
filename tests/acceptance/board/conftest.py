"""One machine for everything that is looked at in a browser, filled once."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser

_COLLECTED = ("visits", "every_page", "tasks", "live_line", "limits", "keyboard")
pytest.register_assert_rewrite(*(f"{__package__}.{each}" for each in _COLLECTED))

from tests.acceptance.board.visits import Enter, Person, Visit, entered  # noqa: E402 - rewritten before
from tests.support.filled import Filled, filled  # noqa: E402

from anze.demo.speakers import Speakers  # noqa: E402

_DAYS = 22
"""Enough for every kind of row: the rest of the sixty is more of the same."""


@pytest.fixture(scope="session")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """Weeks of work of three insurers."""
    with pytest.MonkeyPatch.context() as patched:
        for name in ("CLAIMS_DATABASE_URL", "NOTIFICATIONS_DATABASE_URL"):
            patched.delenv(name, raising=False)
        with filled(tmp_path_factory.mktemp("board") / "data", _DAYS) as made:
            yield made


@pytest.fixture(scope="session")
def speakers(board: Filled) -> Iterator[Speakers]:
    """Everybody who may ask the interfaces what is true."""
    with Speakers(board.instance.machine) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def enter(chromium: Browser, board: Filled) -> AsyncIterator[Enter]:
    """Lets somebody sit down at a browser of their own, signed in; nothing may have gone wrong in it at the end."""
    async with AsyncExitStack() as stack:

        async def sat_down(person: Person | None, *, base: str | None = None, **how: Any) -> Visit:
            address = base or board.instance.url("claims")
            return await stack.enter_async_context(entered(chromium, address, person, **how))

        yield sat_down
