"""The facts about the loss and its advances; amounts in fen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from claims.domain.personal import Personal
from claims.domain.policy.events import Share


@dataclass(frozen=True, slots=True)
class LossDetermined:
    """The insurer determined the loss, in fen."""

    amount: int
    basis: Annotated[str, Personal()]


@dataclass(frozen=True, slots=True)
class AdvanceRequested:
    """The client asked for an advance; nothing is promised until its condition is met."""

    advance_id: UUID
    kind: str
    requested_by: Annotated[str, Personal()]
    amount: int | None
    """What was asked (rescue, determinable part) or the cost (medical), in fen."""
    shares: tuple[Share, ...]
    reason_code: str | None
    reason: Annotated[str | None, Personal()]


@dataclass(frozen=True, slots=True)
class AdvanceBecamePayable:
    """The condition of an advance is met: `amount` fen is owed since `payable_at` and reserved in the ledger.

    It is said again, and replaces what was said: when a fact recorded late shows that the condition was met earlier,
    when the advance has to bear the deductible of one that ended unpaid, when the loss is determined lower, when it
    was paid in part and its condition no longer holds; and after it waited again.
    """

    advance_id: UUID
    amount: int
    payable_at: datetime
    deductible: int
    """What of the policy's medical deductible this advance used up, in fen."""
    shares: tuple[Share, ...]
    flags: tuple[str, ...]
    """limit_capped, below_minimum, client_asked_less, deductible_moved, loss_lowered, condition_lost, as they apply."""


@dataclass(frozen=True, slots=True)
class AdvanceWaitsAgain:
    """The condition of an advance of which nothing was paid no longer holds: nothing of it is payable or reserved."""

    advance_id: UUID


@dataclass(frozen=True, slots=True)
class AdvanceAmended:
    """The client asks for another amount; what is raised is a new tranche since then, what is lowered is cut off."""

    advance_id: UUID
    asked: int
    """What is asked now, or the cost (medical), in fen."""
    amount: int | None
    """What is payable of it together, in fen; None while the advance waits for its condition."""
    deductible: int
    shares: tuple[Share, ...]
    flags: tuple[str, ...]
    """All of the advance, those that it had before among them."""
    reason: Annotated[str, Personal()]


@dataclass(frozen=True, slots=True)
class AdvanceRefused:
    """The insurer refused the advance, or no limit was left when its condition was met."""

    advance_id: UUID
    reason: Annotated[str, Personal()]
    reason_code: str | None


@dataclass(frozen=True, slots=True)
class AdvanceWithdrawn:
    """The client no longer wants the advance."""

    advance_id: UUID
    reason: Annotated[str, Personal()]


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is paid: the insured, a victim, a victim's heirs, a hospital or a rescuer."""

    party: str
    victim_id: UUID | None


@dataclass(frozen=True, slots=True)
class AdvancePaid:
    """Money of an advance was paid, in fen."""

    payment_id: UUID
    advance_id: UUID
    amount: int
    payee: Payee
    bank_reference: Annotated[str, Personal()]
    victim_compensation_proof: Annotated[str | None, Personal()]


@dataclass(frozen=True, slots=True)
class PaymentFailed:
    """A payment bounced: it counts as never made."""

    payment_id: UUID
    reason: Annotated[str, Personal()]


@dataclass(frozen=True, slots=True)
class DirectPaymentRequested:
    """Somebody asked that a victim be paid directly, in fen (SZ-20 (10); Insurance Law art. 65)."""

    request_id: UUID
    requested_by: str
    """insured, or the victim itself where the insured is idle."""
    victim_id: UUID
    amount: int


@dataclass(frozen=True, slots=True)
class DirectPaymentDecided:
    """The insurer accepted a request for direct payment, or refused it with reasons."""

    request_id: UUID
    outcome: str
    """accepted or refused."""
    reason: Annotated[str | None, Personal()]
