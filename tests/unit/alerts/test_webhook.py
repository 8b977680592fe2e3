"""What each answer of a receiver means, and how a message is signed."""

import asyncio
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import httpx2
import pytest
from standardwebhooks import Webhook

from notifications.application.ports import Message
from notifications.channels.webhook import WebhookChannel
from notifications.domain.delivery import Delivered, GiveUp, Outcome, Retry

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
SECRET = "whsec_" + "QUFB" * 10
MESSAGE = Message("018f-1", "https://receiver.example/hook", '{"标题":1}'.encode(), SECRET)


class FixedClock:
    """Stands still; in the zone of Shanghai, as a careless clock might be."""

    def wall(self) -> datetime:
        """Return the fixed moment."""
        return NOW.astimezone(timezone(timedelta(hours=8)))


async def send(handler: Callable[[httpx2.Request], httpx2.Response], seconds: float = 5) -> Outcome:
    """Send the message to a receiver that answers by this function."""
    channel = WebhookChannel(httpx2.MockTransport(handler), FixedClock(), seconds)
    try:
        return await channel.send(MESSAGE)
    finally:
        await channel.aclose()


@pytest.mark.parametrize("status", range(200, 600))
async def test_only_success_is_delivered_and_only_gone_is_final(status: int) -> None:
    outcome = await send(lambda _: httpx2.Response(status))
    if status < 300:
        assert isinstance(outcome, Delivered)
    elif status == 410:
        assert outcome == GiveUp("HTTP 410: the receiver wants nothing more", 410, gone=True)
    else:
        assert isinstance(outcome, Retry)
        assert not outcome.ambiguous
    assert outcome.status_code == status
    assert f"HTTP {status}" in outcome.detail


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("0", timedelta()),
        ("Sat, 21 Nov 2026 08:10:00 GMT", timedelta(minutes=10)),
        ("Sat, 21 Nov 2026 07:00:00 GMT", None),
        ("99999999999999999999", timedelta(days=3)),
        ("Fri, 01 Jan 2100 00:00:00 GMT", timedelta(days=3)),
        ("soon", None),
        ("-5", None),
        ("²", None),
    ],
)
async def test_the_wait_that_a_receiver_asks_for_is_read(header: str, wait: timedelta | None) -> None:
    headers = [(b"retry-after", header.encode())]
    outcome = await send(lambda _: httpx2.Response(503, headers=headers))
    assert isinstance(outcome, Retry)
    assert outcome.after == wait


@pytest.mark.parametrize(
    ("error", "ambiguous"),
    [
        (httpx2.ConnectError("refused"), False),
        (httpx2.ConnectTimeout("slow"), False),
        (httpx2.PoolTimeout("full"), False),
        (httpx2.ReadTimeout("slow"), True),
        (httpx2.WriteTimeout("slow"), True),
        (httpx2.ReadError("reset"), True),
        (httpx2.RemoteProtocolError("gone"), True),
        (ssl.SSLError("bad"), True),
        (OSError("odd"), True),
    ],
)
async def test_what_may_have_arrived_is_told_from_what_did_not(error: Exception, ambiguous: bool) -> None:
    def fail(_: httpx2.Request) -> httpx2.Response:
        raise error

    outcome = await send(fail)
    assert isinstance(outcome, Retry)
    assert outcome.ambiguous is ambiguous


async def test_a_receiver_that_does_not_answer_in_time_is_ambiguous() -> None:
    class Silent(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            await asyncio.Event().wait()
            raise AssertionError

    channel = WebhookChannel(Silent(), FixedClock(), send_seconds=0.01)
    outcome = await channel.send(MESSAGE)
    await channel.aclose()
    assert isinstance(outcome, Retry)
    assert outcome.ambiguous


async def test_the_message_is_signed_by_utc_and_sent_as_it_was_stored() -> None:
    seen: list[httpx2.Request] = []

    def take(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(204)

    await send(take)
    [request] = seen
    assert request.content == MESSAGE.body
    assert request.headers["webhook-id"] == MESSAGE.id
    assert request.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    expected = Webhook(SECRET).sign(MESSAGE.id, NOW, MESSAGE.body.decode())
    assert request.headers["webhook-signature"] == expected
    assert request.headers["content-type"].startswith("application/cloudevents+json")


def test_a_message_does_not_show_its_secret() -> None:
    assert SECRET not in repr(MESSAGE)
