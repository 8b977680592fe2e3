"""Where messages may go, and that they go where was looked: connections are counted at a real listener."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpcore2
import httpx2
import pytest
from tests.support.messages import HandClock
from tests.unit.alerts.forbidden import IPS, SPELLINGS
from tests.unit.alerts.test_webhook import SECRET

from notifications.application.ports import Message
from notifications.channels.address_policy import AddressPolicy, AddressRefusedError
from notifications.channels.http_client import HttpClient
from notifications.channels.pinned_transport import PinnedTransport
from notifications.channels.webhook import WebhookChannel
from notifications.domain.delivery import GiveUp, Outcome, Retry

PUBLIC = "93.184.216.34"


def resolving_to(*addresses: str, **loosened: bool) -> AddressPolicy:
    """A policy for which every name has these addresses."""

    async def resolve(_host: str, _port: int) -> Sequence[str]:
        if not addresses:
            raise OSError("no such host")
        return addresses

    return AddressPolicy(resolve=resolve, **loosened)


@dataclass(slots=True)
class Internet:
    """A listener on loopback that every connection of a watched transport ends at, wherever it was to go."""

    port: int = 0
    connections: int = 0
    dialled: list[str] = field(default_factory=list)
    asked: list[bytes] = field(default_factory=list)
    _made: PinnedTransport | None = None

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Count a connection and answer 200 to what it asks, if it asks in the clear."""
        self.connections += 1
        try:
            self.asked.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return
        finally:
            writer.close()

    def transport(self, policy: AddressPolicy) -> PinnedTransport:
        """A transport whose last step leads here; one for all policies, since reading certificates takes long."""
        if self._made is None:
            self._made = PinnedTransport(policy)
            pool: Any = self._made._inner._pool
            pool._network_backend = _Diverted(self)
        self._made._policy = policy
        return self._made

    async def send(self, policy: AddressPolicy, address: str) -> Outcome:
        """Send a message to an address, by a channel as it is wired."""
        client = HttpClient(self.transport(policy), HandClock(), send_seconds=5)
        return await WebhookChannel(client, HandClock()).send(Message("1", address, ("{}",), (SECRET,)))


class _Diverted(httpcore2.AsyncNetworkBackend):
    def __init__(self, internet: Internet) -> None:
        self._internet = internet
        self._real = httpcore2.AnyIOBackend()

    async def connect_tcp(self, host: str, port: int, *args: Any, **options: Any) -> httpcore2.AsyncNetworkStream:
        self._internet.dialled.append(host)
        return await self._real.connect_tcp("127.0.0.1", self._internet.port, *args, **options)

    async def sleep(self, seconds: float) -> None:
        await self._real.sleep(seconds)


@pytest.fixture
async def internet() -> AsyncIterator[Internet]:
    """Everything that is connected to."""
    made = Internet()
    server = await asyncio.start_server(made.accept, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    if made._made is not None:
        await made._made.aclose()
    server.close()


def literal(ip: str) -> str:
    """A URL of an address."""
    return f"https://[{ip}]/" if ":" in ip else f"https://{ip}/"


def test_at_least_sixty_addresses_are_forbidden() -> None:
    assert len(set(IPS)) >= 60
    assert len(set(SPELLINGS)) >= 15


@pytest.mark.parametrize("ip", IPS)
async def test_a_forbidden_address_is_not_connected_to_by_itself_or_by_a_name(internet: Internet, ip: str) -> None:
    with pytest.raises(AddressRefusedError):
        resolving_to(PUBLIC).check_form(literal(ip))
    by_itself = await internet.send(resolving_to(PUBLIC), literal(ip))
    by_name = await internet.send(resolving_to(ip), "https://receiver.example/")
    beside_a_public_one = await internet.send(resolving_to(PUBLIC, ip), "https://receiver.example/")
    assert [type(outcome) for outcome in (by_itself, by_name, beside_a_public_one)] == [GiveUp] * 3
    assert (internet.connections, internet.dialled) == (0, [])


@pytest.mark.parametrize("address", SPELLINGS)
async def test_a_forbidden_address_is_known_in_every_spelling(internet: Internet, address: str) -> None:
    outcome = await internet.send(AddressPolicy(), address)
    assert isinstance(outcome, GiveUp | Retry)
    assert (internet.connections, internet.dialled) == (0, [])


@pytest.mark.parametrize("ip", [PUBLIC, "8.8.8.8", "2606:4700::1111", "2400:3200::1", "223.5.5.5"])
async def test_a_public_address_is_connected_to_by_itself_and_by_a_name(internet: Internet, ip: str) -> None:
    open_policy = resolving_to(ip, allow_http=True)
    await internet.send(open_policy, literal(ip).replace("https", "http"))
    await internet.send(open_policy, "http://receiver.example/")
    assert internet.connections == 2, "the counting of the other tests counts"
    assert internet.dialled == [ip, ip]
    assert b"host: receiver.example\r\n" in internet.asked[1].lower()


async def test_a_name_that_comes_to_lead_inside_is_never_followed_there(internet: Internet) -> None:
    answers = [[PUBLIC], ["127.0.0.1"], ["10.0.0.1"], ["::1"]]
    asked = 0

    async def rebinding(_host: str, _port: int) -> Sequence[str]:
        nonlocal asked
        asked += 1
        return answers[min(asked, len(answers)) - 1]

    policy = AddressPolicy(allow_http=True, resolve=rebinding)
    await internet.send(policy, "http://rebinding.example/")
    assert asked == 1, "looked up once: what was checked is what is connected to"
    for _ in range(3):
        assert isinstance(await internet.send(policy, "http://rebinding.example/"), GiveUp)
    assert internet.connections == 1
    assert internet.dialled == [PUBLIC]


async def test_a_proxy_of_the_environment_is_not_used(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://10.9.8.7:3128")
    await internet.send(resolving_to(PUBLIC, allow_http=True), "http://receiver.example/")
    assert internet.dialled == [PUBLIC]


async def test_a_redirect_inside_is_not_followed(internet: Internet) -> None:
    asked: list[str] = []

    def redirect(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        return httpx2.Response(307, headers={"location": f"http://127.0.0.1:{internet.port}/"})

    client = HttpClient(httpx2.MockTransport(redirect), HandClock())
    outcome = await WebhookChannel(client, HandClock()).send(Message("1", literal(PUBLIC), ("{}",), (SECRET,)))
    await client.aclose()
    assert isinstance(outcome, Retry)
    assert asked == [literal(PUBLIC)]
    assert internet.connections == 0


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/", "https://user:pw@example.com/", "https://user@example.com/", "https://example.com/#part",
        "https://example.com:0/", "https://example.com:99999/", "https://example.com:25/", "https://example.com:22/",
        "https://example.com:5432/", "https://example.com:6379/", "https://example.com:1023/", "https:///path",
        "https://exa mple.com/", "https://exämple.com/", "https://example.com\\@10.0.0.1/", "file:///etc/passwd",
        "gopher://example.com/", "https://example.com/" + "x" * 2000, "",
    ],
)  # fmt: skip
def test_a_malformed_address_is_refused(address: str) -> None:
    with pytest.raises(AddressRefusedError):
        resolving_to(PUBLIC).check_form(address)


@pytest.mark.parametrize(
    "address",
    ["https://example.com/", "https://93.184.216.34:8443/x?y=z", "https://[2606:4700::1]", "https://a.b:1024/"],
)
def test_a_well_formed_public_address_is_accepted(address: str) -> None:
    resolving_to(PUBLIC).check_form(address)


def test_each_thing_that_development_may_do_has_its_own_switch() -> None:
    here, inside = "http://127.0.0.1:8000/", "http://10.0.0.1/"
    for policy in (resolving_to(), resolving_to(allow_loopback=True), resolving_to(allow_http=True)):
        with pytest.raises(AddressRefusedError):
            policy.check_form(here)
    loose = resolving_to(allow_http=True, allow_loopback=True)
    loose.check_form(here)
    loose.check_form("http://[::1]:8000/")
    for address in (inside, "http://0.0.0.0/", "http://[::ffff:127.0.0.1]/", "http://169.254.169.254/"):
        with pytest.raises(AddressRefusedError):
            loose.check_form(address)


async def test_a_name_is_resolved_once_and_its_first_address_is_the_target() -> None:
    asked: list[str] = []

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(f"{host}:{port}")
        return ["93.184.216.34", "93.184.216.35"]

    target = await AddressPolicy(resolve=resolve).target_of("https://receiver.example/hook")
    assert (target.ip, target.host, target.port) == ("93.184.216.34", "receiver.example", 443)
    assert asked == ["receiver.example:443"]


async def test_the_certificate_is_checked_for_the_name_that_was_asked_for() -> None:
    seen: list[httpx2.Request] = []

    def take(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200)

    transport = PinnedTransport(resolving_to(PUBLIC))
    transport._inner = httpx2.MockTransport(take)  # type: ignore[assignment]
    client = HttpClient(transport, HandClock())
    message = Message("1", "https://receiver.example:8443/hook", ("{}",), (SECRET,))
    await WebhookChannel(client, HandClock()).send(message)
    await client.aclose()
    assert str(seen[0].url) == f"https://{PUBLIC}:8443/hook"
    assert seen[0].headers["host"] == "receiver.example:8443"
    assert seen[0].extensions["sni_hostname"] == "receiver.example"


async def test_a_name_that_does_not_resolve_now_is_tried_again(internet: Internet) -> None:
    outcome = await internet.send(resolving_to(), "https://receiver.example/")
    assert isinstance(outcome, Retry)
    assert not outcome.ambiguous
