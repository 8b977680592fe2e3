"""The organisation's sign-in service, an OpenID Connect issuer, as it describes itself: its addresses and its keys.

Every address lies at the issuer's own origin, which the settings name: the board asks nobody else.
"""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

SECONDS = 5.0
"""How long an answer of the issuer is waited for."""
_KNOWN_SECONDS = 3600.0
"""How long what it says about itself is taken for known."""
_KEYS_SECONDS = 30.0
"""How long its keys are not asked for again, whatever key a token names."""


class IssuerAwayError(Exception):
    """The issuer does not answer, or is not able to now."""


class IssuerFaultyError(Exception):
    """The issuer answers what it should not; the message says what."""


@dataclass(frozen=True, slots=True)
class Description:
    """What sign-in needs of the issuer's discovery document."""

    authorization: str
    token: str
    keys: str
    end_session: str | None
    secret_in_body: bool
    """True where the token endpoint takes the client's secret in the form alone."""
    names_itself: bool
    """True where it names itself (`iss`) in every answer by way of the browser (RFC 9207)."""


class Issuer:
    """Speaks to the issuer; remembers its description and its keys."""

    def __init__(
        self, url: str, wall_clock: Callable[[], float], transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        """Take the issuer's identifier, which is also where its description is found."""
        self.url = url
        self._wall_clock = wall_clock
        self._transport = transport
        self._described: tuple[float, Description] | None = None
        self._keys: tuple[float, KeySet] | None = None

    async def description(self) -> Description:
        """Return what the issuer says of itself, at most an hour old.

        Raises:
            IssuerAwayError, IssuerFaultyError: it cannot be had.
        """
        now = self._wall_clock()
        if self._described is None or now - self._described[0] >= _KNOWN_SECONDS:
            document = await self.asked("GET", f"{self.url.rstrip('/')}/.well-known/openid-configuration")
            self._described = now, self._read(document)
        return self._described[1]

    async def keys(self, *, newer: bool = False) -> KeySet:
        """Return the keys that the issuer signs with; asked for anew where `newer` ones are called for.

        Raises:
            IssuerAwayError, IssuerFaultyError: they cannot be had.
        """
        now = self._wall_clock()
        after = _KEYS_SECONDS if newer else _KNOWN_SECONDS
        if self._keys is None or now - self._keys[0] >= after:
            document = await self.asked("GET", (await self.description()).keys)
            self._keys = now, _public(document)
        return self._keys[1]

    async def asked(self, method: str, url: str, **more: Any) -> Mapping[str, Any]:
        """Return the issuer's answer.

        Raises:
            IssuerAwayError: there is none, or only that it cannot now.
            IssuerFaultyError: it refuses, or answers with something else than JSON.
        """
        secured = _trust() if url.startswith("https:") else True
        async with httpx2.AsyncClient(
            transport=self._transport, verify=secured, trust_env=False, timeout=SECONDS, follow_redirects=False
        ) as client:
            try:
                answer = await client.request(method, url, headers={"Accept": "application/json"}, **more)
            except httpx2.HTTPError as error:
                raise IssuerAwayError(f"{method} {url}: {type(error).__name__} {error}") from error
        if answer.status_code >= httpx2.codes.INTERNAL_SERVER_ERROR or answer.status_code == 429:
            raise IssuerAwayError(f"{method} {url}: {answer.status_code}")
        try:
            document = answer.json()
        except ValueError:
            document = None
        if answer.status_code != httpx2.codes.OK or not isinstance(document, dict):
            refusal = document.get("error") if isinstance(document, dict) else None
            raise IssuerFaultyError(f"{method} {url}: {answer.status_code} {refusal or ''}".rstrip())
        return document

    def _read(self, document: Mapping[str, Any]) -> Description:
        if document.get("issuer") != self.url:
            raise IssuerFaultyError(f"the description is of another issuer: {document.get('issuer')!r}")
        methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        has_end = document.get("end_session_endpoint") is not None
        return Description(
            authorization=self._address(document, "authorization_endpoint"),
            token=self._address(document, "token_endpoint"),
            keys=self._address(document, "jwks_uri"),
            end_session=self._address(document, "end_session_endpoint") if has_end else None,
            secret_in_body="client_secret_basic" not in methods,
            names_itself=document.get("authorization_response_iss_parameter_supported") is True,
        )

    def _address(self, document: Mapping[str, Any], name: str) -> str:
        address = document.get(name)
        if not isinstance(address, str) or _origin(address) != _origin(self.url):
            raise IssuerFaultyError(f"{name} is not at the issuer's own origin: {address!r}")
        return address


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _public(document: Mapping[str, Any]) -> KeySet:
    """The keys that verify signatures; kinds that are not known here, and shared secrets, are none of them."""
    found: list[Key] = []
    for each in document.get("keys", ()):
        if not isinstance(each, dict) or each.get("use", "sig") != "sig" or each.get("kty") == "oct":
            continue
        try:
            found.extend(KeySet.import_key_set({"keys": [each]}).keys)
        except (JoseError, ValueError, KeyError, TypeError):
            continue
    if not found:
        raise IssuerFaultyError("it publishes no key that verifies signatures")
    return KeySet(found)


@cache
def _trust() -> ssl.SSLContext:
    """The system's certificates, or those that SSL_CERT_FILE names: a closed network has an authority of its own."""
    return ssl.create_default_context()
