"""How each fact changes a claim: pure and total, so that no stored event is ever refused."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import singledispatch
from typing import Any

from claims.domain.claim import events as e
from claims.domain.claim.clock_facts import ClockEnded, ClockReopened, ClockRescheduled, ClockStarted
from claims.domain.claim.documents import complete_since
from claims.domain.claim.milestones import moment
from claims.domain.claim.money import balance
from claims.domain.claim.state import (
    Advance,
    Claim,
    Clock,
    Decision,
    DocumentArrival,
    DocumentRequest,
    Intake,
    Payment,
    RecordedCasualties,
    Settlement,
    Victim,
)


def evolve(claim: Claim, event: object, at: datetime) -> Claim:
    """Return the claim after an event that happened at `at`; TypeError for an event that is not a claim's."""
    return replace(_apply(event, claim, at), version=claim.version + 1)


def fold(claim: Claim, history: Iterable[tuple[object, datetime]]) -> Claim:
    """Return the claim after all events, each with the moment at which it happened."""
    for event, at in history:
        claim = evolve(claim, event, at)
    return claim


@singledispatch
def _apply(event: object, claim: Claim, at: datetime) -> Claim:
    raise TypeError(f"{type(event).__name__} is not an event of a claim")


def understood() -> frozenset[type]:
    """Return the event types that a claim evolves by."""
    return frozenset(kind for kind in _apply.registry if kind is not object)


@_apply.register
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


@_apply.register
def _(event: e.InsurerReceived, claim: Claim, at: datetime) -> Claim:
    return replace(claim, insurer_received_at=at)


@_apply.register
def _(event: e.ClaimRequested, claim: Claim, at: datetime) -> Claim:
    earliest = at if claim.requested_at is None else min(at, claim.requested_at)
    return replace(claim, requested_at=earliest, requested_by_documents=event.claimant is None)


@_apply.register
def _(event: e.IntakeNotified, claim: Claim, at: datetime) -> Claim:
    told = Intake(at, event.coverage, event.documents, event.missing)
    return replace(claim, intakes=(*claim.intakes, told))


@_apply.register
def _(event: e.VictimRegistered, claim: Claim, at: datetime) -> Claim:
    victim = Victim(event.victim_id, event.name, event.identity_number, event.phone, event.outcome, event.relatives)
    return replace(claim, victims={**claim.victims, event.victim_id: victim})


@_apply.register
def _(event: e.CasualtiesUpdated, claim: Claim, at: datetime) -> Claim:
    return replace(claim, casualties=(*claim.casualties, RecordedCasualties(at, event.casualties)))


@_apply.register
def _(event: e.AccidentGraded, claim: Claim, at: datetime) -> Claim:
    return replace(claim, grade=event.grade)


@_apply.register
def _(event: e.DocumentsRequested, claim: Claim, at: datetime) -> Claim:
    """A request before the acceptance is waited for; after it, or after the decision, it moves nothing."""
    request = DocumentRequest(at, event.items, event.reached_client_at)
    asked = replace(claim, document_requests=(*claim.document_requests, request))
    if claim.decision is not None or moment("claim_accepted", claim, None) is not None:
        return asked
    still_complete = complete_since(replace(asked, documents_complete_at=None)) is not None
    return asked if still_complete else replace(asked, documents_complete_at=None)


@_apply.register
def _(event: e.DocumentsReceived, claim: Claim, at: datetime) -> Claim:
    arrival = DocumentArrival(at, event.items, event.complete)
    return replace(claim, arrivals=(*claim.arrivals, arrival))


@_apply.register
def _(event: e.DocumentsCompleted, claim: Claim, at: datetime) -> Claim:
    return replace(claim, documents_complete_at=event.complete_at)


@_apply.register
def _(event: e.LossDetermined, claim: Claim, at: datetime) -> Claim:
    first = at if claim.loss_determined_at is None else min(at, claim.loss_determined_at)
    known = replace(claim, loss_determined_at=first)
    if claim.loss_last_determined_at is not None and at < claim.loss_last_determined_at:
        return known
    return replace(known, determined_loss=event.amount, loss_last_determined_at=at)


@_apply.register
def _(event: e.AdvanceRequested, claim: Claim, at: datetime) -> Claim:
    advance = Advance(
        event.advance_id, event.kind, at, event.requested_by, event.amount, event.shares, event.reason_code
    )
    return _with_advance(claim, advance)


@_apply.register
def _(event: e.AdvanceBecamePayable, claim: Claim, at: datetime) -> Claim:
    advance = replace(
        claim.advances[event.advance_id],
        amount=event.amount,
        payable_at=event.payable_at,
        deductible=event.deductible,
        shares=event.shares,
        flags=event.flags,
    )
    return _with_advance(claim, advance)


@_apply.register
def _(event: e.AdvanceRefused, claim: Claim, at: datetime) -> Claim:
    """A fact of an earlier moment, recorded late, may refuse what was asked for after it: since it was asked for."""
    advance = claim.advances[event.advance_id]
    refused = replace(advance, refused_at=max(at, advance.requested_at))
    if event.reason_code is not None:
        refused = replace(refused, flags=(*refused.flags, event.reason_code))
    return _with_advance(claim, refused)


@_apply.register
def _(event: e.AdvanceWithdrawn, claim: Claim, at: datetime) -> Claim:
    return _with_advance(claim, replace(claim.advances[event.advance_id], withdrawn_at=at))


@_apply.register
def _(event: e.AdvancePaid, claim: Claim, at: datetime) -> Claim:
    payment = Payment(event.payment_id, event.advance_id, event.amount, event.payee, event.bank_reference, at)
    return _with_payment(claim, payment)


@_apply.register
def _(event: e.IndemnityPaid, claim: Claim, at: datetime) -> Claim:
    return _with_payment(claim, Payment(event.payment_id, None, event.amount, event.payee, event.bank_reference, at))


@_apply.register
def _(event: e.PaymentFailed, claim: Claim, at: datetime) -> Claim:
    """A closed claim that owes money again is no longer closed."""
    failed = _with_payment(claim, replace(claim.payments[event.payment_id], failed_at=at))
    return replace(failed, closed_at=None) if balance(failed) else failed


@_apply.register
def _(event: e.ProgressNotified, claim: Claim, at: datetime) -> Claim:
    return replace(claim, progress_at=(*claim.progress_at, at))


@_apply.register
def _(event: e.ClaimDecided, claim: Claim, at: datetime) -> Claim:
    decision = Decision(at, event.outcome, event.amount, event.stated_amount, event.reason, event.told_at, event.flags)
    return replace(claim, decision=decision)


@_apply.register
def _(event: e.DecisionTold, claim: Claim, at: datetime) -> Claim:
    if claim.decision is None:
        return claim
    return replace(claim, decision=replace(claim.decision, told_at=at))


@_apply.register
def _(event: e.RejectionNotified, claim: Claim, at: datetime) -> Claim:
    return replace(claim, rejection_notified_at=at)


@_apply.register
def _(event: e.SettlementAgreed, claim: Claim, at: datetime) -> Claim:
    agreed = Settlement(at, event.amount, event.self_borne, event.client_confirmation, event.payees)
    return replace(claim, settlement=agreed)


@_apply.register
def _(event: e.RecoveryReceived, claim: Claim, at: datetime) -> Claim:
    return replace(claim, recovered=claim.recovered + event.amount)


@_apply.register
def _(event: e.ClaimWithdrawn, claim: Claim, at: datetime) -> Claim:
    return replace(claim, withdrawn_at=at)


@_apply.register
def _(event: e.ClaimClosed, claim: Claim, at: datetime) -> Claim:
    return replace(claim, closed_at=at)


@_apply.register
def _(event: ClockStarted, claim: Claim, at: datetime) -> Claim:
    started = {name: getattr(event, name) for name in ClockStarted.__slots__}
    return _with_clock(claim, Clock(**started))


@_apply.register
def _(event: ClockRescheduled, claim: Claim, at: datetime) -> Claim:
    clock = claim.clocks[event.clock_id]
    changed: dict[str, Any] = {
        name: getattr(event, name)
        for name in ClockRescheduled.__slots__
        if name not in {"clock_id", "reason", "due_before"}
    }
    moved = clock.generation + (event.due_at != clock.due_at)
    return _with_clock(claim, replace(clock, **changed, generation=moved))


@_apply.register
def _(event: ClockEnded, claim: Claim, at: datetime) -> Claim:
    ended = replace(claim.clocks[event.clock_id], ended_at=event.ended_at, ended_as=event.ended_as)
    return _with_clock(claim, ended)


@_apply.register
def _(event: ClockReopened, claim: Claim, at: datetime) -> Claim:
    return _with_clock(claim, replace(claim.clocks[event.clock_id], ended_at=None, ended_as=None))


def _with_advance(claim: Claim, advance: Advance) -> Claim:
    return replace(claim, advances={**claim.advances, advance.advance_id: advance})


def _with_payment(claim: Claim, payment: Payment) -> Claim:
    return replace(claim, payments={**claim.payments, payment.payment_id: payment})


def _with_clock(claim: Claim, clock: Clock) -> Claim:
    return replace(claim, clocks={**claim.clocks, clock.clock_id: clock})
