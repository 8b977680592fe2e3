"""The keys of the persons of one load: unwrapped when first asked for, made when a person is new, gone when erased."""

import os
from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from claims.application.persons import NoKeysError, TamperedError
from claims.application.rows import PersonKey
from claims.keys.master import KEY_BYTES, NONCE_BYTES, MasterKey, TenantKey

MARK_BYTES = 8


class PersonKeyCipher:
    """Seals and opens by the key of one person: mark of the key (8 bytes), nonce (12), ciphertext with its tag.

    The mark tells a field that an earlier key sealed, which was erased before the person was named again, from one that
    was altered.
    """

    def __init__(self, key: bytes) -> None:
        self._mark = sha256(b"mark\0" + key).digest()[:MARK_BYTES]
        self._cipher = AESGCM(key)

    def seal(self, clear: bytes, place: bytes) -> bytes:
        """Encrypt `clear`, bound to `place`."""
        nonce = os.urandom(NONCE_BYTES)
        return self._mark + nonce + self._cipher.encrypt(nonce, clear, place)

    def open(self, sealed: bytes, place: bytes) -> bytes | None:
        """Decrypt; None if another key sealed it.

        Raises:
            TamperedError: this key sealed it, but not so, or not for `place`.
        """
        if sealed[:MARK_BYTES] != self._mark:
            return None
        nonce, ciphertext = sealed[MARK_BYTES : MARK_BYTES + NONCE_BYTES], sealed[MARK_BYTES + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, ciphertext, place)
        except (InvalidTag, ValueError):
            raise TamperedError("personal data was altered, or moved from another field, event or tenant") from None


class PersonKeyRing:
    """The ring of a reader or writer with access."""

    sighted = True

    def __init__(self, tenant_key: TenantKey, keys: Sequence[PersonKey] = ()) -> None:
        self._tenant_key = tenant_key
        self._wrapped = {(key.person_id, key.stream_id): key.wrapped for key in keys}
        self._ciphers: dict[tuple[UUID, UUID], PersonKeyCipher] = {}
        self.new_keys: list[PersonKey] = []

    def key_for(self, person_id: UUID, stream_id: UUID) -> PersonKeyCipher:
        """Return the person's key in the stream; a new one is remembered in `new_keys`."""
        known = self.find(person_id, stream_id)
        if known is not None:
            return known
        key = os.urandom(KEY_BYTES)
        self.new_keys.append(PersonKey(person_id, stream_id, self._tenant_key.wrap(key, person_id, stream_id)))
        return self._remember(person_id, stream_id, key)

    def find(self, person_id: UUID, stream_id: UUID) -> PersonKeyCipher | None:
        """Return the person's key in the stream; None if it was erased.

        Raises:
            UnwrapError: the stored key does not open.
        """
        known = self._ciphers.get((person_id, stream_id))
        if known is not None:
            return known
        wrapped = self._wrapped.get((person_id, stream_id))
        if wrapped is None:
            return None
        return self._remember(person_id, stream_id, self._tenant_key.unwrap(wrapped, person_id, stream_id))

    def _remember(self, person_id: UUID, stream_id: UUID, key: bytes) -> PersonKeyCipher:
        cipher = self._ciphers[person_id, stream_id] = PersonKeyCipher(key)
        return cipher


class BlindRing:
    """The ring of those who see no personal data: regulators, brokers, relay, projections."""

    sighted = False
    new_keys: Sequence[PersonKey] = ()

    def key_for(self, person_id: UUID, stream_id: UUID) -> PersonKeyCipher:
        """Refuse: who sees nothing writes nothing.

        Raises:
            NoKeysError: always.
        """
        raise NoKeysError(f"no access to the key of person {person_id} in stream {stream_id}")

    def find(self, person_id: UUID, stream_id: UUID) -> PersonKeyCipher | None:  # noqa: ARG002  (as every ring)
        """Return None for everybody."""
        return None


class PersonKeyRings:
    """Makes rings for loads under one master key."""

    def __init__(self, master_key: MasterKey) -> None:
        self._master_key = master_key

    def ring(self, tenant: str, keys: Sequence[PersonKey] = ()) -> PersonKeyRing:
        """Return a ring over the wrapped keys that came with a load."""
        return PersonKeyRing(self._master_key.of_tenant(tenant), keys)

    def blind(self) -> BlindRing:
        """Return the ring without access."""
        return BlindRing()
