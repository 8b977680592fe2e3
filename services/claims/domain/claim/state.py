"""A claim as its stream says it stands; everything a decision needs to know, and nothing it does not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from claims.domain.claim.counts import RecordedCasualties, latest
from claims.domain.claim.decided import Decision, EarlierRound, Settlement
from claims.domain.claim.events import (
    Accident,
    Casualties,
    DocumentItem,
    Payee,
    Policy,
    ReceivedDocument,
    Relative,
    Reporter,
)
from claims.domain.claim.merge import AskedElsewhere, Merge
from claims.domain.claim.rescue import RescueSupport
from claims.domain.clock import Clock
from claims.domain.policy.events import Share


class Status(StrEnum):
    """How far a claim has come."""

    REPORTED = "reported"
    DOCUMENTS_PENDING = "documents_pending"
    UNDER_ASSESSMENT = "under_assessment"
    APPROVED = "approved"
    REJECTED = "rejected"
    SETTLED = "settled"
    PAID = "paid"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class AdvanceStatus(StrEnum):
    """How far an advance has come."""

    REQUESTED = "requested"
    PAYABLE = "payable"
    PART_PAID = "part_paid"
    PAID = "paid"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that left, in fen; a failed one counts as never made."""

    payment_id: UUID
    advance_id: UUID | None
    """None for a payment of the indemnity."""
    amount: int
    payee: Payee
    bank_reference: str
    paid_at: datetime
    failed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tranche:
    """A part of an advance that became payable at one moment, in fen; a raised amount adds one."""

    number: int
    """1 for what was payable first."""
    amount: int
    payable_at: datetime
    lapsed_at: datetime | None = None
    """When the advance was lowered so far that nothing is left of it."""
    asked_at: datetime | None = None
    """When it was asked for: with the advance, or with the amendment that raised it."""


@dataclass(frozen=True, slots=True)
class Advance:
    """One request for an advance and what became of it; amounts in fen."""

    advance_id: UUID
    kind: str
    requested_at: datetime
    requested_by: str
    asked: int | None
    shares: tuple[Share, ...]
    reason_code: str | None
    amount: int | None = None
    payable_at: datetime | None = None
    deductible: int = 0
    flags: tuple[str, ...] = ()
    refused_at: datetime | None = None
    withdrawn_at: datetime | None = None
    tranches: tuple[Tranche, ...] = ()
    """Together the amount."""
    round: int = 1

    @property
    def ended(self) -> bool:
        """Say whether it was refused or withdrawn."""
        return self.refused_at is not None or self.withdrawn_at is not None

    @property
    def waiting(self) -> bool:
        """Say whether it still waits for its condition."""
        return self.amount is None and not self.ended


@dataclass(frozen=True, slots=True)
class Intake:
    """What the client was told at intake."""

    at: datetime
    coverage: str
    documents: tuple[DocumentItem, ...]
    missing: tuple[DocumentItem, ...]
    round: int = 1


@dataclass(frozen=True, slots=True)
class DocumentRequest:
    """A request for documents."""

    at: datetime
    items: tuple[DocumentItem, ...]
    reached_client_at: datetime
    once_only_broken: bool = False
    """It adds items to an earlier one without new facts."""
    round: int = 1
    elsewhere: AskedElsewhere | None = None
    """Of one that was made on a duplicate."""


@dataclass(frozen=True, slots=True)
class DocumentArrival:
    """Documents that arrived together."""

    at: datetime
    items: tuple[ReceivedDocument, ...]
    complete: bool
    round: int = 1
    elsewhere: bool = False
    """On a duplicate: its insurer's word was about what was asked for there."""


@dataclass(frozen=True, slots=True)
class DirectPayment:
    """A request that the victim be paid directly, and what became of it; the amount in fen."""

    request_id: UUID
    requested_by: str
    """insured or victim."""
    victim_id: UUID
    amount: int
    requested_at: datetime
    outcome: str | None = None
    """accepted or refused."""
    decided_at: datetime | None = None
    round: int = 1


@dataclass(frozen=True, slots=True)
class Notice:
    """What the authorities were told, at a moment."""

    at: datetime
    recipients: tuple[str, ...]
    reference: str


@dataclass(frozen=True, slots=True)
class Survey:
    """Who was on site, and what was found."""

    at: datetime
    surveyor: str
    findings: str


@dataclass(frozen=True, slots=True)
class Victim:
    """A person harmed; texts read as hidden or erased where the reader may not see them."""

    victim_id: UUID
    name: str
    identity_number: str | None
    phone: str | None
    outcome: str
    relatives: tuple[Relative, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """The state of a claim's stream; version 0 is a claim that does not exist yet."""

    claim_id: UUID
    version: int = 0
    number: str = ""
    policy: Policy | None = None
    accident: Accident | None = None
    grade: str = "general"
    reporter: Reporter | None = None
    reported_at: datetime | None = None
    broker_received_at: datetime | None = None
    insurer_received_at: datetime | None = None
    rulebooks: tuple[str, ...] = ()
    round: int = 1
    reopened_at: datetime | None = None
    """When the present round began; None in the first."""
    earlier_rounds: tuple[EarlierRound, ...] = ()
    requested_at: datetime | None = None
    requested_by_documents: bool = False
    """Nobody claimed: the first documents count as it."""
    casualties: tuple[RecordedCasualties, ...] = ()
    stated_sums: tuple[tuple[datetime, int], ...] = ()
    """What was claimed or determined, in fen, and when."""
    victims: Mapping[UUID, Victim] = field(default_factory=dict)
    authority_notices: tuple[Notice, ...] = ()
    surveys: tuple[Survey, ...] = ()
    rescue_supports: tuple[RescueSupport, ...] = ()
    intakes: tuple[Intake, ...] = ()
    document_requests: tuple[DocumentRequest, ...] = ()
    arrivals: tuple[DocumentArrival, ...] = ()
    documents_complete_at: datetime | None = None
    loss_determined_at: datetime | None = None
    """The first determination."""
    determined_loss: int | None = None
    """By the latest determination, in fen."""
    loss_last_determined_at: datetime | None = None
    advances: Mapping[UUID, Advance] = field(default_factory=dict)
    payments: Mapping[UUID, Payment] = field(default_factory=dict)
    direct_payments: Mapping[UUID, DirectPayment] = field(default_factory=dict)
    progress_at: tuple[datetime, ...] = ()
    decision: Decision | None = None
    rejection_notified_at: datetime | None = None
    settlement: Settlement | None = None
    outcome_reports: tuple[Notice, ...] = ()
    recoveries: tuple[tuple[datetime, int], ...] = ()
    adjuster: str | None = None
    """Who of the insurer's staff works on it, by code."""
    assigned_at: datetime | None = None
    withdrawn_at: datetime | None = None
    closed_at: datetime | None = None
    merged_into: Merge | None = None
    merged_from: tuple[Merge, ...] = ()
    authorities_told_elsewhere: tuple[datetime, ...] = ()
    surveyed_elsewhere: tuple[datetime, ...] = ()
    clocks: Mapping[UUID, Clock] = field(default_factory=dict)

    @property
    def known_policy(self) -> Policy:
        """Return the policy of a claim that exists."""
        if self.policy is None:
            raise LookupError("a claim that was not reported has no policy")
        return self.policy

    @property
    def known_accident(self) -> Accident:
        """Return the accident of a claim that exists."""
        if self.accident is None:
            raise LookupError("a claim that was not reported has no accident")
        return self.accident

    @property
    def current_casualties(self) -> Casualties:
        """Return the latest count."""
        return latest(self.casualties)

    @property
    def coverage(self) -> str:
        """Return what the latest intake notice says of the cover; open before any."""
        told = max(enumerate(self.intakes), key=lambda item: (item[1].at, item[0]), default=None)
        return "open" if told is None else told[1].coverage
