"""Who calls: bearer tokens (JWT), verified by public keys, become callers."""

import json
import time
import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError, SecurityWarning
from joserfc.jwk import KeySet

from claims.api.problems import unauthorized
from claims.application.callers import NotACallerError, caller_of
from claims.application.calls import Caller

ALGORITHMS = ("ES256", "Ed25519", "EdDSA", "RS256")
"""Signatures by a private key only: `none` and the shared secrets of HS* are never taken."""
LEEWAY_SECONDS = 30
MOST_SECONDS_IN_PRODUCTION = 600
"""How long a token may be valid there."""
_REMEMBERED = 1024


class Tokens(Protocol):
    """Verifies what a caller shows."""

    def caller(self, authorization: str | None) -> Caller:
        """Return who calls, by the Authorization header; Refused with 401 for anything but a good token."""
        ...

    def seconds_left(self, authorization: str | None) -> float:
        """Return how long a good token is valid from now on, at least 0: what goes on longer ends with it."""
        ...


class SignedTokens:
    """Tokens of one issuer for one audience, signed with one of its keys."""

    def __init__(
        self,
        keys: KeySet,
        issuer: str,
        audience: str,
        *,
        production: bool = False,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        """Take public keys; ValueError if there is none, or one is a shared secret."""
        if not keys or any(key.key_type == "oct" for key in keys):
            raise ValueError("tokens are verified by public keys: at least one, and no shared secret")
        self._keys = keys
        self._production = production
        self._wall_clock = wall_clock
        self._registry = jwt.JWTClaimsRegistry(
            now=lambda: int(wall_clock()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            iat={"essential": production},
            sub={"essential": True},
            role={"essential": True},
        )
        self._signed: Callable[[str], Mapping[str, Any]] = lru_cache(_REMEMBERED)(self._read)

    @classmethod
    def from_file(cls, path: Path, issuer: str, audience: str, *, production: bool) -> "SignedTokens":
        """Read the keys of a JWKS file; ValueError or OSError if it cannot be read."""
        keys = KeySet.import_key_set(json.loads(path.read_text(encoding="utf-8")))
        return cls(keys, issuer, audience, production=production)

    def caller(self, authorization: str | None) -> Caller:
        """Return who calls.

        Raises:
            Refused: with 401, for anything but a token of the issuer that is valid now.
        """
        claims = self._stated(authorization)
        try:
            self._registry.validate(dict(claims))
        except ExpiredTokenError:
            raise unauthorized("The token has expired.") from None
        except JoseError as error:
            raise unauthorized(f"The token is not valid: {error.description or error.error}.") from None
        if self._production and claims["exp"] - claims["iat"] > MOST_SECONDS_IN_PRODUCTION:
            raise unauthorized(f"The token is valid for more than {MOST_SECONDS_IN_PRODUCTION} seconds.")
        try:
            return caller_of(claims)
        except NotACallerError as error:
            raise unauthorized(str(error)) from None

    def seconds_left(self, authorization: str | None) -> float:
        """Return the seconds until the token's `exp`; 0 from then on, also while its leeway still lets it in."""
        expires_at: float = self._stated(authorization)["exp"]
        return max(0.0, expires_at - self._wall_clock())

    def _stated(self, authorization: str | None) -> Mapping[str, Any]:
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise unauthorized("No bearer token came with the request.")
        return self._signed(token.strip())

    def _read(self, token: str) -> Mapping[str, Any]:
        """Verify the signature, once for each token: whether it is valid now is asked each time."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SecurityWarning)  # RFC 9864 renames EdDSA; issuers still say it
                return jwt.decode(token, self._keys, algorithms=ALGORITHMS).claims
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            raise unauthorized("The token cannot be verified.") from None
