"""The rows that cross the event store's port: payloads are bytes here, so that the store knows nothing of claims."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID


@dataclass(frozen=True, slots=True)
class StreamHeader:
    """What is known of a stream without reading it; written with its first event.

    Policies of row-level security, the feed's filter and the look-up of a broker or regulator go by it.
    """

    stream_id: UUID
    kind: str
    """claim, policy, clock, complaint, hazard or party."""
    region: str
    policy_stream: UUID | None = None
    """The ledger that a claim shares with the other claims of its policy."""
    broker: str | None = None


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to be stored: encoded, encrypted, not yet recorded."""

    stream_id: UUID
    version: int
    name: str
    schema_version: int
    payload: bytes
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class StoredEventRow:
    """An event as the log holds it."""

    tenant: str
    stream_id: UUID
    version: int
    name: str
    schema_version: int
    payload: bytes
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    correlation_id: str
    causation_id: UUID | None
    """The command that caused it."""
    digest: bytes
    """SHA-256 over tenant, stream, version, name, schema version, occurred_at and payload."""


@dataclass(frozen=True, slots=True)
class ClockColumns:
    """The subject's side of a clock's row: everything but level and withdrawal, which the watch alone writes."""

    clock_id: UUID
    subject: UUID
    rule: str
    round: int
    scope: str
    """What the clock is about inside its subject: empty, or the id of a tranche, a request, a victim or a period."""
    tier: str
    responsible: str
    region: str
    started_at: datetime
    due_at: datetime
    due_date: date | None
    limit_amount: int
    limit_unit: str
    generation: int
    flags: tuple[str, ...]
    rulebook: str
    calendar_version: int
    provisional: bool
    marks: tuple[datetime, ...]
    """Six ascending moments; `moments.NEVER` is stored as infinity."""
    ended_at: datetime | None = None
    ended_as: str | None = None
    """met, extended or cancelled."""


@dataclass(frozen=True, slots=True)
class PersonKey:
    """The wrapped key of one person whose data stands in a stream."""

    person_id: UUID
    stream_id: UUID
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What is kept of a command's first answer, so that a retry gets the same."""

    key_hash: bytes
    body_hash: bytes
    status: int
    stream_id: UUID
    version: int
    """The version of the stream as of which the answer is rendered."""
    companion_version: int
    """The version of the policy stream as of which the remaining limits are rendered."""
    judged_at: datetime | None = None
    """Business time by which the levels of the clocks in the answer were judged."""
    detail: str | None = None
    """The id that the command made (victim, advance, payment), where there is one."""
    kept_for_ever: bool = False
    """Keys of commands on money are never forgotten."""


@dataclass(frozen=True, slots=True)
class Commit:
    """One command's outcome: stored whole or not at all.

    `gates` maps every stream that the command writes to the version of its first new event there.
    """

    command_id: UUID
    tenant: str
    actor: str
    correlation_id: str
    gates: dict[UUID, int]
    events: tuple[NewEvent, ...]
    streams: tuple[StreamHeader, ...] = ()
    clocks: tuple[ClockColumns, ...] = ()
    person_keys: tuple[PersonKey, ...] = ()
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose eyes a load or read has: the role of the caller and what bounds it."""

    role: str
    """insurer, broker, operations, regulator, admin, or worker (all tenants)."""
    tenant: str | None = None
    broker: str | None = None
    region: str | None = None

    @property
    def own_tenant(self) -> str | None:
        """Return the tenant that is seen whole, for statements to name; row-level security is the floor."""
        return self.tenant if self.role in {"insurer", "operations"} else None

    @property
    def persons_of(self) -> str | None:
        """Return the tenant whose persons are read: its own, and a broker's code names its own tenant."""
        return self.broker if self.role == "broker" else self.own_tenant


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one round trip brings: streams in order, the earlier answer to the key, keys of persons, business time."""

    tenant: str | None
    """The tenant of the first stream asked for; None where it does not exist or may not be seen."""
    events: dict[UUID, tuple[StoredEventRow, ...]] = field(default_factory=dict)
    headers: dict[UUID, StreamHeader] = field(default_factory=dict)
    person_keys: tuple[PersonKey, ...] = ()
    answer: Answer | None = None
    now: datetime | None = None
    """Business time: the database's clock plus the sandbox's offset."""
    sandbox_offset: timedelta = timedelta()
    """How far business time is from the wall clock; nothing outside a sandbox."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in the log; opaque to everybody but the event store, except that one comes before another."""

    epoch: int = 0
    tx_id: int = 0
    seq: int = 0
