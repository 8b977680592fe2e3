"""What several commands ask before they decide: that the claim is open, that a moment can be."""

from datetime import datetime, timedelta
from uuid import UUID

from claims.domain.claim.events import Payee
from claims.domain.claim.money import status
from claims.domain.claim.state import Advance, Claim, Status
from claims.domain.claim.then import as_of
from claims.domain.errors import Rule, RuleViolation, UnknownPart, invalid
from claims.domain.moments import to_shanghai
from claims.domain.policy.ledger import Ledger

CLAIM_IS_OPEN = Rule("claim-not-open", "product", "Nothing is added to a claim that is closed or withdrawn")
CLAIM_IS_UNDECIDED = Rule("claim-already-decided", "Insurance Law art. 23", "A claim is decided once in each round")
CLAIM_GOES_ON = Rule("claim-merged", "product", "A duplicate that was merged goes on as the other claim")
INSURED_ACCIDENT = Rule("not-an-insured-accident", "SZ-20 (6)", "Advances are for insured accidents")
ADVANCE_IS_LIVE = Rule("advance-ended", "product", "A refused or withdrawn advance is not changed or paid")

SKEW = timedelta(seconds=60)
_PERSONS = frozenset({"victim", "heirs", "beneficiary"})
_ENDED = frozenset({Status.CLOSED, Status.WITHDRAWN})


def possible(pointer: str, at: datetime | None, now: datetime, not_before: datetime | None = None) -> None:
    """Refuse a moment more than 60 s in the future, or before the accident, as InvalidFact."""
    if at is None:
        return
    if at > now + SKEW:
        raise invalid(
            pointer, f"{to_shanghai(at).isoformat()} is in the future: a fact is recorded when it has happened."
        )
    if not_before is not None and at < not_before:
        raise invalid(
            pointer, f"{to_shanghai(at).isoformat()} is before the accident ({to_shanghai(not_before).isoformat()})."
        )


def goes_on(claim: Claim, ledger: Ledger) -> None:
    """Refuse a claim that was merged into another, naming the one that goes on for it."""
    merged = claim.merged_into
    if merged is None:
        return
    claim_id, number = ledger.surviving(merged.claim_id, merged.number)
    detail = f"The claim was merged into {number}: send this to that claim, with the moment at which it happened."
    raise RuleViolation(CLAIM_GOES_ON, detail, claim_id=str(claim_id), number=number)


def is_open(claim: Claim) -> None:
    """Refuse a claim that is closed or withdrawn."""
    now = status(claim)
    if now in _ENDED:
        raise RuleViolation(CLAIM_IS_OPEN, f"The claim is {now}: reopen it before anything is added.", status=now)


def was_open(claim: Claim, at: datetime) -> None:
    """Refuse a claim that was closed or withdrawn at a moment; what happened before that may be recorded after it."""
    is_open(as_of(claim, at))


def is_undecided(claim: Claim) -> None:
    """Refuse a claim that is decided in this round."""
    if claim.decision is not None:
        detail = f"The claim was {claim.decision.outcome} on {to_shanghai(claim.decision.at).isoformat()}."
        raise RuleViolation(CLAIM_IS_UNDECIDED, detail, outcome=claim.decision.outcome)


def is_insured(claim: Claim) -> None:
    """Refuse an accident that the intake notice called not covered."""
    if claim.coverage == "not_covered":
        raise RuleViolation(INSURED_ACCIDENT, "The intake notice says that the accident is not covered.")


def advance_of(claim: Claim, advance_id: UUID) -> Advance:
    """Return the advance, or raise UnknownPart."""
    advance = claim.advances.get(advance_id)
    if advance is None:
        raise UnknownPart("advance", advance_id)
    return advance


def live_advance_of(claim: Claim, advance_id: UUID, at: datetime) -> Advance:
    """Return an advance that was neither refused nor withdrawn; InvalidFact for a moment before it was asked for."""
    advance = advance_of(claim, advance_id)
    if at < advance.requested_at:
        since = to_shanghai(advance.requested_at).isoformat()
        raise invalid("/occurred_at", f"This cannot have happened before the advance was asked for ({since}).")
    if advance.ended:
        ended = "refused" if advance.refused_at else "withdrawn"
        raise RuleViolation(ADVANCE_IS_LIVE, f"The advance was {ended}.", status=ended)
    return advance


def victim_exists(claim: Claim, victim_id: UUID | None) -> None:
    """Raise UnknownPart if a victim is named whom the claim does not know."""
    if victim_id is not None and victim_id not in claim.victims:
        raise UnknownPart("victim", victim_id)


def paid_person(claim: Claim, payee: Payee, pointer: str, *, for_a_death: bool = False) -> None:
    """Refuse a payee without the victim that it is paid for, where the limit per person counts; or an unknown victim.

    Whoever is paid for a death is paid for one victim, and so is every victim, heir and beneficiary.
    """
    if payee.victim_id is None and (for_a_death or payee.party in _PERSONS):
        raise invalid(
            f"{pointer}/victim_id", "Name the victim: what is paid for a person counts to the limit per person."
        )
    victim_exists(claim, payee.victim_id)
