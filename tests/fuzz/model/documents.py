"""When the claim was made, and since when its documents are complete (SZ-20 (2), (3); Insurance Law arts. 22, 23)."""

from collections.abc import Iterator
from datetime import datetime

from tests.fuzz.model.days import Span
from tests.fuzz.model.state import Asked, Claim, standing


def first_arrivals(claim: Claim) -> dict[str, datetime]:
    """Return when each document came first."""
    came: dict[str, datetime] = {}
    for arrival in claim.arrived:
        for code in arrival.codes:
            came[code] = min(arrival.at, came.get(code, arrival.at))
    return came


def required(claim: Claim, asked: list[Asked]) -> frozenset[str]:
    """Return what was asked for, or else what was named missing at intake."""
    codes = frozenset(code for each in asked for code in each.codes)
    return codes or frozenset(code for told in claim.told for code in told.missing)


def complete_since(claim: Claim) -> datetime | None:
    """Return the last first arrival of what was asked for, once it is all there or the insurer says so."""
    known = claim.complete_at
    asked = [each for each in claim.asked if known is None or each.at <= known]
    came, wanted = first_arrivals(claim), required(claim, asked)
    there = [came[code] for code in wanted if code in came]
    words = [arrival.at for arrival in claim.arrived if arrival.complete]
    if not words:
        return max(there) if there and len(there) == len(wanted) else None
    word = max(words)
    if any(code not in came for each in asked if each.at > word for code in each.codes):
        return None
    if there:
        return max(there)
    return max((arrival.at for arrival in claim.arrived if arrival.codes and arrival.at <= word), default=word)


def accepted_at(claim: Claim) -> datetime | None:
    """受理: claimed, covered, complete."""
    covered = standing((told.at, told.coverage == "covered") for told in claim.told)
    if covered is None or claim.requested_at is None or claim.complete_at is None:
        return None
    return max(covered, claim.requested_at, claim.complete_at)


def after_a_request(claim: Claim) -> None:
    """What is asked for before the acceptance is waited for."""
    if claim.decision is None and accepted_at(claim) is None:
        known, claim.complete_at = claim.complete_at, None
        if complete_since(claim) is not None:
            claim.complete_at = known


def follow(claim: Claim, at: datetime) -> None:
    """The first documents count as the claim; completeness is never later than it was."""
    first = min((arrival.at for arrival in claim.arrived), default=None)
    if first is not None and (claim.requested_at is None or (claim.by_documents and first < claim.requested_at)):
        claim.requested_at, claim.by_documents = at if claim.requested_at is None else min(at, claim.requested_at), True
    since = complete_since(claim)
    if since is not None:
        since = max(since, claim.reopened_at or since)
        claim.complete_at = since if claim.complete_at is None else min(since, claim.complete_at)


def awaited(claim: Claim) -> Iterator[Span]:
    """Yield the time in which the client was asked for documents."""
    came = first_arrivals(claim)
    for each in claim.asked:
        if each.broken or each.round != claim.round:
            continue
        since = each.reached_at
        ends = [arrival.at for arrival in claim.arrived if arrival.complete and arrival.at >= since]
        if each.codes <= came.keys():
            ends.append(max((came[code] for code in each.codes), default=since))
        yield since, min(ends, default=None)
