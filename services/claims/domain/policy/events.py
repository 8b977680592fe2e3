"""The facts of a policy's stream: its limits, the accidents reported under it, and what is promised of its limits."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of liability in fen; `aggregate` is for the whole policy period, the others for each accident."""

    per_accident: int
    per_person: int
    rescue: int
    medical: int
    aggregate: int | None


@dataclass(frozen=True, slots=True)
class PolicyOpened:
    """The first claim on the policy made it known, with the terms that all later claims have to state too."""

    number: str
    broker: str | None
    limits: Limits
    medical_deductible: int
    """In fen, once per accident."""
    effective_from: date
    effective_to: date


@dataclass(frozen=True, slots=True)
class PolicyEndorsed:
    """The limits were changed for accidents from a day on."""

    limits: Limits
    effective_from: date


@dataclass(frozen=True, slots=True)
class AccidentRegistered:
    """A claim was reported for an accident at this moment: the guard against a double report."""

    claim_id: UUID
    claim_number: str
    accident_at: datetime


@dataclass(frozen=True, slots=True)
class AccidentMerged:
    """A claim turned out to be the duplicate of another: whoever reports the accident again is shown the other."""

    claim_id: UUID
    into_claim_id: UUID
    into_claim_number: str


@dataclass(frozen=True, slots=True)
class Share:
    """The part of an amount, in fen, that is meant for one victim."""

    victim_id: UUID
    amount: int


@dataclass(frozen=True, slots=True)
class AmountReserved:
    """An amount, in fen, of the limits was promised to a claim: nobody else can be promised it."""

    claim_id: UUID
    entry_id: UUID
    purpose: str
    """rescue, death_indemnity, medical, determinable_part or indemnity."""
    amount: int
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class AmountReleased:
    """A promised amount, in fen, that will not be paid was given back to the limits."""

    claim_id: UUID
    entry_id: UUID
    amount: int


PolicyEvent = PolicyOpened | PolicyEndorsed | AccidentRegistered | AccidentMerged | AmountReserved | AmountReleased
