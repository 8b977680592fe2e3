"""The feed as Server-Sent Events, message by message as a web server sees them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
import pytest
from joserfc.jwk import KeySet
from tests.unit.api.conftest import AUDIENCE, ISSUER, KEY, Api, claims_of
from tests.unit.api.examples import a_report
from tests.unit.api.fake_reads import FakeFeed

from claims import event_stream
from claims.api import stream
from claims.api.app import ApiServices, create_app
from claims.api.auth import SignedTokens
from claims.application.streaming import Streams

PATIENCE = 5.0
PUBLIC = KeySet.import_key_set(KeySet([KEY]).as_dict(private=False))


@dataclass
class Reader:
    """One request for the stream, as the server carries it."""

    headers: dict[str, str] = field(default_factory=dict)
    status: int = 0
    parts: asyncio.Queue[bytes] = field(default_factory=asyncio.Queue)
    ended: bool = False
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    stuck: asyncio.Event = field(default_factory=asyncio.Event)
    """Set: the reader takes nothing any more."""
    running: asyncio.Task[None] | None = None

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            return
        if self.stuck.is_set():
            await asyncio.Event().wait()
        self.ended = not message.get("more_body", False)
        await self.parts.put(message["body"])

    async def receive(self) -> Any:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def text(self) -> str:
        """Return the next part."""
        async with asyncio.timeout(PATIENCE):
            return (await self.parts.get()).decode()

    async def end(self) -> None:
        """Wait until the request is over."""
        assert self.running is not None
        async with asyncio.timeout(PATIENCE):
            await self.running


@asynccontextmanager
async def reading(
    services: ApiServices, headers: dict[str, str], query: str = "", path: str = "/v1/stream"
) -> AsyncIterator[Reader]:
    """Ask for the stream, and leave it at the end."""
    reader = Reader()
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": raw,
        "http_version": "1.1",
        "root_path": "",
        "scheme": "http",
        "server": ("claims.test", 80),
    }
    reader.running = asyncio.create_task(create_app(services)(scope, reader.receive, reader.send))
    try:
        yield reader
    finally:
        reader.gone.set()
        await reader.end()


def told(text: str) -> list[tuple[str, int]]:
    """Return id and version of every event in a part of the stream."""
    blocks = [block.split("\n") for block in text.split("\n\n") if block.startswith("id:")]
    return [
        (lines[0].removeprefix("id: "), orjson.loads(lines[1].removeprefix("data: "))["version"]) for lines in blocks
    ]


async def test_the_stream_brings_the_feed_and_then_what_comes(api: Api, services: ApiServices) -> None:
    claim_id = (await api.post("/v1/claims", a_report())).json()["id"]
    async with reading(services, api.headers("insurer")) as reader:
        text = await reader.text()
        assert text.startswith("retry: 1000\n\n")
        assert told(text) == [("1", 1), ("2", 2)]
        assert reader.status == 200
        assert reader.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert reader.headers["cache-control"] == "no-store"
        assert "content-length" not in reader.headers
        listed = (await api.get("/v1/events")).json()["items"]
        data = [line.removeprefix("data: ") for line in text.split("\n") if line.startswith("data:")]
        assert [orjson.loads(each) for each in data] == listed
        assert await reader.text() == ": heartbeat\n\n", "the read behind the joining brought nothing"
        await api.post(f"/v1/claims/{claim_id}/claim-requests", {"claimant": "insured", "amount": "5000.00"})
        assert told(await reader.text())[0] == ("3", 3)


async def test_who_comes_back_goes_on_behind_the_last_event_it_got(api: Api, services: ApiServices) -> None:
    await api.post("/v1/claims", a_report())
    again = {**api.headers("insurer"), "Last-Event-ID": "1"}
    async with reading(services, again, "after=0") as reader:
        assert told(await reader.text()) == [("2", 2)]
    async with reading(services, api.headers("insurer"), "after=2") as reader:
        assert told(await reader.text()) == []


async def test_where_nothing_comes_a_comment_keeps_the_connection(
    api: Api, services: ApiServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.001)
    async with reading(services, api.headers("regulator")) as reader:
        assert await reader.text() == "retry: 1000\n\n"
        assert [await reader.text() for _ in range(3)] == [": heartbeat\n\n"] * 3


async def test_the_stream_ends_properly_when_the_process_does(api: Api, services: ApiServices) -> None:
    async with reading(services, api.headers("insurer")) as reader:
        await reader.text()
        services.streams.close()
        await reader.end()
        assert reader.ended
    refused = await api.get("/v1/stream")
    assert (refused.status_code, refused.json()["type"]) == (503, "urn:anze:problem:streams-full")
    assert refused.headers["retry-after"]


def seen_at(services: ApiServices, wall: float) -> ApiServices:
    """The services at a moment of wall time."""
    return replace(services, tokens=SignedTokens(PUBLIC, ISSUER, AUDIENCE, wall_clock=lambda: wall))


async def test_the_stream_ends_when_its_token_does(api: Api, services: ApiServices) -> None:
    expires_at = claims_of("insurer")["exp"]
    async with reading(seen_at(services, expires_at - 0.05), api.headers("insurer")) as reader:
        await reader.end()
        assert (reader.status, reader.ended) == (200, True)


async def test_a_token_within_its_leeway_is_not_followed_with(api: Api, services: ApiServices) -> None:
    expires_at = claims_of("insurer")["exp"]
    async with reading(seen_at(services, expires_at + 10), api.headers("insurer")) as reader:
        await reader.end()
        assert (reader.status, reader.ended) == (200, True)


async def test_no_stream_is_longer_than_the_bound_however_long_its_token_is_valid(
    api: Api, services: ApiServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "LONGEST_SECONDS", 0.01)
    async with reading(services, api.headers("insurer")) as reader:
        await reader.end()
        assert reader.ended


async def test_a_reader_who_leaves_is_forgotten(api: Api, services: ApiServices, feed: FakeFeed) -> None:
    one = replace(services, streams=Streams(feed, most=1))
    for _ in range(3):
        async with reading(one, api.headers("insurer")) as reader:
            assert await reader.text()
            assert reader.status == 200


async def test_a_reader_who_takes_nothing_is_cut_off(
    api: Api, services: ApiServices, feed: FakeFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_stream, "LAST_WORD_SECONDS", 0.01)
    await api.post("/v1/claims", a_report())
    few = replace(services, streams=Streams(feed, pause=0.001, depth=2))
    async with reading(few, api.headers("insurer")) as reader:
        assert told(await reader.text()) == [("1", 1), ("2", 2)]
        assert await reader.text() == ": heartbeat\n\n"
        reader.stuck.set()
        feed.log += feed.log
        feed.log += feed.log
        await reader.end()
        assert not reader.ended


@pytest.mark.parametrize(
    ("query", "header", "status", "code"),
    [
        ("after=forged", None, 422, "invalid-request"),
        ("", "forged", 400, "last-event-id-unknown"),
        ("limit=5", None, 422, "invalid-request"),
    ],
)
async def test_a_cursor_that_the_feed_did_not_give_is_a_problem_and_not_a_broken_stream(
    api: Api, query: str, header: str | None, status: int, code: str
) -> None:
    headers = {} if header is None else {"Last-Event-ID": header}
    answer = await api.get(f"/v1/stream?{query}", headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:anze:problem:{code}")


async def test_a_refused_cursor_leaves_no_follower_behind(api: Api, services: ApiServices, feed: FakeFeed) -> None:
    one = replace(services, streams=Streams(feed, most=1))
    for _ in range(3):
        async with reading(one, api.headers("insurer"), "after=forged") as reader:
            await reader.end()
            assert reader.status == 422


async def test_the_stream_is_for_the_roles_of_the_feed(api: Api) -> None:
    assert (await api.get("/v1/stream", "service")).status_code == 403
    assert (await api.get("/v1/stream", headers={"Authorization": None})).status_code == 401
