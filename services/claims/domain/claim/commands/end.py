"""Recover what was advanced too much, withdraw the claim, close it."""

from dataclasses import dataclass
from datetime import datetime

from claims.domain.claim.events import ClaimClosed, ClaimWithdrawn, RecoveryReceived
from claims.domain.claim.guards import is_open
from claims.domain.claim.money import recoverable, status
from claims.domain.claim.state import Claim, Status
from claims.domain.claim.terms import Decided, Terms
from claims.domain.errors import Rule, RuleViolation
from claims.domain.money import format_yuan

WITHIN_RECOVERABLE = Rule("recovery-above-due", "product", "No more comes back than is due from the insured")
FINISHED_FIRST = Rule("claim-not-finished", "product", "A claim is closed when it is paid, or was rejected")
UNSETTLED = Rule("claim-already-settled", "product", "A settled or rejected claim is not withdrawn")


@dataclass(frozen=True, slots=True)
class ReceiveRecovery:
    """Money, in fen, came back from the insured."""

    occurred_at: datetime
    amount: int
    bank_reference: str


def receive_recovery(claim: Claim, command: ReceiveRecovery, terms: Terms) -> Decided:
    """Decide a recovery; also on a closed or withdrawn claim, since what was advanced stays due."""
    due = recoverable(claim)
    if command.amount > due:
        detail = f"{format_yuan(due)} is due from the insured."
        raise RuleViolation(WITHIN_RECOVERABLE, detail, recoverable=format_yuan(due))
    return Decided(claim=(RecoveryReceived(command.amount, command.bank_reference),))


@dataclass(frozen=True, slots=True)
class WithdrawClaim:
    """The client no longer claims."""

    occurred_at: datetime
    reason: str


def withdraw_claim(claim: Claim, command: WithdrawClaim, terms: Terms) -> Decided:
    """Decide a withdrawal: clocks are cancelled, breaches stay, what was paid is due back."""
    is_open(claim)
    if status(claim) in {Status.REJECTED, Status.SETTLED, Status.PAID}:
        raise RuleViolation(UNSETTLED, f"The claim is {status(claim)}.", status=status(claim))
    return Decided(claim=(ClaimWithdrawn(command.reason),))


@dataclass(frozen=True, slots=True)
class CloseClaim:
    """Nothing is left to do."""

    occurred_at: datetime
    reason: str | None


def close_claim(claim: Claim, command: CloseClaim, terms: Terms) -> Decided:
    """Decide a closure."""
    is_open(claim)
    if status(claim) not in {Status.PAID, Status.REJECTED}:
        detail = f"The claim is {status(claim)}: it is closed once it is paid or rejected."
        raise RuleViolation(FINISHED_FIRST, detail, status=status(claim))
    return Decided(claim=(ClaimClosed(command.reason),))
