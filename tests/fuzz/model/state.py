"""What the model knows: policies, claims, and everything that was said of them; sums in fen, instants in UTC."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from uuid import UUID

from tests.fuzz.model.days import Days, Limit, day_of


class Refused(Exception):  # noqa: N818 - the business calls it a refusal
    """The command must be refused, for this reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Limits:
    """What the policy pays at most."""

    per_accident: int
    per_person: int
    rescue: int
    medical: int
    aggregate: int | None


@dataclass(frozen=True, slots=True)
class Tranche:
    """A part of an advance that was asked for at one moment."""

    amount: int
    asked_at: datetime
    payable_at: datetime
    lapsed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Advance:
    """A request for an advance."""

    advance_id: UUID
    kind: str
    at: datetime
    asked: int | None
    shares: tuple[tuple[UUID, int], ...]
    reason_code: str | None
    round: int
    amount: int | None = None
    payable_at: datetime | None = None
    deductible: int = 0
    refused_at: datetime | None = None
    withdrawn_at: datetime | None = None
    tranches: tuple[Tranche, ...] = ()

    @property
    def ended(self) -> bool:
        """Say whether it was refused or withdrawn."""
        return self.refused_at is not None or self.withdrawn_at is not None


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that left; without an advance it is of the indemnity."""

    advance_id: UUID | None
    amount: int
    victim: UUID | None
    at: datetime
    failed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Documents that were asked for."""

    at: datetime
    codes: frozenset[str]
    reached_at: datetime
    broken: bool
    round: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """Documents that came."""

    at: datetime
    codes: frozenset[str]
    complete: bool
    round: int


@dataclass(frozen=True, slots=True)
class Told:
    """An intake notice."""

    at: datetime
    coverage: str
    missing: frozenset[str]
    round: int


@dataclass(frozen=True, slots=True)
class Count:
    """Persons harmed, as it was at a moment."""

    at: datetime
    deaths: int
    surgeries: int
    injuries: int


@dataclass(frozen=True, slots=True)
class Direct:
    """A request that a victim be paid directly."""

    by: str
    victim: UUID
    amount: int
    at: datetime
    round: int
    outcome: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision of a round."""

    at: datetime
    outcome: str
    amount: int
    told_at: datetime | None


@dataclass(slots=True)
class Clock:
    """A clock: what its claim says of it, and how far the watch has come."""

    tier: str
    started_at: datetime
    limit: Limit
    due: datetime
    last_day: date | None
    provisional: bool
    marks: tuple[datetime, ...]
    paused: bool
    emergency: bool
    calendar: int
    generation: int = 1
    ended_at: datetime | None = None
    ended_as: str | None = None
    level: int = 0
    breached_at: datetime | None = None
    withdrawn_at: datetime | None = None


@dataclass(slots=True)
class Claim:
    """A claim as the list of what was said of it."""

    claim_id: UUID
    region: str
    accident_at: datetime
    broker_at: datetime | None
    insurer_at: datetime | None
    terms: dict[str, int | None]
    """The policy's own days for decision and payment, as the claim stated them."""
    round: int = 1
    reopened_at: datetime | None = None
    requested_at: datetime | None = None
    by_documents: bool = False
    complete_at: datetime | None = None
    decision: Decision | None = None
    before: list[tuple[int, datetime, Decision, datetime | None]] = field(default_factory=list)
    """Of each decided round before: its number, its end, its decision, and when its rejection was told."""
    agreed: tuple[datetime, int] | None = None
    rejection_told_at: datetime | None = None
    withdrawn_at: datetime | None = None
    closed_at: datetime | None = None
    counts: list[Count] = field(default_factory=list)
    victims: list[UUID] = field(default_factory=list)
    sums: list[tuple[datetime, int]] = field(default_factory=list)
    losses: list[tuple[datetime, int]] = field(default_factory=list)
    notices: list[datetime] = field(default_factory=list)
    surveys: list[datetime] = field(default_factory=list)
    outcomes: list[datetime] = field(default_factory=list)
    progress: list[datetime] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    arrived: list[Arrived] = field(default_factory=list)
    advances: dict[UUID, Advance] = field(default_factory=dict)
    payments: dict[UUID, Payment] = field(default_factory=dict)
    directs: dict[UUID, Direct] = field(default_factory=dict)
    recoveries: list[tuple[datetime, int]] = field(default_factory=list)
    clocks: dict[tuple[str, int, str], Clock] = field(default_factory=dict)

    def another(self) -> "Claim":
        """Return a copy that can change without this one; what the lists hold never changes, clocks are copied."""
        made = copy(self)
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, list | dict):
                setattr(made, each.name, copy(value))
        made.clocks = {key: copy(clock) for key, clock in self.clocks.items()}
        return made


@dataclass(slots=True)
class Policy:
    """A policy and its claims."""

    number: str
    first_day: date
    last_day: date
    deductible: int
    limits: list[tuple[date, Limits]]
    claims: dict[UUID, Claim] = field(default_factory=dict)

    def limits_on(self, day: date) -> Limits | None:
        """Of those in force the youngest counts, of two of one day the one recorded last."""
        in_force = [(since, order, limits) for order, (since, limits) in enumerate(self.limits) if since <= day]
        return max(in_force, key=lambda each: each[:2])[2] if in_force else None

    def limits_of(self, claim: Claim) -> Limits:
        """Return the limits on the day of the accident."""
        limits = self.limits_on(day_of(claim.accident_at))
        if limits is None:
            raise Refused("policy-not-in-force")
        return limits


@dataclass(slots=True)
class Scene:
    """A command as it is decided: on which claim of which policy, when it happened, and when it is recorded."""

    policy: Policy
    claim: Claim
    at: datetime
    now: datetime
    days: Days

    @property
    def limits(self) -> Limits:
        """Return the limits for the claim."""
        return self.policy.limits_of(self.claim)


def standing(statements: Iterable[tuple[datetime, bool]]) -> datetime | None:
    """Return since when the last statement has held without a break; None if it does not hold."""
    since = None
    for at, holds in sorted(statements, key=lambda each: each[0]):
        since = (since or at) if holds else None
    return since
