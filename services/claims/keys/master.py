"""What is made of the master key: the keys of tenants, which wrap keys of persons, and keys for one purpose each.

    tenant key      = HKDF-SHA256(master key, salt "anze claims", info "tenant key" NUL tenant), 32 bytes
    key of purpose  = HKDF-SHA256(master key, salt "anze claims", info "purpose" NUL purpose), 32 bytes
    wrapped         = nonce (12 bytes) + AES-256-GCM(tenant key, key of the person, bound to tenant, person and stream)

The master key comes from the process's settings. A key management service can take the place of this module: it would
hold the tenant keys and do the two operations of `TenantKey`; nothing else knows how a key is wrapped.
"""

import binascii
import os
from base64 import b64decode
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12


class MasterKeyError(Exception):
    """The master key is not 32 bytes in base64."""


class UnwrapError(Exception):
    """A wrapped key does not open: another master key wrapped it, or it belongs to another tenant, person or stream."""


class TenantKey:
    """Wraps and unwraps the keys of one tenant's persons."""

    def __init__(self, tenant: str, key: bytes) -> None:
        self.tenant = tenant
        self._cipher = AESGCM(key)

    def wrap(self, key: bytes, person_id: UUID, stream_id: UUID) -> bytes:
        """Return `key` encrypted for this tenant, person and stream."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, key, self._place(person_id, stream_id))

    def unwrap(self, wrapped: bytes, person_id: UUID, stream_id: UUID) -> bytes:
        """Return the key.

        Raises:
            UnwrapError: it was not wrapped for this tenant, person and stream by this master key.
        """
        nonce, sealed = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, sealed, self._place(person_id, stream_id))
        except (InvalidTag, ValueError):
            raise UnwrapError(f"the key of person {person_id} in stream {stream_id} does not open") from None

    def _place(self, person_id: UUID, stream_id: UUID) -> bytes:
        return "\0".join((self.tenant, str(person_id), str(stream_id))).encode()


class MasterKey:
    """The secret that all keys of tenants are made of."""

    def __init__(self, key: bytes) -> None:
        """Take the 32 bytes.

        Raises:
            MasterKeyError: there are more or fewer.
        """
        if len(key) != KEY_BYTES:
            raise MasterKeyError(f"the master key has {len(key)} bytes, not {KEY_BYTES}")
        self._key = key
        self._tenants: dict[str, TenantKey] = {}

    @classmethod
    def from_base64(cls, text: str) -> "MasterKey":
        """Read the key as the settings give it.

        Raises:
            MasterKeyError: it is not 32 bytes in base64.
        """
        try:
            return cls(b64decode(text, validate=True))
        except binascii.Error:
            raise MasterKeyError("the master key is not base64") from None

    def of_tenant(self, tenant: str) -> TenantKey:
        """Return the tenant's key, made once."""
        known = self._tenants.get(tenant)
        if known is None:
            known = self._tenants[tenant] = TenantKey(tenant, self._derived("tenant key", tenant))
        return known

    def for_purpose(self, purpose: str) -> bytes:
        """Return 32 bytes that every process with this master key derives, and that tell nothing of any other key."""
        return self._derived("purpose", purpose)

    def _derived(self, kind: str, name: str) -> bytes:
        info = kind.encode() + b"\0" + name.encode()
        return HKDF(SHA256(), KEY_BYTES, salt=b"anze claims", info=info).derive(self._key)
