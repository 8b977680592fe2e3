"""Which round a notice is about: word of an earlier round's decision may come after the claim was reopened."""

from dataclasses import replace
from datetime import datetime

from claims.domain.claim.decided import Decision, EarlierRound
from claims.domain.claim.state import Claim


def earlier_round(claim: Claim, at: datetime) -> EarlierRound | None:
    """Return the earlier round whose decision stood at a moment; None if the present decision did, or none."""
    if claim.decision is not None and claim.decision.at <= at:
        return None
    stood = (r for r in reversed(claim.earlier_rounds) if r.decision is not None and r.decision.at <= at < r.ended_at)
    return next(stood, None)


def at_moment(claim: Claim, at: datetime) -> tuple[Decision | None, datetime | None]:
    """Return the decision that a notice of a moment is about, and when notice of its rejection was given."""
    earlier = earlier_round(claim, at)
    if earlier is not None:
        return earlier.decision, earlier.rejection_notified_at
    return claim.decision, claim.rejection_notified_at


def told(claim: Claim, at: datetime) -> Claim:
    """Return the claim whose client was told, at a moment, the decision that stood then."""
    earlier = earlier_round(claim, at)
    if earlier is not None and earlier.decision is not None:
        return _with(claim, replace(earlier, decision=replace(earlier.decision, told_at=at)))
    return claim if claim.decision is None else replace(claim, decision=replace(claim.decision, told_at=at))


def notified(claim: Claim, at: datetime) -> Claim:
    """Return the claim with notice given, at a moment, of the rejection that stood then."""
    earlier = earlier_round(claim, at)
    if earlier is None:
        return replace(claim, rejection_notified_at=at)
    return _with(claim, replace(earlier, rejection_notified_at=at))


def as_it_ended(claim: Claim, earlier: EarlierRound) -> Claim:
    """Return the claim as its notices of an earlier round stand: what they say is all that can be read of it."""
    notified_at = earlier.rejection_notified_at
    return replace(claim, round=earlier.number, decision=earlier.decision, rejection_notified_at=notified_at)


def _with(claim: Claim, earlier: EarlierRound) -> Claim:
    rounds = (earlier if each.number == earlier.number else each for each in claim.earlier_rounds)
    return replace(claim, earlier_rounds=tuple(rounds))
