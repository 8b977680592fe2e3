"""When the things happened that obligations start and end with, found in what was said of a claim."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from tests.fuzz.model.commands_claim import SMALL
from tests.fuzz.model.days import day_of
from tests.fuzz.model.documents import accepted_at
from tests.fuzz.model.money import live, paid_of, reached_at, whole_at
from tests.fuzz.model.state import Advance, Claim, standing

AGAIN = ("progress", "authorities", "survey", "outcome")
"""What can happen more than once: it counts from the start of a clock on."""


def again(claim: Claim, name: str, since: datetime) -> datetime | None:
    """Return the first of what can recur, from a moment on."""
    moments = dict(zip(AGAIN, (claim.progress, claim.notices, claim.surveys, claim.outcomes), strict=True))[name]
    return _first(at for at in moments if at >= since)


def of_claim(claim: Claim) -> dict[str, datetime | None]:
    """Return every milestone of a claim as a whole, by its name."""
    first = claim.round == 1
    decision, paid_at = claim.decision, whole_at(claim)
    rejected = decision.at if decision is not None and decision.outcome == "rejected" else None
    indemnity_paid = None if claim.agreed is None or paid_at is None else max(claim.agreed[0], paid_at)
    return {
        "broker_received": claim.broker_at if first else None,
        "insurer_received": claim.insurer_at if first else None,
        "withdrawn": claim.withdrawn_at,
        "decided": decision.at if decision else None,
        "approved": decision.at if decision is not None and decision.outcome == "approved" else None,
        "rejected": rejected,
        "rejection_told": claim.rejection_told_at,
        "told": _first(at for at in (decision.told_at if decision else None, claim.rejection_told_at) if at),
        "agreed": claim.agreed[0] if claim.agreed else None,
        "indemnity_paid": indemnity_paid,
        "finished": rejected or indemnity_paid,
        "accepted": accepted_at(claim),
        "complete": claim.complete_at,
        **_of_documents(claim),
        "determinable_paid": _determinable_paid(claim),
        "small_complete": _small(claim),
        "outgrown": _outgrown(claim),
    }


def _of_documents(claim: Claim) -> dict[str, datetime | None]:
    here = claim.round
    told = [each for each in claim.told if each.round == here]
    asked = [each for each in claim.asked if each.round == here]
    lacking = [each.at for each in claim.arrived if not each.complete and each.round == here]
    came = _first(each.at for each in claim.arrived)
    return {
        "intake": _first(each.at for each in told),
        "incomplete": _first([*lacking, *(each.at for each in told if each.missing)]),
        "documents_asked": _first(each.reached_at for each in asked),
        "once_only_broken": _first(each.at for each in asked if each.broken),
        "claim_and_documents": None if came is None or claim.requested_at is None else max(came, claim.requested_at),
    }


def lacking(claim: Claim, rule: str) -> Iterator[tuple[str, dict[str, datetime | None], datetime | None]]:
    """Yield each time that something turned out to be missing: its scope, its moments, and when it was refuted."""
    told = sorted((each for each in claim.told if each.round == claim.round and each.missing), key=lambda each: each.at)
    fresh = [each.at for each in told if each.missing - _in_hand(claim, each.at)]
    found = _of_documents(claim)["incomplete"]
    reached = sorted(each.reached_at for each in claim.asked if each.round == claim.round)
    number = 0
    while found is not None:
        number += 1
        asked = _first(at for at in reached if at >= found or (number == 1 and found not in fresh))
        done = claim.complete_at if number == 1 or (claim.complete_at and claim.complete_at >= found) else None
        scope = "" if number == 1 else str(number)
        yield scope, {"incomplete": found, "documents_asked": asked, "complete": done}, None
        over = _first(at for at in (asked, done) if at is not None)
        found = None if over is None else _first(at for at in fresh if at > found and at > over)
    for (name, round_, scope), clock in list(claim.clocks.items()):
        if (name, round_) == (rule, claim.round) and int(scope or "1") > number:
            start = clock.started_at
            yield scope, {"incomplete": start, "documents_asked": None, "complete": None}, start


def _in_hand(claim: Claim, at: datetime) -> frozenset[str]:
    return frozenset(code for each in claim.asked if each.reached_at <= at for code in each.codes)


def _first(moments: Iterable[datetime]) -> datetime | None:
    return min(moments, default=None)


def _small(claim: Claim) -> datetime | None:
    little = standing((at, amount <= SMALL) for at, amount in claim.sums)
    nobody_dead = standing((each.at, not each.deaths) for each in claim.counts)
    if little is None or nobody_dead is None or claim.requested_at is None or claim.complete_at is None:
        return None
    return max(little, nobody_dead, claim.requested_at, claim.complete_at)


def _outgrown(claim: Claim) -> datetime | None:
    grown = standing((at, amount > SMALL) for at, amount in claim.sums)
    died = standing((each.at, each.deaths > 0) for each in claim.counts)
    return _first(at for at in (grown, died) if at is not None)


def tranche_paid(claim: Claim, advance: Advance, number: int) -> datetime | None:
    """Payments fill tranches in their order."""
    if not advance.tranches[number].amount:
        return None
    end = sum(each.amount for each in advance.tranches[: number + 1])
    return reached_at((p for p in live(claim) if p.advance_id == advance.advance_id), end)


def _determinable_paid(claim: Claim) -> datetime | None:
    parts = [each for each in claim.advances.values() if each.kind == "determinable_part" and not each.ended]
    here = [each for each in parts if each.round == claim.round]
    if any(each.amount is None for each in here):
        return None
    mine = [
        tranche_paid(claim, advance, number)
        for advance in here
        for number, tranche in enumerate(advance.tranches)
        if tranche.amount
    ]
    known = [at for at in mine if at is not None]
    return max(known) if known and len(known) == len(mine) else None


def lapsed(claim: Claim, advance: Advance, number: int) -> datetime | None:
    """Lowered to nothing, or swallowed by the indemnity that was paid whole."""
    if advance.tranches[number].lapsed_at is not None:
        return advance.tranches[number].lapsed_at
    owed = advance.amount is not None and not advance.ended and advance.amount > paid_of(claim, advance.advance_id)
    return whole_at(claim) if owed else None


def victim_paid(claim: Claim, request_id: UUID) -> datetime | None:
    """Of several requests for one victim the first is paid first; what came before a request is no part of it."""
    request = claim.directs[request_id]
    owed = {
        other: each.amount
        for other, each in sorted(claim.directs.items(), key=lambda item: (item[1].at, str(item[0])))
        if each.victim == request.victim and each.outcome != "refused" and each.round == request.round
    }
    for payment in sorted((p for p in live(claim) if p.victim == request.victim), key=lambda each: each.at):
        purse = payment.amount
        for other, still in list(owed.items()):
            if claim.directs[other].at <= payment.at:
                spent = min(purse, still)
                owed[other] = still - spent
                purse -= spent
        if owed.get(request_id) == 0:
            return payment.at
    return None


def emergency(claim: Claim) -> bool:
    """Say whether the accident is graded 较大 or above, by the last count within thirty days (construction)."""
    until = day_of(claim.accident_at) + timedelta(days=30)
    counts = [(each.at, order, each) for order, each in enumerate(claim.counts) if day_of(each.at) <= until]
    last = max(counts, key=lambda each: each[:2])[2]
    return last.deaths >= 3 or last.injuries >= 10
