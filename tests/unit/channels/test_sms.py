"""Text messages through gateways that are described by settings."""

import json
from collections.abc import Mapping
from typing import Any

import httpx2
import pytest
from tests.support.messages import HandClock, document, message, unread

from notifications.channels.http_client import HttpClient
from notifications.channels.sms import Gateway, SmsChannel
from notifications.domain.delivery import Delivered, GiveUp, Outcome, Retry

NUMBER = "+8613800138000"
GATEWAY = Gateway(
    "https://sms.example/v2/send",
    body={"to": ["{number}"], "params": {"content": "{text}"}, "ref": "{id}", "retries": 0},
    headers={"authorization": "AppCode 0123"},
    success_field="/result/code",
    success_values=("0", "OK"),
    signature="【安责】",
)


async def sent(
    gateway: Gateway, status: int = 200, answer: Any = None, headers: Mapping[str, str] | None = None, **given: Any
) -> tuple[Outcome, httpx2.Request]:
    """Send a message by a gateway that answers so."""
    seen: list[httpx2.Request] = []

    def take(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return unread(httpx2.Response(status, headers=headers, json=answer))

    client = HttpClient(httpx2.MockTransport(take), HandClock())
    outcome = await SmsChannel(client, gateway).send(message(NUMBER, **given))
    await client.aclose()
    return outcome, seen[0]


async def test_a_gateway_is_asked_as_it_is_described() -> None:
    outcome, request = await sent(GATEWAY, answer={"result": {"code": 0}})
    assert isinstance(outcome, Delivered)
    body = json.loads(request.content)
    text = body["params"]["content"]
    assert body == {"to": [NUMBER], "params": {"content": text}, "ref": "018f-1", "retries": 0}
    assert text == "【安责】时限已违反 SZ-20.6 抢险救援费用预付 C-2026-1 2026-03-08 24:00"
    assert request.headers["authorization"] == "AppCode 0123"


async def test_what_is_filled_into_an_address_cannot_change_it() -> None:
    gateway = Gateway("https://sms.example/send?to={number}&text={text}&ref={id}", method="GET")
    clock = json.loads(document())["data"]["clock"] | {"title": {"zh": "&to=1#{number}/../"}}
    seen: list[httpx2.Request] = []

    def take(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200)

    client = HttpClient(httpx2.MockTransport(take), HandClock())
    outcome = await SmsChannel(client, gateway).send(message(NUMBER, document(clock=clock)))
    await client.aclose()
    assert isinstance(outcome, Delivered)
    [request] = seen
    assert (request.method, request.url.host, request.url.path) == ("GET", "sms.example", "/send")
    assert request.url.params.get_list("to") == [NUMBER]
    assert "&to=1#{number}/../" in request.url.params["text"]


@pytest.mark.parametrize(
    ("status", "answer", "meaning", "ambiguous"),
    [
        (200, {"result": {"code": "OK"}}, Delivered, False),
        (200, {"result": {"code": 1, "message": "no balance"}}, Retry, False),
        (200, {"result": {}}, Retry, True),
        (200, [], Retry, True),
        (200, "OK", Retry, True),
        (400, {"result": {"code": 0}}, Retry, False),
        (401, None, Retry, False),
        (410, None, GiveUp, False),
        (429, None, Retry, False),
        (500, None, Retry, False),
        (302, None, Retry, False),
    ],
)
async def test_only_the_answer_that_is_described_is_a_success(
    status: int, answer: Any, meaning: type[Outcome], ambiguous: bool
) -> None:
    outcome, _ = await sent(GATEWAY, status, answer)
    assert isinstance(outcome, meaning)
    assert getattr(outcome, "ambiguous", False) is ambiguous


async def test_a_gateway_without_a_described_answer_is_judged_by_status() -> None:
    plain = Gateway("https://sms.example/send", body={"text": "{text}"})
    assert isinstance((await sent(plain, 204))[0], Delivered)
    assert isinstance((await sent(plain, 500))[0], Retry)


def test_a_gateway_does_not_show_its_headers() -> None:
    assert "0123" not in repr(GATEWAY)
