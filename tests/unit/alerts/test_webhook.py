"""What each answer of a receiver means, and how a message is signed."""

import asyncio
import dataclasses
import json
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import httpx2
import pytest
import time_machine
from standardwebhooks import Webhook, WebhookVerificationError
from tests.support.messages import unread

from notifications.application.ports import Message
from notifications.channels.http_client import HttpClient
from notifications.channels.webhook import WebhookChannel
from notifications.domain.delivery import Delivered, GiveUp, Outcome, Retry

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
SECRET = "whsec_" + "QUFB" * 10
MESSAGE = Message("018f-1", "https://receiver.example/hook", ('{"标题":1}',), (SECRET,))


class FixedClock:
    """Stands still; in the zone of Shanghai, as a careless clock might be."""

    def wall(self) -> datetime:
        """Return the fixed moment."""
        return NOW.astimezone(timezone(timedelta(hours=8)))


async def send(handler: Callable[[httpx2.Request], httpx2.Response], message: Message = MESSAGE) -> Outcome:
    """Send the message to a receiver that answers by this function."""
    return await send_over(httpx2.MockTransport(lambda request: unread(handler(request))), message=message)


async def send_over(transport: httpx2.AsyncBaseTransport, seconds: float = 5, message: Message = MESSAGE) -> Outcome:
    """Send the message over a transport."""
    client = HttpClient(transport, FixedClock(), seconds)
    try:
        return await WebhookChannel(client, FixedClock()).send(message)
    finally:
        await client.aclose()


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
        assert outcome.costs_attempt is (status != 429)
    assert outcome.status_code == status
    assert f"HTTP {status}" in outcome.detail


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("0", timedelta(seconds=1)),
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
    assert outcome.costs_attempt is (wait is None), "a receiver that asks us to come later takes no attempt from us"


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

    outcome = await send_over(Silent(), seconds=0.01)
    assert isinstance(outcome, Retry)
    assert outcome.ambiguous


async def test_the_message_is_signed_by_utc_and_sent_as_it_was_stored() -> None:
    seen: list[httpx2.Request] = []

    def take(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(204)

    await send(take)
    [request] = seen
    assert request.content == MESSAGE.documents[0].encode()
    assert request.headers["webhook-id"] == MESSAGE.id
    assert request.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    expected = Webhook(SECRET).sign(MESSAGE.id, NOW, MESSAGE.documents[0])
    assert request.headers["webhook-signature"] == expected
    assert request.headers["content-type"].startswith("application/cloudevents+json")


def test_a_message_does_not_show_its_secret() -> None:
    assert SECRET not in repr(MESSAGE)


async def test_while_two_secrets_are_valid_a_receiver_with_either_accepts_the_message() -> None:
    seen: list[httpx2.Request] = []
    older, strange = "whsec_" + "QkJC" * 10, "whsec_" + "Q0ND" * 10

    def take(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(204)

    await send(take, dataclasses.replace(MESSAGE, secrets=(SECRET, older)))
    with time_machine.travel(NOW, tick=False):
        for secret in (SECRET, older):
            Webhook(secret).verify(seen[0].content, dict(seen[0].headers))
        with pytest.raises(WebhookVerificationError):
            Webhook(strange).verify(seen[0].content, dict(seen[0].headers))


async def test_several_alerts_are_sent_as_one_signed_batch() -> None:
    seen: list[httpx2.Request] = []

    def take(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(204)

    await send(take, dataclasses.replace(MESSAGE, documents=('{"a":1}', '{"b":"二"}')))
    assert json.loads(seen[0].content) == [{"a": 1}, {"b": "二"}]
    assert seen[0].headers["content-type"].startswith("application/cloudevents-batch+json")
    with time_machine.travel(NOW, tick=False):
        Webhook(SECRET).verify(seen[0].content, dict(seen[0].headers))


async def test_a_failure_is_logged_with_the_beginning_of_what_was_said() -> None:
    outcome = await send(lambda _: httpx2.Response(500, text="database\n\tis down " + "x" * 10_000))
    assert outcome.detail.startswith("HTTP 500: database is down xxx")
    assert len(outcome.detail) < 300
