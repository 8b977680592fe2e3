"""What a round of a claim came to: its decision, the agreement on it, and how it stood when the next began."""

from dataclasses import dataclass
from datetime import datetime

from claims.domain.claim.events import AgreedPayee


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision of a round; the amount is the indemnity in fen."""

    at: datetime
    outcome: str
    amount: int
    stated_amount: int
    reason: str | None
    told_at: datetime | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EarlierRound:
    """What a round was decided, and what of that the client was told, once the claim was reopened."""

    number: int
    ended_at: datetime
    """When the claim was reopened."""
    decision: Decision | None
    rejection_notified_at: datetime | None


@dataclass(frozen=True, slots=True)
class Settlement:
    """The agreement on the indemnity, in fen."""

    at: datetime
    amount: int
    self_borne: int
    client_confirmation: str
    payees: tuple[AgreedPayee, ...]
