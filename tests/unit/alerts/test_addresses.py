"""Where webhooks may go, and that they go where was looked."""

from collections.abc import Sequence

import httpx2
import pytest
from tests.unit.alerts.test_webhook import SECRET, FixedClock

from notifications.application.ports import Message
from notifications.channels.address_policy import AddressPolicy, AddressRefusedError
from notifications.channels.pinned_transport import PinnedTransport
from notifications.channels.webhook import WebhookChannel
from notifications.domain.delivery import GiveUp, Outcome, Retry


def resolving_to(*addresses: str, strict: bool = True) -> AddressPolicy:
    """A policy for which every name has these addresses."""

    async def resolve(_host: str, _port: int) -> Sequence[str]:
        if not addresses:
            raise OSError("no such host")
        return addresses

    return AddressPolicy(strict, resolve)


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/", "https://127.0.0.1/", "https://[::1]/", "https://10.1.2.3/", "https://172.16.0.1/",
        "https://192.168.0.1/", "https://169.254.169.254/", "https://100.64.0.1/", "https://0.0.0.0/",
        "https://224.0.0.1/", "https://255.255.255.255/", "https://[fe80::1]/", "https://[fc00::1]/",
        "https://[ff02::1]/", "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::a00:1]/", "https://[2002:a00:1::]/",
        "https://[::]/", "https://2130706433/", "https://0177.0.0.1/", "https://127.1/", "https://user:pw@example.com/",
        "https://example.com/#part", "https://example.com:0/", "https://example.com:99999/", "https:///path",
        "https://exa mple.com/", "https://exämple.com/", "https://example.com\\@10.0.0.1/", "file:///etc/passwd", "",
        "https://example.com/" + "x" * 2000,
    ],
)  # fmt: skip
def test_an_address_inside_or_malformed_is_refused_in_production(address: str) -> None:
    with pytest.raises(AddressRefusedError):
        resolving_to("93.184.216.34").check_form(address)


@pytest.mark.parametrize(
    "address", ["https://example.com/", "https://93.184.216.34:8443/x?y=z", "https://[2606:4700::1]"]
)
def test_a_public_address_is_accepted(address: str) -> None:
    resolving_to("93.184.216.34").check_form(address)


def test_outside_production_this_machine_may_be_called_but_no_other_private_one() -> None:
    relaxed = resolving_to(strict=False)
    relaxed.check_form("http://127.0.0.1:8000/")
    relaxed.check_form("http://[::1]:8000/")
    with pytest.raises(AddressRefusedError):
        relaxed.check_form("http://10.0.0.1/")
    with pytest.raises(AddressRefusedError):
        relaxed.check_form("http://0.0.0.0/")


@pytest.mark.parametrize(
    "answers", [("10.0.0.1",), ("93.184.216.34", "10.0.0.1"), ("::ffff:10.0.0.1",), ("127.0.0.1",)]
)
async def test_a_name_that_leads_inside_is_refused_even_by_one_of_its_answers(answers: tuple[str, ...]) -> None:
    with pytest.raises(AddressRefusedError):
        await resolving_to(*answers).target_of("https://receiver.example/")


async def test_a_name_is_resolved_once_and_its_first_address_is_the_target() -> None:
    asked: list[str] = []

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(f"{host}:{port}")
        return ["93.184.216.34", "93.184.216.35"]

    target = await AddressPolicy(strict=True, resolve=resolve).target_of("https://receiver.example/hook")
    assert (target.ip, target.host, target.port) == ("93.184.216.34", "receiver.example", 443)
    assert asked == ["receiver.example:443"]


async def test_the_connection_goes_to_the_checked_address_under_the_name_that_was_asked_for() -> None:
    seen: list[httpx2.Request] = []

    class Watched(PinnedTransport):
        def __init__(self, policy: AddressPolicy) -> None:
            super().__init__(policy)
            self._inner = httpx2.MockTransport(self._take)  # type: ignore[assignment]

        @staticmethod
        def _take(request: httpx2.Request) -> httpx2.Response:
            seen.append(request)
            return httpx2.Response(200)

    channel = WebhookChannel(Watched(resolving_to("93.184.216.34")), FixedClock())
    await channel.send(Message("1", "https://receiver.example:8443/hook", b"{}", SECRET))
    await channel.aclose()
    [request] = seen
    assert str(request.url) == "https://93.184.216.34:8443/hook"
    assert request.headers["host"] == "receiver.example:8443"
    assert request.extensions["sni_hostname"] == "receiver.example"


async def _outcome(policy: AddressPolicy, address: str) -> Outcome:
    channel = WebhookChannel(PinnedTransport(policy), FixedClock())
    try:
        return await channel.send(Message("1", address, b"{}", SECRET))
    finally:
        await channel.aclose()


async def test_an_address_that_came_to_lead_inside_is_given_up() -> None:
    assert isinstance(await _outcome(resolving_to("10.0.0.1"), "https://receiver.example/"), GiveUp)


async def test_a_name_that_does_not_resolve_now_is_tried_again() -> None:
    outcome = await _outcome(resolving_to(), "https://receiver.example/")
    assert isinstance(outcome, Retry)
    assert not outcome.ambiguous
