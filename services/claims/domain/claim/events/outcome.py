"""The facts of the decision and what follows it; amounts in fen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from claims.domain.claim.events.advances import Payee
from claims.domain.personal import Personal


@dataclass(frozen=True, slots=True)
class ProgressNotified:
    """The client was told how the claim stands because the decision takes longer (SZ-20 (3))."""

    text: Annotated[str, Personal()]


@dataclass(frozen=True, slots=True)
class ClaimDecided:
    """The insurer decided: the indemnity in fen for an approval, 0 for a rejection."""

    outcome: str
    """approved or rejected."""
    amount: int
    stated_amount: int
    """What was stated, before the limits capped it."""
    reason: Annotated[str | None, Personal()]
    told_at: datetime | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionTold:
    """The client was told the decision."""


@dataclass(frozen=True, slots=True)
class RejectionNotified:
    """The notice of rejection with its reasons was sent (SZ-20 (4))."""

    reference: str
    reason: Annotated[str, Personal()]


@dataclass(frozen=True, slots=True)
class AgreedPayee:
    """What of the indemnity goes to whom, in fen."""

    payee: Payee
    amount: int


@dataclass(frozen=True, slots=True)
class SettlementAgreed:
    """The agreement on the indemnity was signed, with what the client bears itself and its confirmation (SZ-14 (2))."""

    amount: int
    self_borne: int
    client_confirmation: Annotated[str, Personal()]
    payees: tuple[AgreedPayee, ...]


@dataclass(frozen=True, slots=True)
class IndemnityPaid:
    """A payment of the indemnity beyond the advances, in fen."""

    payment_id: UUID
    amount: int
    payee: Payee
    bank_reference: Annotated[str, Personal()]
    victim_compensation_proof: Annotated[str | None, Personal()]


@dataclass(frozen=True, slots=True)
class RecoveryReceived:
    """Money that was advanced beyond the indemnity came back, in fen."""

    amount: int
    bank_reference: Annotated[str, Personal()]


@dataclass(frozen=True, slots=True)
class ClaimWithdrawn:
    """The client no longer claims."""

    reason: Annotated[str, Personal()]


@dataclass(frozen=True, slots=True)
class ClaimClosed:
    """Nothing is left to do on the claim."""

    reason: Annotated[str | None, Personal()]


@dataclass(frozen=True, slots=True)
class OutcomeReported:
    """The outcome was reported in writing to the operations centre and the authorities."""

    recipients: tuple[str, ...]
    """Roles or offices."""
    reference: str


@dataclass(frozen=True, slots=True)
class ClaimReopened:
    """The claim goes on in a new round: it is decided anew, what was paid and breached stays."""

    reason: Annotated[str, Personal()]
