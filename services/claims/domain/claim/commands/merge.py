"""Merge a duplicate into the claim that goes on: two claims, one decision, recorded in one append."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from claims.domain.claim.documents import answered_at, arrived_at, waits_for_documents
from claims.domain.claim.events import AskedFor, ClaimMerged, CoverTold, DuplicateMerged, TakenOver
from claims.domain.claim.guards import is_open, is_undecided
from claims.domain.claim.money import finished, status
from claims.domain.claim.state import Claim, DocumentArrival, DocumentRequest, Intake, Notice, Survey
from claims.domain.claim.terms import Decided, Terms
from claims.domain.errors import Rule, RuleViolation
from claims.domain.moments import to_shanghai
from claims.domain.policy.events import AccidentMerged

INTO_ANOTHER = Rule("merge-into-itself", "product", "A claim is merged into another one")
SAME_POLICY = Rule("merge-other-policy", "product", "Only claims on one policy can be about the same accident twice")
SAME_ACCIDENT = Rule(
    "merge-other-accident", "product", "Claims whose accidents lie more than 24 hours apart are not about one accident"
)
STILL_UNDECIDED = Rule(
    "merge-into-decided", "product", "A claim that is decided in its round, or has ended, takes no duplicate"
)
CARRIES_NO_MONEY = Rule(
    "merge-moves-money", "product", "A claim on which money was asked for or paid is the one that goes on"
)

APART = timedelta(hours=24)
"""How far the moments at which two people say that one accident happened may lie apart."""


@dataclass(frozen=True, slots=True)
class MergeInto:
    """The claim is found to be a duplicate at `occurred_at`; `survivor` is the other one as it stands."""

    occurred_at: datetime
    survivor: Claim
    reason: str


def merge_into(claim: Claim, command: MergeInto, terms: Terms) -> Decided:
    """Decide that the claim ends as a duplicate: its clocks are cancelled with that, and a breach that stands stays.

    It holds nothing of the limits, so that no money is moved, lost or counted twice.
    """
    survivor = command.survivor
    if survivor.claim_id == claim.claim_id:
        raise RuleViolation(INTO_ANOTHER, "The claim is named as its own duplicate: name the one that goes on.")
    if survivor.known_policy.number != claim.known_policy.number:
        detail = f"Claim {survivor.number} is on another policy: withdraw the claim if it was reported by mistake."
        raise RuleViolation(SAME_POLICY, detail, into_claim_id=str(survivor.claim_id))
    is_open(claim)
    is_undecided(claim)
    _same_accident(claim, survivor)
    _takes_duplicates(survivor)
    _carries_no_money(claim, terms)
    return Decided(
        claim=(ClaimMerged(survivor.claim_id, survivor.number, command.reason),),
        policy=(AccidentMerged(claim.claim_id, survivor.claim_id, survivor.number),),
    )


def _same_accident(claim: Claim, survivor: Claim) -> None:
    """Two people may say differently when it happened, but hardly by more than a day."""
    mine, theirs = claim.known_accident.occurred_at, survivor.known_accident.occurred_at
    if abs(mine - theirs) > APART:
        here, there = to_shanghai(mine).isoformat(), to_shanghai(theirs).isoformat()
        detail = (
            f"The accident of this claim was at {here}, that of claim {survivor.number} at {there}: "
            "more than 24 hours apart, these are two accidents."
        )
        raise RuleViolation(SAME_ACCIDENT, detail, accident_at=here, into_accident_at=there)


def _takes_duplicates(survivor: Claim) -> None:
    """On a claim that is over, the clocks of the duplicate would end with nothing that goes on for them."""
    now = status(survivor)
    if not finished(survivor) and survivor.decision is None:
        return
    first = "reopen it first" if finished(survivor) else "bring it to its end and reopen it first"
    detail = f"Claim {survivor.number} is {now}: {first}, or name another claim on the accident that is still open."
    raise RuleViolation(STILL_UNDECIDED, detail, status=now, into_claim_id=str(survivor.claim_id))


def _carries_no_money(claim: Claim, terms: Terms) -> None:
    """Whoever asked for money or got some has a claim that goes on; the other of the two is merged into it."""
    paid = any(payment.failed_at is None for payment in claim.payments.values())
    asked = any(not advance.ended for advance in claim.advances.values())
    direct = any(r.outcome != "refused" and r.round == claim.round for r in claim.direct_payments.values())
    what = {"was paid on it": paid, "is asked for in advance": asked, "is asked for a victim": direct}
    found = [text for text, holds in what.items() if holds]
    if found or terms.ledger.held(claim.claim_id):
        detail = (
            f"Money {found[0] if found else 'is promised to it'}: merge the other claim into this one, "
            "or end what was asked for first."
        )
        raise RuleViolation(CARRIES_NO_MONEY, detail)


@dataclass(frozen=True, slots=True)
class TakeOver:
    """The claim goes on for `duplicate` as well, as that one stood when it was merged."""

    occurred_at: datetime
    duplicate: Claim


def take_over(claim: Claim, command: TakeOver, terms: Terms) -> Decided:
    """Decide what the claim takes over: what was done about the accident, and when, under whichever number.

    Clocks start with the earliest of both; what was asked for, sent and told on the duplicate stops and ends them as
    it did there, so that none is late for what had been answered in time.
    """
    is_open(claim)
    duplicate = command.duplicate
    if duplicate.reported_at is None:
        raise LookupError("a claim that was not reported is nobody's duplicate")
    merged = DuplicateMerged(
        claim_id=duplicate.claim_id,
        claim_number=duplicate.number,
        reported_at=duplicate.reported_at,
        broker_received_at=duplicate.broker_received_at,
        insurer_received_at=duplicate.insurer_received_at,
        requested_at=duplicate.requested_at,
        requested_by_documents=duplicate.requested_by_documents,
        covers=tuple(_cover(intake, duplicate) for intake in duplicate.intakes),
        documents=tuple(_taken_over(arrival, duplicate) for arrival in duplicate.arrivals),
        document_requests=_requests(claim, duplicate, terms),
        documents_complete_at=_complete_at(claim, duplicate),
        progress_notified_at=duplicate.progress_at,
        authorities_notified_at=(*_moments(duplicate.authority_notices), *duplicate.authorities_told_elsewhere),
        site_surveyed_at=(*_moments(duplicate.surveys), *duplicate.surveyed_elsewhere),
    )
    return Decided(claim=(merged,))


def _moments(done: Iterable[Notice | Survey]) -> tuple[datetime, ...]:
    return tuple(each.at for each in done)


def _cover(intake: Intake, duplicate: Claim) -> CoverTold:
    """What was missing and came is missing no more: it asks for nothing on the claim that goes on."""
    complete = duplicate.documents_complete_at is not None
    return CoverTold(intake.at, intake.coverage, () if complete else tuple(item.code for item in intake.missing))


def _taken_over(arrival: DocumentArrival, duplicate: Claim) -> TakenOver:
    """Once all was there, no arrival leaves anything to be asked for."""
    completes = arrival.complete or duplicate.documents_complete_at is not None
    codes, sha256s = tuple(item.code for item in arrival.items), tuple(item.sha256 for item in arrival.items)
    return TakenOver(arrival.at, codes, sha256s, completes)


def _complete_at(claim: Claim, duplicate: Claim) -> datetime | None:
    """What is a fact on the duplicate is one here, unless something else was asked for here and has not come."""
    if claim.documents_complete_at is not None or waits_for_documents(
        claim, {**arrived_at(claim), **arrived_at(duplicate)}
    ):
        return None
    return duplicate.documents_complete_at


def _requests(claim: Claim, duplicate: Claim, terms: Terms) -> tuple[AskedFor, ...]:
    """Return what was asked for in the duplicate's round; it stops no time of a claim that was late by itself."""
    late = _late_while_counting(claim, terms)
    complete = duplicate.documents_complete_at is not None
    asked = (request for request in duplicate.document_requests if request.round == duplicate.round)
    return tuple(
        _asked_for(request, answered_at(duplicate, request), complete=complete, late=late) for request in asked
    )


def _asked_for(request: DocumentRequest, answered: datetime | None, *, complete: bool, late: bool) -> AskedFor:
    before = request.elsewhere
    return AskedFor(
        at=request.at,
        codes=tuple(item.code for item in request.items),
        reached_client_at=request.reached_client_at,
        once_only_broken=request.once_only_broken,
        answered_at=answered,
        holds_completeness=not complete and answered is None and (before is None or before.holds_completeness),
        stops_time=not late and not request.once_only_broken and (before is None or before.stops_time),
    )


def _late_while_counting(claim: Claim, terms: Terms) -> bool:
    """A breach is not undone by merging a duplicate on which the client was asked for something."""
    paused = {
        (reference, obligation.id)
        for reference in claim.rulebooks
        for obligation in terms.rulebooks[reference].obligations
        if obligation.paused_by
    }
    return any(
        (clock.rulebook, clock.rule) in paused and clock.due_at <= terms.now
        for clock in claim.clocks.values()
        if clock.running and "paused" not in clock.flags
    )
