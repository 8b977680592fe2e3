"""Which URLs may be sent to: no receiver is a way into the network that this service stands in."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import SplitResult, urlsplit

from notifications.channels.networks import IpAddress, is_this_machine, refusal_of

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

_RESOLVERS: Final = ThreadPoolExecutor(max_workers=64, thread_name_prefix="resolver")
"""The event loop's own few threads would be full of names whose servers do not answer, and everybody would wait."""

_LONGEST_ADDRESS: Final = 2000
_LAST_RESERVED_PORT: Final = 1023
_WEB_PORTS: Final = frozenset({80, 443})
_OTHER_SERVICES: Final = frozenset(
    {1433, 1521, 1719, 1720, 1723, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 3659, 4045, 4190, 5060, 5061, 5432, 5900}
    | {6000, 6379, 6443, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 9200, 10080, 10250, 11211, 27017}
)
"""Ports where something else than a web server listens, as browsers refuse them, and those of databases."""


class AddressRefusedError(Exception):
    """An address that must not be sent to; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address: `ip` is what is connected to, `host` what is asked for there."""

    scheme: str
    host: str
    port: int
    ip: str


async def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver for all addresses of a host; OSError when it has none."""
    look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    found = await asyncio.get_running_loop().run_in_executor(_RESOLVERS, look_up)
    return [entry[4][0] for entry in found if isinstance(entry[4][0], str)]


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """Public addresses only, by https. Development may loosen each by a setting that production does not start with."""

    allow_http: bool = False
    allow_loopback: bool = False
    resolve: Resolve = resolve_by_system

    def check_form(self, address: str) -> None:
        """Check what can be seen without asking anybody; AddressRefusedError."""
        parts = self._split(address)
        literal = _literal(parts.hostname or "")
        if literal is not None:
            self._check_ip(literal)

    async def target_of(self, address: str) -> Target:
        """Resolve the address once and check every answer; whoever connects must use the one returned.

        AddressRefusedError, also when only one of several answers is not allowed; OSError when it does not resolve.
        """
        parts = self._split(address)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        literal = _literal(host)
        found = [literal] if literal is not None else await self._resolved(host, port)
        for ip in found:
            self._check_ip(ip)
        return Target(parts.scheme, host, port, str(found[0]))

    async def _resolved(self, host: str, port: int) -> list[IpAddress]:
        found = [ipaddress.ip_address(ip) for ip in await self.resolve(host, port)]
        if not found:
            raise OSError(f"{host} has no address")
        return found

    def _split(self, address: str) -> SplitResult:
        if len(address) > _LONGEST_ADDRESS or not address.isascii() or any(c <= " " or c == "\\" for c in address):
            raise AddressRefusedError("must be a URL in ASCII (punycode for other letters), up to 2000 characters")
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError:
            raise AddressRefusedError("is not a URL") from None
        if parts.scheme != "https" and not (self.allow_http and parts.scheme == "http"):
            raise AddressRefusedError("must begin with https://")
        if not parts.hostname or port == 0:
            raise AddressRefusedError("names no host")
        if port is not None and (port in _OTHER_SERVICES or (port <= _LAST_RESERVED_PORT and port not in _WEB_PORTS)):
            raise AddressRefusedError(f"names port {port}, where no web server listens")
        if parts.username is not None or parts.password is not None or parts.fragment:
            raise AddressRefusedError("must hold neither a user nor a fragment")
        return parts

    def _check_ip(self, ip: IpAddress) -> None:
        if self.allow_loopback and is_this_machine(ip):
            return
        meaning = refusal_of(ip)
        if meaning is not None:
            raise AddressRefusedError(f"leads to {ip}, which is not a public address ({meaning})")


def _literal(host: str) -> IpAddress | None:
    """Read the host as an address, also in the short, decimal, octal and hexadecimal forms that resolvers take."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None
