"""Signing secrets at rest: AES-256-GCM, bound to their endpoint."""

import os
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from notifications.application.secrets import SecretUnreadableError

_NONCE: Final = 12


class AesSecretBox:
    """Stored are a fresh nonce and the sealed text; the endpoint's id is authenticated with them."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, endpoint_id: UUID, secret: str) -> bytes:
        """Encrypt the secret of one endpoint."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), endpoint_id.bytes)

    def open(self, endpoint_id: UUID, sealed: bytes) -> str:
        """Decrypt it; SecretUnreadableError when the key, the endpoint or the bytes are not the same."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], endpoint_id.bytes).decode()
        except (InvalidTag, ValueError) as error:
            raise SecretUnreadableError from error
