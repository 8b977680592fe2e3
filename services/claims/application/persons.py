"""Access to personal data, as protocols: who reads and writes events asks a ring for the keys of persons."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from claims.application.rows import PersonKey


class TamperedError(Exception):
    """Personal data in a stored event is not what was stored there: it was altered, or moved from another place."""


class NoKeysError(Exception):
    """Personal data was to be written with a ring that has no access to keys of persons."""


class PersonCipher(Protocol):
    """Seals and opens the data of one person; `place` binds what is sealed to where it is stored."""

    def seal(self, clear: bytes, place: bytes) -> bytes:
        """Encrypt `clear`; it opens only at the same `place`."""
        ...

    def open(self, sealed: bytes, place: bytes) -> bytes | None:
        """Decrypt; None if it was sealed with an earlier, deleted key of the person.

        Raises:
            TamperedError: it was not sealed here.
        """
        ...


class KeyRing(Protocol):
    """The keys of the persons of the loaded streams; made anew for every load."""

    @property
    def sighted(self) -> bool:
        """False: whoever reads has no access; personal data reads as hidden instead of erased."""
        ...

    @property
    def new_keys(self) -> Sequence[PersonKey]:
        """The keys that were made since; they are appended with the events that need them."""
        ...

    def key_for(self, person_id: UUID, stream_id: UUID) -> PersonCipher:
        """Return the person's key in the stream, a new one if there is none.

        Raises:
            NoKeysError: the ring has no access.
        """
        ...

    def find(self, person_id: UUID, stream_id: UUID) -> PersonCipher | None:
        """Return the person's key in the stream; None if it was erased, or the ring has no access."""
        ...


class KeyRings(Protocol):
    """Makes the ring of a load."""

    def ring(self, tenant: str, keys: Sequence[PersonKey] = ()) -> KeyRing:
        """Return a ring over the wrapped keys that came with a load."""
        ...

    def blind(self) -> KeyRing:
        """Return the ring without access, for whoever may not see personal data."""
        ...
