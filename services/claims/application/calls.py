"""Who calls, with what key, and what comes back: the values between the API and the handlers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from claims.application.rows import Scope
from claims.domain.claim.state import Claim
from claims.domain.policy.ledger import Ledger
from claims.domain.rulebook import Tier


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as the token says."""

    role: str
    subject: str
    tenant: str | None = None
    broker: str | None = None
    region: str | None = None

    @property
    def scope(self) -> Scope:
        """Return what the caller's reads and loads are bounded by."""
        return Scope(self.role, self.tenant, self.broker, self.region)

    @property
    def actor(self) -> str:
        """Name the caller as events do."""
        return f"{self.role}:{self.subject}"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What surrounds a command: idempotency, preconditions, correlation."""

    key_hash: bytes
    """SHA-256 over tenant, caller, method, route pattern and key."""
    body_hash: bytes
    """SHA-256 over the ids in the path and the body in canonical form."""
    correlation_id: str
    status: int
    """200, or 201 where the command makes something."""
    detail: str | None = None
    """The id that the command makes: a victim, an advance, a payment."""
    if_match: int | str | None = None
    """The version that has to be there still: of a clock a text."""
    kept_for_ever: bool = False
    """True for commands on money: their keys are never forgotten."""
    command: str = "command"
    """What the command is counted as: the name of its operation."""


@dataclass(frozen=True, slots=True)
class ClockLevel:
    """The watch's side of a clock."""

    level: int
    withdrawn_at: datetime | None = None
    breached_at: datetime | None = None


def shows_clock(role: str, *, tier: str, responsible: str, provisional: bool) -> bool:
    """Say whether a role may see such a clock: targets and provisional clocks never leave the insurer.

    A broker sees the targets that it owes itself. Row-level security says the same of the table of clocks.
    """
    if role not in {"broker", "regulator"}:
        return True
    return not provisional and (tier != Tier.TARGET or (role == "broker" and responsible == "broker"))


@dataclass(frozen=True, slots=True)
class Standing:
    """A claim and its ledger at one version each, and the watch's word on its clocks where it is asked for.

    Without `levels` a clock's level is judged by the marks that had passed at `judged_at`: the answer to a command is
    rendered so, at the moment of its recording, and never changes.
    """

    tenant: str
    claim: Claim
    ledger: Ledger
    judged_at: datetime
    levels: Mapping[UUID, ClockLevel] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to a command."""

    standing: Standing
    status: int
    detail: str | None
    replayed: bool


@dataclass(frozen=True, slots=True)
class PolicyOutcome:
    """The answer to a command on a policy."""

    tenant: str
    ledger: Ledger
    status: int
    replayed: bool


@dataclass
class NotFound(Exception):  # noqa: N818 - it is an answer
    """There is no such thing, or the caller may not see it; the two are not told apart."""

    kind: str
    identity: str


@dataclass
class VersionMismatch(Exception):  # noqa: N818
    """What is commanded moved on since the version that the caller named in If-Match."""

    expected: int | str
    actual: int | str


class KeyReused(Exception):  # noqa: N818
    """The Idempotency-Key came before with another body."""


class Contended(Exception):  # noqa: N818
    """The command lost the race for a version again and again: try once more."""
