"""What the relay makes of each answer of notifications."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import httpx2
import orjson
import pytest
from joserfc.jwk import ECKey

from claims.relay.alerts import Alert
from claims.relay.notifications import Notifications, NotNowError, Refused
from claims.relay.service_token import ServiceToken

KEY = ECKey.generate_key("P-256", auto_kid=True)
ALERT = Alert("picc-sz", UUID(int=1), 1, UUID(int=2), "clock.breached", "c-1", {"id": "x", "data": {"zh": "逾期"}})


class Receiver:
    """Answers as it is told and keeps what it was sent."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        return httpx2.Response(self.status, text="because", headers={"location": "/elsewhere"})


@asynccontextmanager
async def speaking_to(receiver: Receiver) -> AsyncIterator[Notifications]:
    """The client under test."""
    token = ServiceToken(KEY, issuer="issuer", audience="anze")
    notifications = Notifications("http://127.0.0.1:1", token, httpx2.MockTransport(receiver))
    try:
        yield notifications
    finally:
        await notifications.close()


@pytest.mark.parametrize("status", [200, 202])
async def test_an_alert_that_was_taken_now_or_before_is_done(status: int) -> None:
    receiver = Receiver(status)
    async with speaking_to(receiver) as notifications:
        assert await notifications.tell(ALERT) is None
    (request,) = receiver.requests
    assert (request.method, request.url.path) == ("POST", "/v1/alerts")
    assert orjson.loads(request.content) == ALERT.document
    assert request.headers["content-type"] == "application/json"
    assert request.headers["x-correlation-id"] == "c-1"
    assert request.headers["authorization"].startswith("Bearer ey")


@pytest.mark.parametrize("status", [400, 409, 413, 415, 422])
async def test_an_alert_that_is_refused_for_what_it_is_is_not_sent_again(status: int) -> None:
    async with speaking_to(Receiver(status)) as notifications:
        assert await notifications.tell(ALERT) == Refused(status, "because")


@pytest.mark.parametrize("status", [301, 307, 401, 403, 404, 405, 408, 425, 429, 500, 502, 503, 504])
async def test_whatever_is_not_the_alerts_fault_is_waited_out(status: int) -> None:
    async with speaking_to(Receiver(status)) as notifications:
        with pytest.raises(NotNowError, match=str(status)):
            await notifications.tell(ALERT)


async def test_a_receiver_that_is_away_is_waited_for() -> None:
    def away(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused", request=request)

    notifications = Notifications(
        "http://127.0.0.1:1", ServiceToken(KEY, issuer="i", audience="a"), httpx2.MockTransport(away)
    )
    with pytest.raises(NotNowError, match="ConnectError"):
        await notifications.tell(ALERT)
    await notifications.close()


async def test_a_token_that_is_not_accepted_is_not_sent_twice() -> None:
    receiver = Receiver(401)
    async with speaking_to(receiver) as notifications:
        for _ in range(2):
            with pytest.raises(NotNowError):
                await notifications.tell(ALERT)
    first, second = (request.headers["authorization"] for request in receiver.requests)
    assert first != second


@pytest.mark.parametrize("status", [200, 204, 409])
async def test_the_offset_of_a_sandbox_is_sent_also_where_it_lies_in_the_past(status: int) -> None:
    receiver = Receiver(status)
    async with speaking_to(receiver) as notifications:
        await notifications.set_clock(timedelta(days=-1, microseconds=1))
    (request,) = receiver.requests
    assert (request.method, request.url.path) == ("PUT", "/v1/sandbox/clock")
    assert orjson.loads(request.content) == {"offset_us": -86_399_999_999}


@pytest.mark.parametrize("status", [404, 422, 500])
async def test_an_offset_that_is_not_taken_is_sent_again(status: int) -> None:
    async with speaking_to(Receiver(status)) as notifications:
        with pytest.raises(NotNowError):
            await notifications.set_clock(timedelta(days=1))
