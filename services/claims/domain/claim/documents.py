"""Which documents are required, and since when all of them are there (SZ-20 (2), (3))."""

from collections.abc import Iterator
from datetime import datetime

from claims.domain.claim.state import Claim, DocumentArrival, DocumentRequest
from claims.domain.schedule import Span


def required_codes(claim: Claim) -> frozenset[str]:
    """Return the codes of the documents that were asked for; before any request, those named missing at intake."""
    return _required(claim, claim.document_requests)


def arrived_at(claim: Claim) -> dict[str, datetime]:
    """Return when each document first arrived, by code."""
    moments: dict[str, datetime] = {}
    for arrival in claim.arrivals:
        for item in arrival.items:
            moments[item.code] = min(arrival.at, moments.get(item.code, arrival.at))
    return moments


def awaited(claim: Claim) -> Iterator[Span]:
    """Yield the time from each request reaching the client to its documents arriving (Insurance Law art. 23).

    The insurer's word that nothing more is needed ends it too. A request that breaks the once-only rule stops no time.
    """
    arrived = arrived_at(claim)
    for request in claim.document_requests:
        if request.once_only_broken or request.round != claim.round:
            continue
        since = request.reached_client_at
        codes = {item.code for item in request.items}
        ends = [arrival.at for arrival in claim.arrivals if arrival.complete and arrival.at >= since]
        if codes <= arrived.keys():
            ends.append(max((arrived[code] for code in codes), default=since))
        yield Span(since, min(ends, default=None))


def complete_since(claim: Claim) -> datetime | None:
    """Return the latest arrival of a required document, once all are there or the insurer says that nothing is missing.

    What nobody asked for delays nothing, and neither does a late click of the insurer's. A document that is asked for
    after the insurer's word is waited for again, until completeness is a fact: no request moves it after that.
    """
    requests = _counting(claim)
    arrived, required = arrived_at(claim), _required(claim, requests)
    asserted = [arrival for arrival in claim.arrivals if arrival.complete]
    if not asserted:
        complete = required and required <= arrived.keys()
        return max(arrived[code] for code in required) if complete else None
    word = max(arrival.at for arrival in asserted)
    if any(item.code not in arrived for request in requests if request.at > word for item in request.items):
        return None
    return max((arrived[code] for code in required if code in arrived), default=_last(asserted, claim))


def _counting(claim: Claim) -> tuple[DocumentRequest, ...]:
    """Return the requests that decide about completeness: once it is a fact, those made before it."""
    known = claim.documents_complete_at
    return tuple(request for request in claim.document_requests if known is None or request.at <= known)


def _required(claim: Claim, requests: tuple[DocumentRequest, ...]) -> frozenset[str]:
    asked = frozenset(item.code for request in requests for item in request.items)
    return asked or frozenset(item.code for intake in claim.intakes for item in intake.missing)


def _last(asserted: list[DocumentArrival], claim: Claim) -> datetime:
    """Nothing was asked for by name: the latest arrival of anything up to the insurer's word counts."""
    bound = max(arrival.at for arrival in asserted)
    with_items = [arrival.at for arrival in claim.arrivals if arrival.items and arrival.at <= bound]
    return max(with_items, default=bound)
