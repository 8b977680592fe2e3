"""How each fact changes a claim: pure and total, so that no stored event is ever refused."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from claims.domain.claim import applying_merges, applying_money  # noqa: F401 - they register how facts change a claim
from claims.domain.claim import events as e
from claims.domain.claim.applying import apply, registered
from claims.domain.claim.counts import RecordedCasualties
from claims.domain.claim.decided import Decision, EarlierRound, Settlement
from claims.domain.claim.documents import complete_since
from claims.domain.claim.milestones import accepted_at
from claims.domain.claim.rescue import RescueSupport
from claims.domain.claim.rounds import notified, told
from claims.domain.claim.state import (
    Claim,
    DocumentArrival,
    DocumentRequest,
    Intake,
    Notice,
    Survey,
    Victim,
)
from claims.domain.clock import with_fact
from claims.domain.clock_facts import ClockEnded, ClockReopened, ClockRescheduled, ClockStarted


def evolve(claim: Claim, event: object, at: datetime) -> Claim:
    """Return the claim after an event that happened at `at`; TypeError for an event that is not a claim's."""
    return replace(apply(event, claim, at), version=claim.version + 1)


def fold(claim: Claim, history: Iterable[tuple[object, datetime]]) -> Claim:
    """Return the claim after all events, each with the moment at which it happened."""
    for event, at in history:
        claim = evolve(claim, event, at)
    return claim


def understood() -> frozenset[type]:
    """Return the event types that a claim evolves by."""
    return registered()


@apply.register
def _(event: e.ClaimReported, claim: Claim, at: datetime) -> Claim:
    return replace(
        claim,
        number=event.number,
        policy=event.policy,
        accident=event.accident,
        grade=event.grade,
        reporter=event.reported_by,
        reported_at=at,
        broker_received_at=event.broker_received_at,
        insurer_received_at=event.insurer_received_at,
        rulebooks=event.rulebooks,
        casualties=(RecordedCasualties(event.accident.occurred_at, event.accident.casualties),),
    )


@apply.register
def _(event: e.InsurerReceived, claim: Claim, at: datetime) -> Claim:
    return replace(claim, insurer_received_at=at)


@apply.register
def _(event: e.ClaimRequested, claim: Claim, at: datetime) -> Claim:
    earliest = at if claim.requested_at is None else min(at, claim.requested_at)
    stated = claim.stated_sums if event.amount is None else (*claim.stated_sums, (at, event.amount))
    return replace(claim, requested_at=earliest, requested_by_documents=event.claimant is None, stated_sums=stated)


@apply.register
def _(event: e.IntakeNotified, claim: Claim, at: datetime) -> Claim:
    notice = Intake(at, event.coverage, event.documents, event.missing, claim.round)
    return replace(claim, intakes=(*claim.intakes, notice))


@apply.register
def _(event: e.VictimRegistered, claim: Claim, at: datetime) -> Claim:
    victim = Victim(event.victim_id, event.name, event.identity_number, event.phone, event.outcome, event.relatives)
    return replace(claim, victims={**claim.victims, event.victim_id: victim})


@apply.register
def _(event: e.CasualtiesUpdated, claim: Claim, at: datetime) -> Claim:
    return replace(claim, casualties=(*claim.casualties, RecordedCasualties(at, event.casualties)))


@apply.register
def _(event: e.AccidentGraded, claim: Claim, at: datetime) -> Claim:
    return replace(claim, grade=event.grade)


@apply.register
def _(event: e.AuthoritiesNotified, claim: Claim, at: datetime) -> Claim:
    notice = Notice(at, event.recipients, event.reference)
    return replace(claim, authority_notices=(*claim.authority_notices, notice))


@apply.register
def _(event: e.SiteSurveyed, claim: Claim, at: datetime) -> Claim:
    return replace(claim, surveys=(*claim.surveys, Survey(at, event.surveyor, event.findings)))


@apply.register
def _(event: e.RescueSupportRecorded, claim: Claim, at: datetime) -> Claim:
    given = RescueSupport(at, event.provider, event.description)
    return replace(claim, rescue_supports=(*claim.rescue_supports, given))


@apply.register
def _(event: e.ClaimAssigned, claim: Claim, at: datetime) -> Claim:
    if claim.assigned_at is not None and at < claim.assigned_at:
        return claim
    return replace(claim, adjuster=event.adjuster, assigned_at=at)


@apply.register
def _(event: e.DocumentsRequested, claim: Claim, at: datetime) -> Claim:
    """A request before the acceptance is waited for; after it, or after the decision, it moves nothing."""
    request = DocumentRequest(at, event.items, event.reached_client_at, event.once_only_broken, claim.round)
    asked = replace(claim, document_requests=(*claim.document_requests, request))
    if claim.decision is not None or accepted_at(claim) is not None:
        return asked
    still_complete = complete_since(replace(asked, documents_complete_at=None)) is not None
    return asked if still_complete else replace(asked, documents_complete_at=None)


@apply.register
def _(event: e.DocumentsReceived, claim: Claim, at: datetime) -> Claim:
    arrival = DocumentArrival(at, event.items, event.complete, claim.round)
    return replace(claim, arrivals=(*claim.arrivals, arrival))


@apply.register
def _(event: e.DocumentsCompleted, claim: Claim, at: datetime) -> Claim:
    return replace(claim, documents_complete_at=event.complete_at)


@apply.register
def _(event: e.ProgressNotified, claim: Claim, at: datetime) -> Claim:
    return replace(claim, progress_at=(*claim.progress_at, at))


@apply.register
def _(event: e.ClaimDecided, claim: Claim, at: datetime) -> Claim:
    decision = Decision(at, event.outcome, event.amount, event.stated_amount, event.reason, event.told_at, event.flags)
    return replace(claim, decision=decision)


@apply.register
def _(event: e.DecisionTold, claim: Claim, at: datetime) -> Claim:
    return told(claim, at)


@apply.register
def _(event: e.RejectionNotified, claim: Claim, at: datetime) -> Claim:
    return notified(claim, at)


@apply.register
def _(event: e.SettlementAgreed, claim: Claim, at: datetime) -> Claim:
    agreed = Settlement(at, event.amount, event.self_borne, event.client_confirmation, event.payees)
    return replace(claim, settlement=agreed)


@apply.register
def _(event: e.RecoveryReceived, claim: Claim, at: datetime) -> Claim:
    return replace(claim, recoveries=(*claim.recoveries, (at, event.amount)))


@apply.register
def _(event: e.ClaimWithdrawn, claim: Claim, at: datetime) -> Claim:
    return replace(claim, withdrawn_at=at)


@apply.register
def _(event: e.ClaimClosed, claim: Claim, at: datetime) -> Claim:
    return replace(claim, closed_at=at)


@apply.register
def _(event: e.OutcomeReported, claim: Claim, at: datetime) -> Claim:
    notice = Notice(at, event.recipients, event.reference)
    return replace(claim, outcome_reports=(*claim.outcome_reports, notice))


@apply.register
def _(event: e.ClaimReopened, claim: Claim, at: datetime) -> Claim:
    """It counts as claimed anew; documents that were complete need not come again."""
    over = EarlierRound(claim.round, at, claim.decision, claim.rejection_notified_at)
    return replace(
        claim,
        round=claim.round + 1,
        reopened_at=at,
        earlier_rounds=(*claim.earlier_rounds, over),
        requested_at=at,
        requested_by_documents=False,
        documents_complete_at=None if claim.documents_complete_at is None else at,
        progress_at=(),
        decision=None,
        rejection_notified_at=None,
        settlement=None,
        withdrawn_at=None,
        closed_at=None,
    )


@apply.register
def _(event: ClockStarted | ClockRescheduled | ClockEnded | ClockReopened, claim: Claim, at: datetime) -> Claim:
    return replace(claim, clocks=with_fact(claim.clocks, event))
