"""The token by which the relay shows notifications who it is, kept while it is good."""

import time
from collections.abc import Callable
from datetime import timedelta

from joserfc.jwk import ECKey

from claims.signing import TokenSigner

SUBJECT = "claims-relay"

LIFE = timedelta(minutes=5)
_RENEWED_BEFORE = timedelta(minutes=1)


class ServiceToken:
    """Signs a token when one is needed and keeps it until shortly before its end, by the wall clock."""

    def __init__(self, key: ECKey, *, issuer: str, audience: str, wall: Callable[[], float] = time.time) -> None:
        """`wall` gives seconds since 1970: tokens live by the wall clock, in a sandbox too."""
        self._signer = TokenSigner(key, issuer=issuer, audience=audience)
        self._wall = wall
        self._token = ""
        self._renewed_at = 0.0

    def value(self) -> str:
        """Return a token that is good for another minute at least."""
        now = self._wall()
        if now >= self._renewed_at:
            self._token = self._signer.sign("service", SUBJECT, {}, issued_at=int(now), life=LIFE)
            self._renewed_at = int(now) + (LIFE - _RENEWED_BEFORE).total_seconds()
        return self._token

    def forget(self) -> None:
        """Sign anew next time: the receiver did not accept this one."""
        self._renewed_at = 0.0
