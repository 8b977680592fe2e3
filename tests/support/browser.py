"""Debian's Chromium, driven by Playwright: a fresh context for each test, that sees whatever goes wrong in it.

Its fixtures run on the loop of the session, and so does a test that asks for them:
`pytestmark = pytest.mark.asyncio(loop_scope="session")`.
"""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, async_playwright, expect

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "build" / "screenshots"
AXE = ROOT / ".venv" / "share" / "axe-core" / "axe.min.js"
_FLAGS = (
    "--no-sandbox",  # tests run as root in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
_NEEDED = "Chromium is missing: apt-get install chromium fonts-noto-cjk, or say in ANZE_CHROMIUM where it is."
_PATIENCE = 60_000
"""Milliseconds that anything on a page may take to come about; a bound, never a measure."""
_OF_THE_PAGE = frozenset({"about", "blob", "data"})
"""Schemes of addresses that nobody is asked for."""
_LEFT = "net::ERR_ABORTED"
"""How a request fails that the page itself gave up, by leaving or by closing a stream."""
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_FINDINGS = """async tags => {
  const found = await axe.run(document, {runOnly: tags, resultTypes: ["violations"]});
  const grave = found.violations.filter(each => ["serious", "critical"].includes(each.impact));
  const places = each => JSON.stringify(each.nodes.slice(0, 5).map(node => node.target));
  return grave.map(each => `${each.impact} ${each.id}: ${each.help}: ${places(each)}`);
}"""
"""What passed stays in the browser: of a long page it is megabytes."""


@dataclass
class Watched:
    """What went wrong in a context: messages, errors, failures, requests that left the host.

    Without slots: Playwright keeps what it makes of a handler on the object whose method it is.
    """

    host: str
    troubles: list[str] = field(default_factory=list)

    def follow(self, context: BrowserContext) -> None:
        """See everything that happens in a context from now on."""
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.troubles.append(f"error: {error.error}"))
        context.on("request", self._on_request)
        context.on("requestfailed", self._on_failure)

    def expected(self, *parts: str) -> None:
        """Take what a test brought about on purpose off the list; each part names one trouble at least."""
        for part in parts:
            assert any(part in trouble for trouble in self.troubles), f"{part!r} did not happen: {self.troubles}"
        self.troubles = [trouble for trouble in self.troubles if not any(part in trouble for part in parts)]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.troubles.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in _OF_THE_PAGE and parts.netloc != self.host:
            self.troubles.append(f"left the host: {request.url}")

    def _on_failure(self, request: Request) -> None:
        if request.failure != _LEFT:
            self.troubles.append(f"failed: {request.method} {request.url} {request.failure}")


@dataclass(frozen=True, slots=True)
class Browsing:
    """One person at one browser, with what the browser complained of."""

    context: BrowserContext
    watched: Watched
    base: str

    async def page(self, path: str = "/") -> Page:
        """Open a page of the server in a new tab."""
        page = await self.context.new_page()
        answer = await page.goto(self.base + path)
        assert answer is not None
        assert answer.ok, f"{path} answered {answer.status}"
        return page


OpenBrowser: TypeAlias = Callable[..., Awaitable[Browsing]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all tests of this process."""
    program = os.environ.get("ANZE_CHROMIUM") or shutil.which("chromium")
    if program is None:
        pytest.fail(_NEEDED)
    expect.set_options(timeout=_PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=list(_FLAGS))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def open_browser(chromium: Browser) -> AsyncIterator[OpenBrowser]:
    """Opens a context for a server, with options of Playwright's; nothing may have gone wrong in it at the end."""
    async with AsyncExitStack() as stack:

        async def opened(base: str, **options: Any) -> Browsing:
            return await stack.enter_async_context(browsing(chromium, base, **options))

        yield opened


@asynccontextmanager
async def browsing(chromium: Browser, base: str, **options: Any) -> AsyncIterator[Browsing]:
    """Open a fresh context for a server until the end of the block; fails on any trouble that was not expected."""
    settings = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", **options}
    context = await chromium.new_context(**settings)
    context.set_default_timeout(_PATIENCE)
    watched = Watched(urlsplit(base).netloc)
    watched.follow(context)
    try:
        yield Browsing(context, watched, base)
    finally:
        await context.close()
    assert watched.troubles == []


async def run_axe(page: Page) -> list[str]:
    """Return the serious and critical findings of axe-core on a page as it stands, each with its first places.

    The script comes in by the debugger's protocol, which the page's policy neither sees nor is loosened for.
    """
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = await page.evaluate(_FINDINGS, _TAGS)
    return found


async def shoot(page: Page, name: str) -> Path:
    """Write the whole page as an image to build/screenshots/<name>.jpg, for people to look at."""
    path = SCREENSHOTS / f"{name}.jpg"
    await page.screenshot(path=path, type="jpeg", quality=80, full_page=True, animations="disabled")
    return path
