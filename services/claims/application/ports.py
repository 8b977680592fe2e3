"""What the application needs of the outside, as protocols; event store, keys and reference data fulfil them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from claims.application.persons import KeyRing
from claims.application.recorded import Basis, Recorded
from claims.application.rows import Commit, Loaded, NewEvent, Position, Scope, StoredEventRow
from claims.domain.rulebook import Rulebook
from claims.domain.working_days import Calendar


class EventStore(Protocol):
    """The write path: one round trip to load, one to append."""

    async def load(self, scope: Scope, stream_ids: Sequence[UUID], key_hash: bytes | None = None) -> Loaded:
        """Return the streams, with the policy stream of any claim among them, and the earlier answer to `key_hash`."""
        ...

    async def append(self, commits: Sequence[Commit]) -> frozenset[UUID]:
        """Store each commit whole or not at all; return the command ids of those stored.

        The others lost a race for a version or a key: load again and decide anew.
        """
        ...


class Tail(Protocol):
    """The log in order, without gaps, up to the fence; every reader keeps its own checkpoint."""

    async def read(self, after: Position, limit: int) -> Sequence[tuple[Position, StoredEventRow]]:
        """Return up to `limit` events behind `after`, in log order."""
        ...


class Codec(Protocol):
    """Domain events to rows of the log and back."""

    def encode(  # noqa: PLR0913, PLR0917 - each is part of what is stored
        self,
        tenant: str,
        stream_id: UUID,
        version: int,
        event: object,
        basis: Basis,
        occurred_at: datetime,
        key_ring: KeyRing,
    ) -> NewEvent:
        """Return the event as it is to be stored, personal data sealed."""
        ...

    def decode(self, row: StoredEventRow, key_ring: KeyRing) -> Recorded:
        """Return the event in its newest form."""
        ...


class Reference(Protocol):
    """The regulation and the calendar as this process knows them."""

    @property
    def rulebooks(self) -> Mapping[str, Rulebook]:
        """Return every version of every rulebook, by reference."""
        ...

    @property
    def calendar(self) -> Calendar:
        """Return the newest calendar."""
        ...


class CommandMetrics(Protocol):
    """What the handlers count."""

    def command_done(self, command: str, outcome: str) -> None:
        """Count a command by its outcome: stored, replayed, refused, invalid or contended."""
        ...

    def command_refused(self, command: str, rule: str) -> None:
        """Count a command that was refused, and the rule that it would have broken."""
        ...

    def race_lost(self) -> None:
        """Count a lost race for a version or a key."""
        ...
