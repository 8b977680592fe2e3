"""The live line: what it names, what it tells in words and to whom, where it goes on, and when it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from tests.support.story import at, ident
from tests.unit.board.boards import HTMX, Fakes

from claims.application.recorded import Basis, Recorded
from claims.dashboard import live
from claims.domain.claim.events import ClaimClosed
from claims.domain.clock_events import (
    BreachWithdrawn,
    ClockAtRisk,
    ClockBreached,
    ClockEscalated,
    ClockEvent,
    ClockMissed,
    MissWithdrawn,
)

PATIENCE = 5.0
CLAIM, CLOCK = ident("claim"), ident("clock")
AT = at("2026-03-09 10:00")


def recorded(event: Any, stream: UUID = CLOCK) -> Recorded:
    """Return a fact of a stream as the log holds it."""
    return Recorded(
        name="named", event=event, basis=Basis((), 1), tenant="picc-sz", stream_id=stream, version=1,
        occurred_at=AT, recorded_at=AT, actor="system:watch", correlation_id="c", causation_id=None, digest=b"",
    )  # fmt: skip


def of_a_clock(kind: type[ClockEvent], **changes: Any) -> Recorded:
    """Return a fact of a clock of the claim."""
    whole = {
        "subject": CLAIM, "subject_kind": "claim", "rule": "SZ-20.6", "level": 4, "alert": True,
        "due_at": at("2026-03-09 00:00"), "tier": "service", "responsible": "insurer",
    }  # fmt: skip
    return recorded(kind(**{**whole, **changes}))


class Line:
    """One open line, as the server carries it."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.parts: asyncio.Queue[str] = asyncio.Queue()
        self.ended = asyncio.Event()
        self.gone = asyncio.Event()

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            return
        await self.parts.put(message["body"].decode())
        if not message.get("more_body", False):
            self.ended.set()

    async def receive(self) -> Any:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def part(self) -> str:
        """Return the next part."""
        async with asyncio.timeout(PATIENCE):
            return await self.parts.get()

    async def until(self, text: str) -> str:
        """Return what comes up to and with a text."""
        come = ""
        while text not in come:
            come += await self.part()
        return come


@asynccontextmanager
async def following(
    board: Fakes, role: str = "operations", query: str = "", method: str = "GET", **headers: str
) -> AsyncIterator[Line]:
    """Follow as somebody, and leave at the end."""
    line = Line()
    sent = {"cookie": board.cookie(role), "accept": "text/html, text/event-stream", **HTMX, **headers}
    scope = {
        "type": "http", "method": method, "path": "/board/live", "raw_path": b"/board/live", "root_path": "",
        "query_string": query.encode(), "headers": [(k.lower().encode(), v.encode()) for k, v in sent.items()],
        "http_version": "1.1", "scheme": "http", "server": ("127.0.0.1", 8400),
    }  # fmt: skip
    running = asyncio.create_task(board.app(scope, line.receive, line.send))
    try:
        yield line
    finally:
        line.gone.set()
        async with asyncio.timeout(PATIENCE):
            await running


async def test_a_fact_is_named_for_its_claim_and_for_everybody_with_its_cursor_last() -> None:
    board = Fakes()
    board.feed.log.append(recorded(ClaimClosed(None), CLAIM))
    async with following(board) as line:
        text = await line.part()
        assert line.status == 200
        assert line.headers["content-type"].startswith("text/event-stream")
        assert line.headers["cache-control"] == "no-store"
    assert text == (
        "retry: 1000\n\n"
        f"event: claim-{CLAIM}\ndata: {CLAIM}\n\n"
        "id: 1\nevent: changed\ndata: 1\n\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "said"),
    [(ClockBreached, "Breached: "), (ClockEscalated, "Breach escalated: "), (BreachWithdrawn, "Breach withdrawn: ")],
)
async def test_a_breach_is_told_in_words_and_leads_to_its_claim(kind: type[ClockEvent], said: str) -> None:
    board = Fakes()
    board.feed.log.append(of_a_clock(kind))
    async with following(board, **{"accept-language": "en"}) as line:
        text = await line.part()
    news = next(each for each in text.split("\n") if "class=" in each)
    assert news.startswith('data: <div class="news ')
    assert said in news
    assert "SZ-20.6" in news
    assert f'href="/board/claims/{CLAIM}"' in news
    assert f"event: claim-{CLAIM}\n" in text, "a fact of a clock is named for what the clock is of"


@pytest.mark.parametrize(
    ("event", "role"),
    [
        (of_a_clock(ClockAtRisk), "operations"),
        (of_a_clock(ClockMissed, tier="target"), "operations"),
        (of_a_clock(MissWithdrawn, tier="target"), "operations"),
        (of_a_clock(ClockBreached, alert=False), "operations"),
        (of_a_clock(ClockBreached, tier="target"), "regulator"),
        (of_a_clock(ClockBreached, tier="target"), "broker"),
    ],
)
async def test_what_is_no_breach_or_not_for_a_role_is_no_news(event: Recorded, role: str) -> None:
    board = Fakes()
    board.feed.log.append(event)
    async with following(board, role) as line:
        text = await line.part()
    assert "news" not in text
    assert "event: changed" in text


async def test_a_rule_that_no_rulebook_names_and_a_clock_of_no_claim_are_told_too() -> None:
    board = Fakes()
    board.feed.log.append(of_a_clock(ClockBreached, rule="SZ-99<", subject_kind="party"))
    async with following(board) as line:
        text = await line.part()
    assert "SZ-99&lt;" in text
    assert "href" not in text


async def test_after_an_outage_three_lines_of_news_are_enough() -> None:
    board = Fakes()
    board.feed.log += [of_a_clock(ClockBreached, rule=f"R-{number}") for number in range(5)]
    async with following(board) as line:
        text = await line.part()
    assert text.count('class="news') == 3
    assert "R-4" in text
    assert "R-1" not in text
    assert "id: 5\nevent: changed\ndata: 5" in text


async def test_the_line_goes_on_behind_the_page_and_behind_what_was_cut_off() -> None:
    board = Fakes()
    board.feed.log += [recorded(ClaimClosed(None), ident(name)) for name in ("first", "second", "third")]
    async with following(board, query="after=2") as line:
        text = await line.part()
        assert str(ident("second")) not in text
        assert f"event: claim-{ident('third')}" in text
    async with following(board, query="after=0", **{"Last-Event-ID": "1"}) as line:
        text = await line.part()
        assert str(ident("first")) not in text
        assert "data: 2\n" in text


async def test_a_cursor_that_nobody_gave_has_the_page_ask_for_itself_and_follows_from_now() -> None:
    board = Fakes()
    board.feed.log += [recorded(ClaimClosed(None), ident("old"))]
    board.application.edge_is = "1"
    async with following(board, **{"Last-Event-ID": "nobody's"}) as line:
        assert await line.part() == "retry: 1000\n\nid: 1\nevent: changed\ndata: 0\n\n"
        board.feed.log.append(recorded(ClaimClosed(None), ident("new")))
        text = await line.until("id: 2")
        assert f"event: claim-{ident('new')}" in text
        assert str(ident("old")) not in text


async def test_what_comes_soon_after_something_else_is_told_together(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    released = asyncio.Event()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await released.wait()

    board = Fakes()
    async with following(board) as line:
        await line.part()
        assert await line.part() == ": heartbeat\n\n", "the read behind the joining brought nothing"
        monkeypatch.setattr(live, "asyncio", type("Paused", (), {"sleep": staticmethod(pause)}))
        board.feed.log.append(recorded(ClaimClosed(None), ident("first")))
        assert "data: 1\n" in await line.part()
        board.feed.log += [recorded(ClaimClosed(None), ident(name)) for name in ("second", "third")]
        while len(board.feed.reads) < 4:
            await asyncio.sleep(0)
        released.set()
        assert "data: 2\n" in await line.part()
    assert set(pauses) == {0.4}


async def test_the_line_ends_with_the_session() -> None:
    board = Fakes()
    cookie = board.cookie("operations")
    board.wall.now += 3599.99
    async with following(board, cookie=cookie) as line:
        async with asyncio.timeout(PATIENCE):
            await line.ended.wait()
        assert line.status == 200


async def test_where_there_is_no_room_it_says_so_in_words_and_tries_later() -> None:
    board = Fakes(most_streams=1)
    async with following(board) as line:
        await line.part()
        answer = await board.get("operations", "/live", **HTMX)
        assert answer.status_code == 503
        assert "No room for another live connection" in answer.text
        assert answer.headers["hx-retarget"] == "#notices"
    async with following(board) as line:
        await line.part()
        assert line.status == 200


async def test_who_asks_for_the_head_alone_takes_no_place() -> None:
    board = Fakes(most_streams=1)
    for _ in range(2):
        async with following(board, method="HEAD") as line:
            async with asyncio.timeout(PATIENCE):
                await line.ended.wait()
            assert (line.status, await line.part()) == (200, "")


async def test_everybody_is_shown_what_the_feed_brings_for_their_own_eyes() -> None:
    board = Fakes()
    async with following(board, "regulator") as line:
        await line.part()
        assert {scope.region for scope, _ in board.feed.reads} == {"440000"}
        assert {scope.role for scope, _ in board.feed.reads} == {"regulator"}
