"""Sign-in by OpenID Connect: the code flow with PKCE, state and nonce, and an id_token that is verified strictly."""

import hashlib
import hmac
import secrets
import time
import warnings
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias
from urllib.parse import quote_plus, urlencode

import httpx2
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError, SecurityWarning
from joserfc.jwk import KeySet

from claims.application.callers import NotACallerError, caller_of
from claims.application.calls import Caller
from claims.dashboard.issuer import Description, Issuer, IssuerAwayError, IssuerFaultyError
from claims.dashboard.sessions import BOARD_ROLES

ALGORITHMS = ("ES256", "ES384", "PS256", "RS256", "Ed25519", "EdDSA")
"""Signatures by a private key only: `none` and the shared secrets of HS* are never taken."""
LEEWAY_SECONDS = 30

Reason: TypeAlias = Literal["denied", "stale", "away", "faulty", "refused", "no_role"]
"""Why nobody is signed in: the person or the issuer said no; the answer belongs to no sign-in that this browser began;
the issuer is away; it is not as it has to be; what it sent is not good; it names no role of the board."""


class SignInFailedError(Exception):
    """Nobody is signed in."""

    def __init__(self, reason: Reason, detail: str) -> None:
        """`detail` is for the log: it holds no token and no code."""
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Client:
    """What the issuer knows this board by, and where it finds whom a person is."""

    client_id: str
    client_secret: str | None
    """None for a public client: PKCE alone proves it then."""
    callback: str
    """The address that the issuer sends the browser back to."""
    signed_out: str
    """The address that the issuer sends the browser to after sign-out."""
    scopes: str = "openid profile"
    claims: Mapping[str, str] = field(default_factory=dict)
    """The names of the token's claims for role, tenant, broker and region, where they differ."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in that was begun in one browser, which keeps this until the issuer sends it back."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whom the issuer vouches for."""

    caller: Caller
    name: str
    id_token: str
    """Shown to the issuer again at sign-out."""


class OpenId:
    """Sends browsers to the issuer, and learns from it who they come back as."""

    def __init__(
        self,
        url: str,
        client: Client,
        *,
        wall_clock: Callable[[], float] = time.time,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """Take the issuer's identifier and what it knows this board by."""
        self.url = url
        self._issuer = Issuer(url, wall_clock, transport)
        self._client = client
        self._wall_clock = wall_clock

    async def begin(self) -> tuple[str, Attempt]:
        """Return the issuer's address for a new sign-in, and what the browser keeps meanwhile; SignInFailedError."""
        with _told():
            description = await self._issuer.description()
        attempt = Attempt(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))
        challenge = urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": self._client.client_id,
            "redirect_uri": self._client.callback,
            "scope": self._client.scopes,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return _with(description.authorization, asked), attempt

    async def finish(self, answer: Mapping[str, str], attempt: Attempt) -> SignedIn:
        """Return whom the issuer vouches for, by what the browser brought back from it; SignInFailedError."""
        if not hmac.compare_digest(answer.get("state", "").encode(), attempt.state.encode()):
            raise SignInFailedError("stale", "the state is not that of this browser's sign-in")
        with _told():
            description = await self._issuer.description()
            self._refuse_other_issuers(answer, description)
            if "error" in answer:
                raise _refusal(answer["error"])
            tokens = await self._redeemed(answer.get("code", ""), attempt.verifier, description)
            id_token = tokens.get("id_token")
            if not isinstance(id_token, str):
                raise IssuerFaultyError("no id_token came for the code")
            claims = await self._verified(id_token, attempt.nonce)
        return SignedIn(self._caller(claims), _name(claims), id_token)

    async def end(self, id_token: str) -> str | None:
        """Return the address where the session at the issuer ends too; None if it has none. SignInFailedError."""
        with _told():
            address = (await self._issuer.description()).end_session
        if address is None:
            return None
        asked = {"client_id": self._client.client_id, "post_logout_redirect_uri": self._client.signed_out}
        return _with(address, asked | ({"id_token_hint": id_token} if id_token else {}))

    def _refuse_other_issuers(self, answer: Mapping[str, str], description: Description) -> None:
        """An answer by way of another issuer (RFC 9207) carries a code that is not for this one."""
        named = answer.get("iss")
        if (named is None and description.names_itself) or named not in {None, self.url}:
            raise SignInFailedError("stale", f"the answer names the issuer {(named or '')[:100]!r}")

    async def _redeemed(self, code: str, verifier: str, description: Description) -> Mapping[str, Any]:
        """Give the code back for tokens, with the proof that it was this board that asked for it."""
        client = self._client
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": client.callback,
            "code_verifier": verifier,
            "client_id": client.client_id,
        }
        auth = None
        if client.client_secret is not None and description.secret_in_body:
            form["client_secret"] = client.client_secret
        elif client.client_secret is not None:
            auth = httpx2.BasicAuth(quote_plus(client.client_id), quote_plus(client.client_secret))
        return await self._issuer.asked("POST", description.token, data=form, auth=auth)

    async def _verified(self, id_token: str, nonce: str) -> Mapping[str, Any]:
        """Read the token; a key that is not known may be a new one, so the keys are asked for once more."""
        try:
            try:
                claims = _signed(id_token, await self._issuer.keys())
            except InvalidKeyIdError:
                claims = _signed(id_token, await self._issuer.keys(newer=True))
            self._registry(nonce).validate(dict(claims))
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise SignInFailedError("refused", f"the id_token is not good: {error}") from None
        audience = claims["aud"]
        several = isinstance(audience, list) and len(audience) > 1
        if claims.get("azp", None if several else self._client.client_id) != self._client.client_id:
            raise SignInFailedError("refused", "the id_token was issued to another client")
        return claims

    def _registry(self, nonce: str) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=lambda: int(self._wall_clock()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self.url},
            aud={"essential": True, "value": self._client.client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )

    def _caller(self, claims: Mapping[str, Any]) -> Caller:
        names = self._client.claims
        stated = {name: _single(claims.get(names.get(name, name))) for name in ("tenant", "broker", "region")}
        stated |= {"sub": claims["sub"], "role": _role(claims.get(names.get("role", "role")))}
        try:
            return caller_of(stated)
        except NotACallerError as error:
            raise SignInFailedError("no_role", str(error)) from None


@contextmanager
def _told() -> Iterator[None]:
    """What goes wrong with the issuer becomes the reason that is told."""
    try:
        yield
    except IssuerAwayError as error:
        raise SignInFailedError("away", str(error)) from error
    except IssuerFaultyError as error:
        raise SignInFailedError("faulty", str(error)) from error


def _signed(id_token: str, keys: KeySet) -> Mapping[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)  # RFC 9864 renames EdDSA; issuers still say it
        return jwt.decode(id_token, keys, algorithms=ALGORITHMS).claims


def _refusal(error: str) -> SignInFailedError:
    away = error in {"server_error", "temporarily_unavailable"}
    denied = error in {"access_denied", "login_required", "interaction_required", "consent_required"}
    reason: Reason = "away" if away else "denied" if denied else "faulty"
    return SignInFailedError(reason, f"the issuer answered {error[:100]!r}")


def _role(stated: object) -> object:
    """Issuers that know roles as lists may name others beside: the only one that the board has pages for counts."""
    if not isinstance(stated, list):
        return stated
    ours = [each for each in stated if isinstance(each, str) and each in BOARD_ROLES]
    return ours[0] if len(ours) == 1 else None


def _single(stated: object) -> object:
    return stated[0] if isinstance(stated, list) and len(stated) == 1 else stated


def _name(claims: Mapping[str, Any]) -> str:
    names = (claims.get(each) for each in ("name", "preferred_username", "sub"))
    return next(each for each in names if isinstance(each, str) and each)


def _with(address: str, query: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"
