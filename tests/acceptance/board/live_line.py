"""What happens comes to the page by itself, also after the line was lost; a line that can be cut lies in between."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from playwright.async_api import Page, Request, expect
from tests.acceptance.board.visits import ADMIN, OPERATIONS, Enter
from tests.support.filled import Filled
from tests.support.machine import Json, until

from anze.demo.speakers import Speakers

_BEYOND = timedelta(minutes=1)
_STANDS, _LOST = re.compile(r"\bon\b"), re.compile(r"\boff\b")
_WATCH = """id => {
  window.stayed = true;
  window.came = new Promise(resolve => {
    const look = () => document.querySelector(id) && resolve(Date.now());
    new MutationObserver(look).observe(document, {subtree: true, childList: true, attributes: true});
  });
}"""
"""Notes the moment in which something comes onto the page, which is gone if the page is loaded anew."""


@dataclass(slots=True)
class Line:
    """A connection to a server by way of an address of its own; cutting it ends what runs over it, and refuses more."""

    port: int
    at: int = 0
    _server: asyncio.Server | None = None
    _ends: set[asyncio.StreamWriter] = field(default_factory=set)

    async def mend(self) -> None:
        """Let through what comes, at the same address as before."""
        self._server = await asyncio.start_server(self._joined, "127.0.0.1", self.at)
        self.at = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Break every connection and take no more."""
        assert self._server is not None
        self._server.close()
        for end in tuple(self._ends):
            end.transport.abort()

    async def _joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.port)
        self._ends |= {writer, back}
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer))
        self._ends -= {writer, back}

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while part := await reader.read(65536):
                writer.write(part)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.transport.abort()


@asynccontextmanager
async def _line(url: str) -> AsyncIterator[Line]:
    line = Line(int(urlsplit(url).port or 0))
    await line.mend()
    try:
        yield line
    finally:
        await line.cut()


def _next_breach(speakers: Speakers) -> Json:
    """The next clock of a claim of the insurer that will be late."""
    clocks = speakers.api(OPERATIONS.caller).list("/v1/clocks")
    ahead = [each for each in clocks if each["status"] in {"open", "at_risk"} and not each["provisional"]]
    graver = (each for each in ahead if each["tier"] in {"service", "statutory"} and each["claim_id"])
    return min(graver, key=lambda each: datetime.fromisoformat(each["due_at"]))


async def _let_it_pass(speakers: Speakers, clock: Json) -> None:
    """Go on to a minute after a clock's end; every moment on the way is recorded when this returns."""
    moment = datetime.fromisoformat(clock["due_at"]) + _BEYOND
    await asyncio.to_thread(speakers.admin.post, "/v1/sandbox/clock", {"set": moment.isoformat()})


def _told_by_the_interface(speakers: Speakers, clock: Json) -> float:
    """Wait until a clock is overdue for whoever asks the interface; that moment, in seconds."""
    admin = speakers.api(ADMIN.caller)
    until(lambda: admin.get(f"/v1/clocks/{clock['id']}")["status"] == "overdue", "the clock is not overdue")
    return time.time()


async def _seen(page: Page) -> float:
    """When that which a page was to watch for came, in seconds; it was not loaded anew meanwhile."""
    assert await page.evaluate("window.stayed === true"), "the page was loaded anew"
    return float(await page.evaluate("window.came")) / 1000


async def test_a_breach_comes_to_the_pages_that_are_open(enter: Enter, speakers: Speakers) -> None:
    clock = _next_breach(speakers)
    visit = await enter(OPERATIONS)
    await visit.open("/")
    breaches = await visit.browsing.page("/board/breaches")
    await expect(breaches.locator("#live")).to_have_class(_STANDS)
    places = {visit.page: f"tr#clock-{clock['id']}.is-late", breaches: f"#breach-{clock['id']}"}
    for page, place in places.items():
        await expect(page.locator(place)).to_have_count(0)
        await page.evaluate(_WATCH, place)
    told, _ = await asyncio.gather(
        asyncio.to_thread(_told_by_the_interface, speakers, clock), _let_it_pass(speakers, clock)
    )
    for page, place in places.items():
        await expect(page.locator(place)).to_be_visible()
        await expect(page.locator("#news .news.breached").first).to_be_visible()
        seen = await _seen(page) - told
        print(f"{urlsplit(page.url).path}: {seen:+.2f} s after the interface told it")  # noqa: T201 - a measure


async def test_a_line_that_was_cut_says_so_and_brings_what_was_missed(
    enter: Enter, speakers: Speakers, board: Filled
) -> None:
    async with _line(board.instance.url("claims")) as line:
        visit = await enter(OPERATIONS, base=f"http://127.0.0.1:{line.at}")
        resumed: list[str | None] = []
        visit.page.on("request", lambda request: resumed.append(_resumes(request)))
        await visit.open("/")
        sign = visit.page.locator("#live")
        first = _next_breach(speakers)
        await visit.page.evaluate(_WATCH, f"tr#clock-{first['id']}.is-late")
        await _let_it_pass(speakers, first)
        await _seen(visit.page)

        await line.cut()
        await expect(sign).to_have_class(_LOST)
        await expect(sign).to_contain_text(visit.words("common.live.off"))
        second = _next_breach(speakers)
        await _let_it_pass(speakers, second)
        await expect(visit.page.locator(f"tr#clock-{second['id']}.is-late")).to_have_count(0)

        await line.mend()
        await expect(sign).to_have_class(_STANDS)
        await expect(visit.page.locator(f"tr#clock-{second['id']}.is-late")).to_be_visible()
        assert await visit.page.evaluate("window.stayed === true"), "the page was loaded anew"
        assert any(resumed), "the line did not go on from what it had brought last"
        visit.browsing.watched.expected(f"127.0.0.1:{line.at}/board/")
        await visit.page.close()


def _resumes(request: Request) -> str | None:
    """What a request for the live line goes on from."""
    return request.headers.get("last-event-id") if "/board/live" in request.url else None
