"""Decide the claim, tell the client, and give notice of a rejection (SZ-20 (3), (4); Insurance Law arts. 23, 24)."""

from dataclasses import dataclass
from datetime import datetime

from claims.domain.claim.advances import LIMIT_USED_UP
from claims.domain.claim.events import ClaimDecided, DecisionTold, RejectionNotified
from claims.domain.claim.guards import is_open, is_undecided, possible
from claims.domain.claim.money import recovered
from claims.domain.claim.rounds import at_moment
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import Decided, Terms, remaining
from claims.domain.errors import Rule, RuleViolation, invalid
from claims.domain.money import format_yuan

DECIDED_FIRST = Rule("not-decided", "SZ-20 (3)", "A decision is told after it was made")
TOLD_ONCE = Rule("already-told", "SZ-20 (3)", "The client is told a decision once")
REJECTED_FIRST = Rule("not-rejected", "SZ-20 (4)", "A notice of rejection is for a rejected claim")
NOTIFIED_ONCE = Rule("already-notified", "SZ-20 (4)", "The notice of a rejection is sent once")
OUTCOMES = frozenset({"approved", "rejected"})


@dataclass(frozen=True, slots=True)
class Decide:
    """The insurer's decision; the amount, in fen, is the whole indemnity, advances included."""

    occurred_at: datetime
    outcome: str
    amount: int | None
    reason: str | None
    told_at: datetime | None


def decide_claim(claim: Claim, command: Decide, terms: Terms) -> Decided:
    """Decide the decision: once a round; the limits cap what is approved."""
    is_open(claim)
    is_undecided(claim)
    _complete(command)
    possible("/told_at", command.told_at, terms.now)
    if command.told_at is not None and command.told_at < command.occurred_at:
        raise invalid("/told_at", "The client cannot be told before the decision was made.")
    stated = command.amount or 0
    amount = stated if command.outcome == "rejected" else _within_limits(claim, stated, terms)
    decided = ClaimDecided(
        outcome=command.outcome,
        amount=amount,
        stated_amount=stated,
        reason=command.reason,
        told_at=command.told_at,
        flags=("limit_capped",) if amount < stated else (),
    )
    return Decided(claim=(decided,))


def _complete(command: Decide) -> None:
    if command.outcome not in OUTCOMES:
        raise invalid("/outcome", f"One of {', '.join(sorted(OUTCOMES))}.")
    if command.outcome == "approved" and not command.amount:
        raise invalid("/amount", "State the indemnity that is approved, advances included.")
    if command.outcome == "rejected" and command.amount:
        raise invalid("/amount", "A rejection has no amount.")
    if command.outcome == "rejected" and not command.reason:
        raise invalid("/reason", "A rejection gives its reasons (Insurance Law art. 24).")


def _within_limits(claim: Claim, stated: int, terms: Terms) -> int:
    """What the claim holds already can be turned into indemnity; beyond that the tightest limit caps.

    What was paid and came back stays used of the limits: to pay it again takes as much of them once more.
    """
    limit, left = remaining(claim, terms.ledger).tightest("indemnity")
    room = left + terms.ledger.held(claim.claim_id) - recovered(claim)
    if room <= 0:
        detail = f"The limit {limit} is used up: nothing is left of it for this claim."
        raise RuleViolation(LIMIT_USED_UP, detail, limit=limit, remaining=format_yuan(0))
    return min(stated, room)


@dataclass(frozen=True, slots=True)
class TellDecision:
    """The client was told the decision at `occurred_at`."""

    occurred_at: datetime


def tell_decision(claim: Claim, command: TellDecision, terms: Terms) -> Decided:
    """Decide that the client was told; also on a closed or reopened claim, since it may be recorded late."""
    made, _ = at_moment(claim, command.occurred_at)
    if made is None:
        raise RuleViolation(DECIDED_FIRST, "The claim is not decided yet.")
    if made.told_at is not None:
        raise RuleViolation(TOLD_ONCE, "The client was told already.")
    if command.occurred_at < made.at:
        raise invalid("/occurred_at", "The client cannot be told before the decision was made.")
    return Decided(claim=(DecisionTold(),))


@dataclass(frozen=True, slots=True)
class NotifyRejection:
    """The notice of rejection was sent at `occurred_at`."""

    occurred_at: datetime
    reference: str
    reason: str


def notify_rejection(claim: Claim, command: NotifyRejection, terms: Terms) -> Decided:
    """Decide a notice of rejection; also on a closed or reopened claim, since it may be recorded late."""
    made, notified_at = at_moment(claim, command.occurred_at)
    if made is None or made.outcome != "rejected":
        raise RuleViolation(REJECTED_FIRST, "The claim is not rejected.")
    if notified_at is not None:
        raise RuleViolation(NOTIFIED_ONCE, "The notice was sent already.")
    if command.occurred_at < made.at:
        raise invalid("/occurred_at", "The notice cannot precede the rejection.")
    return Decided(claim=(RejectionNotified(command.reference, command.reason),))
