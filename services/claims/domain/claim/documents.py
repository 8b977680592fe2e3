"""Which documents are required, and since when all of them are there (SZ-20 (2), (3))."""

from datetime import datetime

from claims.domain.claim.state import Claim, DocumentArrival


def required_codes(claim: Claim) -> frozenset[str]:
    """Return the codes of the documents that were asked for; before any request, those named missing at intake."""
    asked = frozenset(item.code for request in claim.document_requests for item in request.items)
    return asked or frozenset(item.code for intake in claim.intakes for item in intake.missing)


def arrived_at(claim: Claim) -> dict[str, datetime]:
    """Return when each document first arrived, by code."""
    moments: dict[str, datetime] = {}
    for arrival in claim.arrivals:
        for item in arrival.items:
            moments[item.code] = min(arrival.at, moments.get(item.code, arrival.at))
    return moments


def missing_codes(claim: Claim) -> frozenset[str]:
    """Return the codes of required documents that have not arrived."""
    return required_codes(claim) - arrived_at(claim).keys()


def complete_since(claim: Claim) -> datetime | None:
    """Return the latest arrival of a required document, once all are there or the insurer says that nothing is missing.

    What nobody asked for delays nothing, and neither does a late click of the insurer's.
    """
    arrived = arrived_at(claim)
    required = required_codes(claim)
    asserted = [arrival for arrival in claim.arrivals if arrival.complete]
    if asserted:
        return max((arrived[code] for code in required if code in arrived), default=_last(asserted, claim))
    if required and required <= arrived.keys():
        return max(arrived[code] for code in required)
    return None


def _last(asserted: list[DocumentArrival], claim: Claim) -> datetime:
    """Nothing was asked for by name: the latest arrival of anything up to the insurer's word counts."""
    bound = max(arrival.at for arrival in asserted)
    with_items = [arrival.at for arrival in claim.arrivals if arrival.items and arrival.at <= bound]
    return max(with_items, default=bound)
