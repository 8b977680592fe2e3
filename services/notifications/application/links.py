"""Signed links: who has one may acknowledge what one message told one recipient, and nothing else."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Self
from uuid import UUID

from notifications.application.errors import LinkRefusedError

PATH: Final = "/v1/acknowledgement-links"

LIFE: Final = timedelta(days=7)
"""By the wall clock, as of every signature."""

_PURPOSE: Final = b"notifications acknowledgement links v1"
_SIZE: Final = 16 + 8
_MARK: Final = 32


@dataclass(frozen=True, slots=True)
class Links:
    """Makes and reads the tokens of links: a delivery (which is one alert to one recipient), an end, and an HMAC."""

    key: bytes = field(repr=False)
    now: Callable[[], datetime]
    base_url: str | None = None

    @classmethod
    def derived(cls, secret_key: bytes, now: Callable[[], datetime], base_url: str | None) -> Self:
        """Make one whose key is derived from the service's; `base_url` None: messages carry no links."""
        return cls(hmac.digest(secret_key, _PURPOSE, hashlib.sha256), now, base_url)

    def url(self, delivery_id: UUID) -> str | None:
        """Return the link of a message; None when nobody said where this service is reached."""
        return None if self.base_url is None else f"{self.base_url.rstrip('/')}{PATH}/{self.token(delivery_id)}"

    def token(self, delivery_id: UUID) -> str:
        """Return what a link ends with."""
        ends = int((self.now() + LIFE).timestamp())
        said = delivery_id.bytes + ends.to_bytes(8)
        return base64.urlsafe_b64encode(said + self._mark(said)).decode()

    def read(self, token: str) -> UUID:
        """Return the delivery that a token is about; LinkRefusedError."""
        try:
            raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise LinkRefusedError("it is not one of ours") from None
        said, mark = raw[:_SIZE], raw[_SIZE:]
        if len(raw) != _SIZE + _MARK or not hmac.compare_digest(mark, self._mark(said)):
            raise LinkRefusedError("it is not one of ours")
        if datetime.fromtimestamp(int.from_bytes(said[16:]), UTC) <= self.now():
            raise LinkRefusedError("it is too old")
        return UUID(bytes=said[:16])

    def _mark(self, said: bytes) -> bytes:
        return hmac.digest(self.key, said, hashlib.sha256)
