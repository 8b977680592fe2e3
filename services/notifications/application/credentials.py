"""What only an endpoint and this service know: signing secrets, and addresses that are secrets themselves."""

import dataclasses
import json
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from notifications.application.ports import Clock, SecretBox


@dataclass(frozen=True, slots=True)
class Credentials:
    """They are sealed as one. `address` is set where whoever knows the address can use it, as a robot's with its token.

    `previous` is the secret before the present one; both sign until `previous_until` (wall clock).
    """

    secret: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    previous: str | None = field(default=None, repr=False)
    previous_until: datetime | None = None

    def valid_at(self, now: datetime) -> tuple[str, ...]:
        """The secrets to sign with, the newest first."""
        if self.secret is None:
            return ()
        if self.previous is None or self.previous_until is None or now >= self.previous_until:
            return (self.secret,)
        return (self.secret, self.previous)

    def rotated(self, secret: str, until: datetime) -> "Credentials":
        """The same with a new secret; the present one stays valid until then, and an older one no longer."""
        return dataclasses.replace(self, secret=secret, previous=self.secret, previous_until=until)

    def replaced(self, secret: str) -> "Credentials":
        """The same with a new secret at once: one that leaked must not sign for another minute."""
        return dataclasses.replace(self, secret=secret, previous=None, previous_until=None)

    def write(self) -> str:
        """As text, to be sealed."""
        until = self.previous_until.isoformat() if self.previous_until else None
        fields = {"secret": self.secret, "address": self.address, "previous": self.previous, "previous_until": until}
        return json.dumps({name: value for name, value in fields.items() if value is not None})

    @staticmethod
    def read(text: str) -> "Credentials":
        """Read what was sealed; what was sealed before secrets could be rotated is the secret alone."""
        if not text.startswith("{"):
            return Credentials(secret=text)
        fields = json.loads(text)
        until = fields.pop("previous_until", None)
        return Credentials(**fields, previous_until=datetime.fromisoformat(until) if until else None)


@dataclass(frozen=True, slots=True)
class Reach:
    """How to reach an endpoint just now: its whole address, and the secrets to sign with, the newest first."""

    address: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Keyring:
    """Seals and opens the credentials of endpoints."""

    box: SecretBox
    clock: Clock

    def seal(self, endpoint_id: UUID, credentials: Credentials) -> bytes:
        """Encrypt the credentials of one endpoint."""
        return self.box.seal(endpoint_id, credentials.write())

    def open(self, endpoint_id: UUID, sealed: bytes) -> Credentials:
        """Decrypt them; SecretUnreadableError when the key, the endpoint or the bytes are not the same."""
        return Credentials.read(self.box.open(endpoint_id, sealed))

    def reach(self, endpoint_id: UUID, address: str, sealed: bytes) -> Reach:
        """Return what a channel needs, given what is stored; SecretUnreadableError."""
        credentials = self.open(endpoint_id, sealed)
        return Reach(credentials.address or address, credentials.valid_at(self.clock.wall()))
