"""A transport that connects to the address that was checked, whatever the name resolves to by then."""

import asyncio
import ssl
from functools import cache
from types import TracebackType
from typing import Final, Self

import httpx2

from notifications.channels.address_policy import AddressPolicy

RESOLVE_SECONDS: Final = 4.0


@cache
def trusted() -> ssl.SSLContext:
    """The authorities that certificates are checked by: reading them is dear, so a process does it once."""
    return httpx2.create_ssl_context(trust_env=False)


class PinnedTransport(httpx2.AsyncBaseTransport):
    """Resolves a host once, checks it, connects to that very address; the certificate is still checked for the host.

    Connections are not kept: two hosts may share an address, and a kept connection was opened for one of them.
    """

    def __init__(self, policy: AddressPolicy) -> None:
        self._policy = policy
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=0)
        self._inner = httpx2.AsyncHTTPTransport(verify=trusted(), trust_env=False, limits=limits)

    async def __aenter__(self) -> Self:
        await self._inner.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self._inner.__aexit__(exc_type, exc_value, traceback)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request to the checked address; AddressRefusedError, ConnectError when the name does not resolve."""
        try:
            async with asyncio.timeout(RESOLVE_SECONDS):
                target = await self._policy.target_of(str(request.url))
        except OSError as error:
            raise httpx2.ConnectError(f"{request.url.host} does not resolve", request=request) from error
        request.extensions = {**request.extensions, "sni_hostname": target.host}
        # The Host header was set from the name when the request was made, and stays.
        request.url = request.url.copy_with(host=target.ip)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close what is open."""
        await self._inner.aclose()
