"""Which documents are required, and since when all of them are there (SZ-20 (2), (3))."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from claims.domain.claim.state import Claim, DocumentArrival, DocumentRequest
from claims.domain.schedule import Span


def required_codes(claim: Claim) -> frozenset[str]:
    """Return the codes of the documents that were asked for; before any request, those named missing at intake."""
    return frozenset(_codes(claim.document_requests)) or _missing_at_intake(claim)


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
    for request in claim.document_requests:
        stops_time = request.elsewhere is None or request.elsewhere.stops_time
        if stops_time and not request.once_only_broken and request.round == claim.round:
            yield Span(request.reached_client_at, answered_at(claim, request))


def answered_at(claim: Claim, request: DocumentRequest) -> datetime | None:
    """Return when the documents of a request were there, or the insurer's word ended it; None while it is awaited.

    A word that was given before a merge is about what was asked for under its own number.
    """
    arrived, since, elsewhere = arrived_at(claim), request.reached_client_at, request.elsewhere
    heard_from = since if elsewhere is None else max(since, elsewhere.merged_at)
    ends = [word.at for word in _words(claim) if word.at >= heard_from]
    if elsewhere is not None and elsewhere.answered_at is not None:
        ends.append(elsewhere.answered_at)
    codes = set(_codes((request,)))
    if codes <= arrived.keys():
        ends.append(max((arrived[code] for code in codes), default=since))
    return min(ends, default=None)


def waits_for_documents(claim: Claim, arrived: Iterable[str]) -> bool:
    """Say whether something that was asked for is not among what arrived, and completeness waits for it."""
    if claim.documents_complete_at is not None:
        return False
    word = max((word.at for word in _words(claim)), default=None)
    requests = (each for each in claim.document_requests if word is None or each.at > word)
    return not set(_codes(each for each in requests if _holds(each))) <= set(arrived)


def complete_since(claim: Claim) -> datetime | None:
    """Return the latest arrival of a required document, once all are there or the insurer says that nothing is missing.

    What nobody asked for delays nothing, and neither does a late click of the insurer's. A document that is asked for
    after the insurer's word is waited for again, until completeness is a fact: no request moves it after that.
    """
    requests = _counting(claim)
    arrived, required = arrived_at(claim), _required(claim, requests)
    asserted = _words(claim)
    if not asserted:
        complete = required and required <= arrived.keys()
        return max(arrived[code] for code in required) if complete else None
    word = max(arrival.at for arrival in asserted)
    if any(code not in arrived for code in _codes(each for each in requests if each.at > word and _holds(each))):
        return None
    return max((arrived[code] for code in required if code in arrived), default=_last(asserted, claim))


def _counting(claim: Claim) -> tuple[DocumentRequest, ...]:
    """Return the requests that decide about completeness: once it is a fact, those made before it."""
    known = claim.documents_complete_at
    return tuple(request for request in claim.document_requests if known is None or request.at <= known)


def _required(claim: Claim, requests: tuple[DocumentRequest, ...]) -> frozenset[str]:
    """Of what a duplicate had asked for and waited for no more, what came; nothing is waited for twice."""
    came = arrived_at(claim).keys()
    asked = {code for request in requests for code in _codes((request,)) if _holds(request) or code in came}
    return frozenset(asked) or _missing_at_intake(claim)


def _holds(request: DocumentRequest) -> bool:
    return request.elsewhere is None or request.elsewhere.holds_completeness


def _codes(requests: Iterable[DocumentRequest]) -> Iterator[str]:
    return (item.code for request in requests for item in request.items)


def _missing_at_intake(claim: Claim) -> frozenset[str]:
    return frozenset(item.code for intake in claim.intakes for item in intake.missing)


def _words(claim: Claim) -> list[DocumentArrival]:
    """Return the arrivals with which the insurer said of this claim that nothing more is needed."""
    return [arrival for arrival in claim.arrivals if arrival.complete and not arrival.elsewhere]


def _last(asserted: list[DocumentArrival], claim: Claim) -> datetime:
    """Nothing was asked for by name: the latest arrival of anything up to the insurer's word counts."""
    bound = max(arrival.at for arrival in asserted)
    with_items = [arrival.at for arrival in claim.arrivals if arrival.items and arrival.at <= bound]
    return max(with_items, default=bound)
