"""The board in a real Chromium: all of it, since one file goes to one process, and only that one fills a machine."""

import pytest
from tests.acceptance.board.every_page import *  # noqa: F403
from tests.acceptance.board.keyboard import *  # noqa: F403
from tests.acceptance.board.limits import *  # noqa: F403
from tests.acceptance.board.live_line import *  # noqa: F403
from tests.acceptance.board.tasks import *  # noqa: F403

pytestmark = pytest.mark.asyncio(loop_scope="session")
