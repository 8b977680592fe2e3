"""What looked late and was in time: the fact that met a clock, when it happened, when it was recorded."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from claims.application.clock_status import obligation_of
from claims.application.recorded import Recorded
from claims.dashboard.claim_clocks import ClockCard
from claims.dashboard.claim_story import clock_of, recorded_by
from claims.dashboard.claim_words import Telling
from claims.domain.claim.events import AdvancePaid, IndemnityPaid
from claims.domain.clock_events import BreachWithdrawn, ClockBreached, ClockMissed, MissWithdrawn

_BRINGS_ABOUT: Mapping[str, frozenset[str]] = {
    "insurer_received_report": frozenset({"insurer_received", "claim_reported"}),
    "missing_documents_requested": frozenset({"documents_requested"}),
    "client_told": frozenset({"decision_told", "claim_decided", "rejection_notified"}),
    "indemnity_paid": frozenset({"indemnity_paid", "advance_paid", "settlement_agreed", "claim_decided"}),
    "victim_paid": frozenset({"indemnity_paid", "advance_paid"}),
    "determinable_part_paid": frozenset({"advance_paid"}),
    "direct_payment_accepted": frozenset({"direct_payment_decided"}),
    "direct_payment_refused": frozenset({"direct_payment_decided"}),
}
"""The facts that bring a milestone about, where they have other names than the milestone."""
_REACHED = ("told_at", "reached_client_at")
"""The moments that a fact names beside its own."""
_SUMS = frozenset({"advance_paid", "indemnity_paid"})
"""Milestones that several payments reach together: each of them until then is needed."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One clock that was met in time by a fact that was recorded after its end."""

    card: ClockCard
    fact: str
    happened_at: datetime
    recorded_at: datetime
    by: str
    breached_at: datetime | None
    """When the watch said that it was breached, or missed; None where it never did."""
    withdrawn_at: datetime | None


def proofs(history: Iterable[Recorded], cards: Iterable[ClockCard], telling: Telling) -> tuple[Proof, ...]:
    """Return a proof for each clock that ended in time and was known to only after its end."""
    recorded = tuple(history)
    met = {each.clock_id: each for each in cards if each.status in {"met", "extended"}}
    return tuple(_proofs(recorded, met, telling))


def _proofs(recorded: tuple[Recorded, ...], met: Mapping[UUID, ClockCard], telling: Telling) -> Iterator[Proof]:
    for clock_id, card in met.items():
        fact, ended_at = _fact(recorded, card, telling), card.clock.ended_at
        if fact is None or ended_at is None or fact.recorded_at <= card.clock.due_at:
            continue
        said = [each for each in recorded if each.stream_id == clock_id]
        yield Proof(
            card=card,
            fact=telling.sentence(fact),
            happened_at=ended_at,
            recorded_at=fact.recorded_at,
            by=recorded_by(fact.actor, telling),
            breached_at=_last(said, ClockBreached, ClockMissed),
            withdrawn_at=_last(said, BreachWithdrawn, MissWithdrawn),
        )


def _fact(recorded: Iterable[Recorded], card: ClockCard, telling: Telling) -> Recorded | None:
    """Return what ended a clock: of the facts that can, and did at its end, the one that was recorded last.

    What a claim's stream says of its clocks is not shown to outsiders, so it is not asked for.
    """
    if card.clock.ended_at is None:
        return None
    able = _able(card, telling)
    facts = (
        each
        for each in recorded
        if each.stream_id == telling.claim.claim_id
        and (card.clock.ended_at in _moments(each) or _is_a_part(each, card, telling))
        and clock_of(each) is None
        and each.name in able
        and _is_about(each, card)
    )
    return max(facts, key=lambda each: each.recorded_at, default=None)


def _able(card: ClockCard, telling: Telling) -> frozenset[str]:
    """Return the stored names of the facts that can meet or extend a clock."""
    obligation = obligation_of(card.clock, telling.rulebooks)
    milestones = () if obligation is None else (*obligation.met_by, *obligation.extended_by)
    return frozenset(name for each in milestones for name in _BRINGS_ABOUT.get(each, {each}))


def _is_a_part(recorded: Recorded, card: ClockCard, telling: Telling) -> bool:
    """Say whether it is a payment before the end, without which the sum would not have been reached."""
    obligation, ended_at = obligation_of(card.clock, telling.rulebooks), card.clock.ended_at
    if obligation is None or ended_at is None or recorded.occurred_at > ended_at:
        return False
    if not isinstance(recorded.event, AdvancePaid | IndemnityPaid) or _SUMS.isdisjoint(obligation.met_by):
        return False
    payment = telling.claim.payments.get(recorded.event.payment_id)
    return payment is not None and payment.failed_at is None


def _moments(recorded: Recorded) -> tuple[datetime | None, ...]:
    """When it happened; what reaches somebody else may do so at a moment of its own."""
    return recorded.occurred_at, *(getattr(recorded.event, name, None) for name in _REACHED)


def _is_about(recorded: Recorded, card: ClockCard) -> bool:
    """A clock of one advance is met by what is paid of that one."""
    advance_id = getattr(recorded.event, "advance_id", None)
    return advance_id is None or not card.about or str(advance_id) == card.clock.scope.partition("/")[0]


def _last(said: Iterable[Recorded], *kinds: type) -> datetime | None:
    """Return when it was recorded last."""
    return max((each.recorded_at for each in said if isinstance(each.event, kinds)), default=None)
