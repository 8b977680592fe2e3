"""The token by which the relay shows notifications who it is: short-lived, signed by the service's own key."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

SUBJECT = "claims-relay"

LIFE = timedelta(minutes=5)
_RENEWED_BEFORE = timedelta(minutes=1)


class ServiceKeyError(Exception):
    """The file of the service's key cannot be used; the message says which, and what is wanted."""


def read_service_key(path: Path) -> ECKey:
    """Return the private key (a JWK, EC P-256) of a file.

    Raises:
        ServiceKeyError: there is none, or it is no private EC key.
    """
    try:
        key = ECKey.import_key(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError, KeyError, JoseError) as error:
        raise ServiceKeyError(f"{path}: a private EC key (P-256) as JWK is wanted: {type(error).__name__}") from error
    if not key.is_private:
        raise ServiceKeyError(f"{path}: this is a public key; the private one is wanted")
    return key


class ServiceToken:
    """Signs a token when one is needed and keeps it until shortly before its end, by the wall clock."""

    def __init__(self, key: ECKey, *, issuer: str, audience: str, wall: Callable[[], float] = time.time) -> None:
        """`wall` gives seconds since 1970: tokens live by the wall clock, in a sandbox too."""
        self._key = key
        self._issuer = issuer
        self._audience = audience
        self._wall = wall
        self._token = ""
        self._renewed_at = 0.0

    def value(self) -> str:
        """Return a token that is good for another minute at least."""
        if self._wall() >= self._renewed_at:
            self._sign(int(self._wall()))
        return self._token

    def forget(self) -> None:
        """Sign anew next time: the receiver did not accept this one."""
        self._renewed_at = 0.0

    def _sign(self, now: int) -> None:
        ends = now + int(LIFE.total_seconds())
        stated = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": SUBJECT,
            "role": "service",
            "iat": now,
            "exp": ends,
        }
        self._token = jwt.encode({"alg": "ES256", "kid": self._key.kid or self._key.thumbprint()}, stated, self._key)
        self._renewed_at = ends - _RENEWED_BEFORE.total_seconds()
