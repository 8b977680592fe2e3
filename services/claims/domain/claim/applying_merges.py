"""How a merge changes the two claims: one ends, the other goes on with all that clocks start, stop and end with."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from claims.domain.claim import events as e
from claims.domain.claim.applying import apply
from claims.domain.claim.merge import AskedElsewhere, Merge
from claims.domain.claim.state import Claim, DocumentArrival, DocumentRequest, Intake


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
    told = tuple(_intake(each, claim) for each in event.covers)
    arrived = tuple(_arrival(each, claim) for each in event.documents)
    asked = tuple(_asked(each, claim, at) for each in event.document_requests)
    return replace(
        _done_elsewhere(_requested(claim, event), event),
        reported_at=_earliest((claim.reported_at, event.reported_at)),
        broker_received_at=broker,
        insurer_received_at=insurer,
        intakes=(*claim.intakes, *told),
        arrivals=(*claim.arrivals, *arrived),
        document_requests=(*claim.document_requests, *asked),
        merged_from=(*claim.merged_from, Merge(at, event.claim_id, event.claim_number)),
    )


def _requested(claim: Claim, event: e.DuplicateMerged) -> Claim:
    """Claimed since the earlier of both, in this round; documents count as the claim only where nobody claimed."""
    if event.requested_at is None:
        return claim
    at = min(event.requested_at, claim.requested_at or event.requested_at)
    by_documents = event.requested_by_documents and (claim.requested_at is None or claim.requested_by_documents)
    return replace(claim, requested_at=max(at, claim.reopened_at or at), requested_by_documents=by_documents)


def _done_elsewhere(claim: Claim, event: e.DuplicateMerged) -> Claim:
    """What the duplicate's client and authorities were told is told, at its moments; of the client, in this round."""
    complete, since = event.documents_complete_at, claim.reopened_at
    if claim.documents_complete_at is None and complete is not None:
        claim = replace(claim, documents_complete_at=max(complete, since or complete))
    progress = (at for at in event.progress_notified_at if since is None or at >= since)
    return replace(
        claim,
        progress_at=(*claim.progress_at, *progress),
        authorities_told_elsewhere=(*claim.authorities_told_elsewhere, *event.authorities_notified_at),
        surveyed_elsewhere=(*claim.surveyed_elsewhere, *event.site_surveyed_at),
    )


def _intake(told: e.CoverTold, claim: Claim) -> Intake:
    missing = tuple(e.DocumentItem(code, code) for code in told.missing_codes)
    return Intake(told.at, told.coverage, (), missing, _round_at(claim, told.at))


def _asked(taken: e.AskedFor, claim: Claim, at: datetime) -> DocumentRequest:
    """What the client was still to send when the round began is awaited in it."""
    awaited = claim.reopened_at is None or taken.answered_at is None or taken.answered_at >= claim.reopened_at
    return DocumentRequest(
        at=taken.at,
        items=tuple(e.DocumentItem(code, code) for code in taken.codes),
        reached_client_at=taken.reached_client_at,
        once_only_broken=taken.once_only_broken,
        round=claim.round if awaited else _round_at(claim, taken.at),
        elsewhere=AskedElsewhere(at, taken.answered_at, taken.holds_completeness, taken.stops_time),
    )


def _arrival(taken: e.TakenOver, claim: Claim) -> DocumentArrival:
    """The code stands for the name, which is read on the duplicate."""
    pairs = zip(taken.codes, taken.sha256s, strict=True)
    items = tuple(e.ReceivedDocument(code, code, sha256, None) for code, sha256 in pairs)
    return DocumentArrival(taken.at, items, taken.complete, _round_at(claim, taken.at), elsewhere=True)


def _round_at(claim: Claim, at: datetime) -> int:
    """What happened before the present round began starts nothing in it."""
    return claim.round if claim.reopened_at is None or at >= claim.reopened_at else claim.round - 1


def _earliest(moments: Iterable[datetime | None]) -> datetime | None:
    return min((at for at in moments if at is not None), default=None)
