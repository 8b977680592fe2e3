"""Ask for, refuse and withdraw an advance (SZ-20 (6) to (8); Insurance Law art. 25)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from claims.domain.claim.advances import KINDS, LESS_IS_EXPLAINED, condition_met_at, covered, payable
from claims.domain.claim.events import AdvanceRefused, AdvanceRequested, AdvanceWithdrawn
from claims.domain.claim.evolve import evolve
from claims.domain.claim.guards import is_insured, is_open, is_undecided, live_advance_of, victim_exists
from claims.domain.claim.money import outstanding
from claims.domain.claim.state import Advance, Claim
from claims.domain.claim.terms import Decided, Terms
from claims.domain.errors import Rule, RuleViolation, invalid
from claims.domain.policy.events import Share

NOTHING_OUTSTANDING = Rule("advance-already-paid", "product", "What was paid is not refused or withdrawn")
_AMOUNT_REQUIRED = {"medical": "the cost of the surgery", "determinable_part": "the part that can be determined"}


@dataclass(frozen=True, slots=True)
class RequestAdvance:
    """The client asks for an advance; the amount is the cost for a medical one, and optional for rescue."""

    occurred_at: datetime
    advance_id: UUID
    kind: str
    requested_by: str
    amount: int | None
    shares: tuple[Share, ...]
    reason_code: str | None
    reason: str | None


def request_advance(claim: Claim, command: RequestAdvance, terms: Terms) -> Decided:
    """Decide a request; it becomes payable, with its clock, when its condition is met."""
    is_open(claim)
    is_undecided(claim)
    is_insured(claim)
    _complete(claim, command)
    requested = AdvanceRequested(
        advance_id=command.advance_id,
        kind=command.kind,
        requested_by=command.requested_by,
        amount=command.amount,
        shares=command.shares,
        reason_code=command.reason_code,
        reason=command.reason,
    )
    _can_be_met(evolve(claim, requested, command.occurred_at), command, terms)
    return Decided(claim=(requested,))


def _can_be_met(claim: Claim, command: RequestAdvance, terms: Terms) -> None:
    """Refuse now what would be refused when it becomes payable; of one that has to wait only the cover is looked at."""
    requested = claim.advances[command.advance_id]
    covered(claim, requested, terms)
    if condition_met_at(claim, requested, terms) is not None:
        payable(claim, requested, terms)


def _complete(claim: Claim, command: RequestAdvance) -> None:
    if command.kind not in KINDS:
        raise invalid("/kind", f"One of {', '.join(sorted(KINDS))}.")
    if command.amount is None and command.kind in _AMOUNT_REQUIRED:
        raise invalid("/amount", f"State {_AMOUNT_REQUIRED[command.kind]}.")
    if command.reason_code is not None and command.reason_code not in LESS_IS_EXPLAINED:
        raise invalid("/reason_code", f"One of {', '.join(sorted(LESS_IS_EXPLAINED))}.")
    if command.reason_code == "other" and not command.reason:
        raise invalid("/reason", "The reason code `other` needs the reason in words.")
    for share in command.shares:
        victim_exists(claim, share.victim_id)
    if len({share.victim_id for share in command.shares}) < len(command.shares):
        raise invalid("/allocations", "Name each victim once.")
    if command.amount is not None and sum(share.amount for share in command.shares) > command.amount:
        raise invalid("/allocations", "The allocations are more than the amount.")


@dataclass(frozen=True, slots=True)
class RefuseAdvance:
    """The insurer refuses an advance."""

    occurred_at: datetime
    advance_id: UUID
    reason: str


def refuse_advance(claim: Claim, command: RefuseAdvance, terms: Terms) -> Decided:
    """Decide a refusal: what is not paid is given back to the limits."""
    _unpaid(claim, live_advance_of(claim, command.advance_id, command.occurred_at))
    return Decided(claim=(AdvanceRefused(command.advance_id, command.reason, None),))


@dataclass(frozen=True, slots=True)
class WithdrawAdvance:
    """The client withdraws its request for an advance."""

    occurred_at: datetime
    advance_id: UUID
    reason: str


def withdraw_advance(claim: Claim, command: WithdrawAdvance, terms: Terms) -> Decided:
    """Decide a withdrawal: the clock is cancelled; if it was already late, the breach stays."""
    _unpaid(claim, live_advance_of(claim, command.advance_id, command.occurred_at))
    return Decided(claim=(AdvanceWithdrawn(command.advance_id, command.reason),))


def _unpaid(claim: Claim, advance: Advance) -> None:
    is_open(claim)
    if not advance.waiting and not outstanding(claim, advance):
        raise RuleViolation(NOTHING_OUTSTANDING, "The advance is paid: nothing of it is outstanding.")
