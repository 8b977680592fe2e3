"""How a merge changes the two claims: one ends, the other keeps the earliest of everything that clocks start with."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from claims.domain.claim import events as e
from claims.domain.claim.applying import apply
from claims.domain.claim.merge import Merge
from claims.domain.claim.state import Claim, DocumentArrival, Intake


@apply.register
def _(event: e.ClaimMerged, claim: Claim, at: datetime) -> Claim:
    return replace(claim, merged_into=Merge(at, event.into_claim_id, event.into_claim_number))


@apply.register
def _(event: e.DuplicateMerged, claim: Claim, at: datetime) -> Claim:
    """The broker's receipt counts where it came before the insurer's: after that it had nothing to pass on."""
    insurer = _earliest((claim.insurer_received_at, event.insurer_received_at))
    broker = claim.broker_received_at
    if event.broker_received_at is not None and (insurer is None or event.broker_received_at <= insurer):
        broker = _earliest((broker, event.broker_received_at))
    told = tuple(Intake(each.at, each.coverage, (), (), _round_at(claim, each.at)) for each in event.covers)
    arrived = tuple(_arrival(each, claim) for each in event.documents)
    return replace(
        _requested(claim, event),
        reported_at=_earliest((claim.reported_at, event.reported_at)),
        broker_received_at=broker,
        insurer_received_at=insurer,
        intakes=(*claim.intakes, *told),
        arrivals=(*claim.arrivals, *arrived),
        merged_from=(*claim.merged_from, Merge(at, event.claim_id, event.claim_number)),
    )


def _requested(claim: Claim, event: e.DuplicateMerged) -> Claim:
    """Claimed since the earlier of both, in this round; documents count as the claim only where nobody claimed."""
    if event.requested_at is None:
        return claim
    at = min(event.requested_at, claim.requested_at or event.requested_at)
    by_documents = event.requested_by_documents and (claim.requested_at is None or claim.requested_by_documents)
    return replace(claim, requested_at=max(at, claim.reopened_at or at), requested_by_documents=by_documents)


def _arrival(taken: e.TakenOver, claim: Claim) -> DocumentArrival:
    """The code stands for the name, which is read on the duplicate."""
    pairs = zip(taken.codes, taken.sha256s, strict=True)
    items = tuple(e.ReceivedDocument(code, code, sha256, None) for code, sha256 in pairs)
    return DocumentArrival(taken.at, items, taken.complete, _round_at(claim, taken.at))


def _round_at(claim: Claim, at: datetime) -> int:
    """What happened before the present round began starts nothing in it."""
    return claim.round if claim.reopened_at is None or at >= claim.reopened_at else claim.round - 1


def _earliest(moments: Iterable[datetime | None]) -> datetime | None:
    return min((at for at in moments if at is not None), default=None)
