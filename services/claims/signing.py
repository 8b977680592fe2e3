"""Tokens that claims signs with its own key, to speak to notifications: as itself, or as somebody it stands in for."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey


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


class TokenSigner:
    """Signs ES256 tokens of one issuer for one audience."""

    def __init__(self, key: ECKey, *, issuer: str, audience: str) -> None:
        """`key` is private; the receiver finds its public half by `kid`."""
        self._key = key
        self._header = {"alg": "ES256", "kid": key.kid or key.thumbprint()}
        self._stated = {"iss": issuer, "aud": audience}

    def sign(self, role: str, subject: str, bounds: Mapping[str, str], *, issued_at: int, life: timedelta) -> str:
        """Return a token of a role, good for `life` from `issued_at` on (seconds since 1970, by the wall clock).

        `bounds` is what the role is bounded by: its tenant, region or broker.
        """
        ends = issued_at + int(life.total_seconds())
        stated = self._stated | dict(bounds) | {"sub": subject, "role": role, "iat": issued_at, "exp": ends}
        return jwt.encode(self._header, stated, self._key)
