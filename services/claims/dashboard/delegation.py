"""The token by which the board asks notifications as the visitor: signed by claims, good for a minute."""

from collections.abc import Callable
from datetime import timedelta

from joserfc.jwk import ECKey

from claims.application.calls import Caller
from claims.signing import TokenSigner

LIFE = timedelta(seconds=60)
"""One page is made in less, and a token that leaks is of no use soon."""


class Delegation:
    """Stands in for a visitor: notifications shows and allows what it would to the visitor's own token."""

    def __init__(self, key: ECKey, *, issuer: str, audience: str, wall: Callable[[], float]) -> None:
        """`key` is the service's private one; `wall` gives seconds since 1970: tokens live by the wall clock."""
        self._signer = TokenSigner(key, issuer=issuer, audience=audience)
        self._wall = wall

    def token(self, caller: Caller) -> str:
        """Return a token of the visitor's role and subject, bounded as the visitor is."""
        bounds = {"tenant": caller.tenant, "region": caller.region, "broker": caller.broker}
        stated = {name: value for name, value in bounds.items() if value is not None}
        return self._signer.sign(caller.role, caller.subject, stated, issued_at=int(self._wall()), life=LIFE)
