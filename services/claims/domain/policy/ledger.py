"""The ledger of one policy, folded from its stream: limits, accidents, and what is left to promise."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import assert_never
from uuid import UUID, uuid5

from claims.domain.moments import local_date
from claims.domain.policy.events import (
    AccidentMerged,
    AccidentRegistered,
    AmountReleased,
    AmountReserved,
    Limits,
    PolicyEndorsed,
    PolicyEvent,
    PolicyOpened,
)

_POLICIES = UUID("6f0f7b1e-6f0a-5a4e-9d8e-1f3c0a6f2b11")
SAME_ACCIDENT = timedelta(minutes=1)


def policy_stream_id(tenant: str, number: str) -> UUID:
    """Return the id of the stream that all claims of this policy share."""
    return uuid5(_POLICIES, f"{tenant}\n{number}")


@dataclass(frozen=True, slots=True)
class Entry:
    """What one advance, or the indemnity, holds of the limits, in fen."""

    claim_id: UUID
    purpose: str
    amount: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """The state of a policy's stream; version 0 is a policy that nobody has claimed on yet."""

    version: int = 0
    number: str = ""
    opened: PolicyOpened | None = None
    """The terms that the first claim stated; endorsements change the limits only."""
    terms: tuple[tuple[date, Limits], ...] = ()
    """Limits by the day from which they apply, in the order in which they were recorded."""
    accidents: tuple[AccidentRegistered, ...] = ()
    entries: Mapping[UUID, Entry] = field(default_factory=dict)
    merged: Mapping[UUID, AccidentMerged] = field(default_factory=dict)
    """What claims that turned out to be duplicates were merged into."""

    def limits_at(self, accident_at: datetime) -> Limits | None:
        """Return the limits for an accident at that moment; None before the policy's first day."""
        return self.limits_on(local_date(accident_at))

    def limits_on(self, day: date) -> Limits | None:
        """Return the limits on a day: of those in force the youngest, of two since the same day the last recorded."""
        in_force = [(since, order, limits) for order, (since, limits) in enumerate(self.terms) if since <= day]
        return max(in_force, key=lambda term: term[:2])[2] if in_force else None

    def same_accident(self, accident_at: datetime) -> AccidentRegistered | None:
        """Return the accident that was reported within a minute of this one, if any, with the claim that goes on."""
        near = next((a for a in self.accidents if abs(a.accident_at - accident_at) < SAME_ACCIDENT), None)
        if near is None:
            return None
        claim_id, number = self.surviving(near.claim_id, near.claim_number)
        return replace(near, claim_id=claim_id, claim_number=number)

    def surviving(self, claim_id: UUID, number: str) -> tuple[UUID, str]:
        """Return id and number of the claim that goes on for a claim: itself, unless it was merged into another."""
        for _ in self.merged:  # a chain has no more links than there are merges
            merged = self.merged.get(claim_id)
            if merged is None:
                break
            claim_id, number = merged.into_claim_id, merged.into_claim_number
        return claim_id, number

    def entry(self, entry_id: UUID) -> int:
        """Return what the entry holds, in fen."""
        held = self.entries.get(entry_id)
        return held.amount if held else 0

    def held(self, claim_id: UUID, purpose: str | None = None) -> int:
        """Return what the claim holds of the limits, in fen, for one purpose or for all."""
        entries = (e for e in self.entries.values() if e.claim_id == claim_id and purpose in {None, e.purpose})
        return sum(entry.amount for entry in entries)

    def held_by_all(self) -> int:
        """Return what all claims of the policy hold together, in fen."""
        return sum(entry.amount for entry in self.entries.values())

    def remaining(self, claim_id: UUID, limits: Limits) -> "Remaining":
        """Return what this claim may still be promised of each limit, in fen."""
        aggregate = None if limits.aggregate is None else max(0, limits.aggregate - self.held_by_all())
        return Remaining(
            per_accident=max(0, limits.per_accident - self.held(claim_id)),
            rescue=max(0, limits.rescue - self.held(claim_id, "rescue")),
            medical=max(0, limits.medical - self.held(claim_id, "medical")),
            aggregate=aggregate,
        )


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left of each limit for one claim, in fen."""

    per_accident: int
    rescue: int
    medical: int
    aggregate: int | None

    def tightest(self, purpose: str) -> tuple[str, int]:
        """Return the limit with the least left among those that a payment for `purpose` uses, and what is left."""
        left = {"per_accident": self.per_accident}
        if purpose == "rescue":
            left["rescue"] = self.rescue
        if purpose == "medical":
            left["medical"] = self.medical
        if self.aggregate is not None:
            left["aggregate"] = self.aggregate
        return min(left.items(), key=lambda item: item[1])


def evolve(ledger: Ledger, event: PolicyEvent) -> Ledger:
    """Return the ledger after the event; total: it never refuses a stored event."""
    following = replace(ledger, version=ledger.version + 1)
    match event:
        case PolicyOpened():
            return replace(following, number=event.number, opened=event, terms=((event.effective_from, event.limits),))
        case PolicyEndorsed():
            return replace(following, terms=(*ledger.terms, (event.effective_from, event.limits)))
        case AccidentRegistered():
            return replace(following, accidents=(*ledger.accidents, event))
        case AccidentMerged():
            return replace(following, merged={**ledger.merged, event.claim_id: event})
        case AmountReserved():
            return replace(following, entries={**ledger.entries, event.entry_id: _reserved(ledger, event)})
        case AmountReleased():
            return replace(following, entries={**ledger.entries, event.entry_id: _released(ledger, event)})
        case _:
            assert_never(event)


def fold(events: Iterable[PolicyEvent], ledger: Ledger | None = None) -> Ledger:
    """Return the ledger after all events."""
    state = ledger or Ledger()
    for event in events:
        state = evolve(state, event)
    return state


def _reserved(ledger: Ledger, event: AmountReserved) -> Entry:
    held = ledger.entries.get(event.entry_id)
    amount = event.amount + (held.amount if held else 0)
    return Entry(event.claim_id, event.purpose, amount)


def _released(ledger: Ledger, event: AmountReleased) -> Entry:
    held = ledger.entries.get(event.entry_id) or Entry(event.claim_id, "indemnity", 0)
    return replace(held, amount=held.amount - event.amount)
