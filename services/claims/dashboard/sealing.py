"""What a browser keeps for us and can neither read nor change: encrypted, for one purpose, until a moment.

    sealed = base64url(nonce (12 bytes) + AES-256-GCM(key of the purpose, JSON with "until"))

There is no list of what was sealed: whatever this key sealed is good until its moment, in every process that has it.
"""

import binascii
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class Seal:
    """Seals and opens by the key of one purpose; another purpose has another key, and so has another form."""

    def __init__(self, key: bytes, wall_clock: Callable[[], float]) -> None:
        """Take 32 bytes that are used for nothing else."""
        self._cipher = AESGCM(key)
        self._wall_clock = wall_clock

    def seal(self, stated: Mapping[str, Any], seconds: float) -> str:
        """Return what is stated, sealed, good for so many seconds from now; its characters fit into a cookie."""
        clear = json.dumps({**stated, "until": self._wall_clock() + seconds}).encode()
        nonce = os.urandom(_NONCE_BYTES)
        return urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, clear, None)).rstrip(b"=").decode()

    def open(self, sealed: str) -> dict[str, Any] | None:
        """Return what was stated, with `until`; None for anything that this key did not seal, or that is over."""
        try:
            raw = urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
            stated: dict[str, Any] = json.loads(self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None))
        except (InvalidTag, ValueError, binascii.Error):
            return None
        return stated if self._wall_clock() < stated["until"] else None
