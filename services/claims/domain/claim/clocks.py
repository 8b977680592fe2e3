"""What of a claim clocks may run on: obligation by obligation, for the claim, each tranche, each direct payment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from claims.domain import clockwork
from claims.domain.claim.grades import at_least
from claims.domain.claim.milestones import AdvancePart, Part, moment, pauses
from claims.domain.claim.money import outstanding, paid_in_full_at, tranche_paid_at
from claims.domain.claim.rounds import as_it_ended
from claims.domain.claim.shortages import Shortage, shortages
from claims.domain.claim.state import Claim, DirectPayment
from claims.domain.claim.terms import Terms, parameters
from claims.domain.clock import Clock
from claims.domain.clock_facts import ClockEnded, ClockFact
from claims.domain.clockwork import Duty
from claims.domain.rulebook import Limit, Obligation, Parameters, Rulebook, Tier, Unit

_NOTICES = frozenset({"client_told", "rejection_notified"})
"""What meets a clock of an earlier round although it is recorded after the reopening."""


def clock_facts(claim: Claim, terms: Terms) -> tuple[ClockFact, ...]:
    """Return the facts that bring the claim's clocks to what its other facts call for; empty if they are there."""
    facts = clockwork.clock_facts(ClaimSubject(claim, terms), terms.now, terms.calendar)
    return (*facts, *_of_earlier_rounds(claim), *_notices_of_earlier_rounds(claim, terms))


def _of_earlier_rounds(claim: Claim) -> Iterator[ClockEnded]:
    """An advance is paid or not, whichever round it was asked for in: a late word of it moves the end of its clock.

    Of all else but its notices a round is over with its end. A payment that bounced leaves the clock unmet until then.
    """
    for advance in claim.advances.values():
        if advance.round == claim.round:
            continue
        for part in (AdvancePart(advance, tranche) for tranche in advance.tranches):
            for clock in claim.clocks.values():
                if (clock.round, clock.scope) == (advance.round, part.scope):
                    yield from _paid_late_told(claim, part, clock)


def _paid_late_told(claim: Claim, part: AdvancePart, clock: Clock) -> Iterator[ClockEnded]:
    paid_at = tranche_paid_at(claim, part.advance, part.tranche)
    if paid_at is None:
        if clock.ended_as == "met" and claim.reopened_at is not None:
            yield ClockEnded(clock.clock_id, max(claim.reopened_at, clock.started_at), "cancelled")
        return
    met_at = max(paid_at, clock.started_at)
    if clock.ended_at is not None and met_at != clock.ended_at and (clock.ended_as == "met" or met_at < clock.ended_at):
        yield ClockEnded(clock.clock_id, met_at, "met")


def _notices_of_earlier_rounds(claim: Claim, terms: Terms) -> Iterator[ClockEnded]:
    """The client was told a round's decision, or given notice of its rejection, by the moment of that."""
    for earlier in claim.earlier_rounds:
        then = as_it_ended(claim, earlier)
        for clock in claim.clocks.values():
            if clock.round == earlier.number and clock.ended_at is not None:
                names = _NOTICES & set(terms.rulebooks[clock.rulebook].obligation(clock.rule).met_by)
                told = [at for name in names if (at := moment(name, then, None, parameters(claim, terms))) is not None]
                met_at = max(min(told), clock.started_at) if told else clock.ended_at
                if met_at < clock.ended_at:
                    yield ClockEnded(clock.clock_id, met_at, "met")


@dataclass(frozen=True, slots=True)
class ClaimSubject:
    """A claim as the clockwork sees it, under its rulebooks."""

    claim: Claim
    terms: Terms

    @property
    def subject_id(self) -> UUID:
        """Return the claim's id."""
        return self.claim.claim_id

    @property
    def round(self) -> int:
        """Return the claim's round."""
        return self.claim.round

    @property
    def round_since(self) -> datetime | None:
        """Return when the claim was last reopened."""
        return self.claim.reopened_at

    @property
    def emergency(self) -> bool:
        """Say whether the accident's grade makes it an emergency (SZ-20 (5))."""
        return at_least(self.claim.grade, self.figures.emergency_grade)

    @property
    def clocks(self) -> Mapping[UUID, Clock]:
        """Return the claim's clocks."""
        return self.claim.clocks

    @property
    def figures(self) -> Parameters:
        """Return the figures that hold for the claim."""
        return parameters(self.claim, self.terms)

    def duties(self) -> Iterator[Duty]:
        """Yield everything that a clock may run on, obligation by obligation."""
        figures = self.figures
        for reference in self.claim.rulebooks:
            rulebook = self.terms.rulebooks[reference]
            for obligation in rulebook.obligations:
                if obligation.tier is not Tier.KPI:
                    for part in _parts(self.claim, obligation):
                        yield _duty(self.claim, figures, rulebook, obligation, part)


def _parts(claim: Claim, obligation: Obligation) -> Iterator[Part]:
    """Yield what of the claim the obligation is about; of an earlier round nothing."""
    match obligation.scope:
        case "claim" if "documents_found_incomplete" in obligation.starts:
            yield from shortages(claim, obligation.id)
        case "claim":
            yield None
        case "advance":
            for advance in claim.advances.values():
                if advance.kind == obligation.advance_kind and advance.round == claim.round:
                    yield from (AdvancePart(advance, tranche) for tranche in advance.tranches)
        case "direct_payment":
            for request in claim.direct_payments.values():
                if request.requested_by == obligation.requested_by and request.round == claim.round:
                    yield request
        case _:
            pass


def _duty(claim: Claim, figures: Parameters, rulebook: Rulebook, obligation: Obligation, part: Part) -> Duty:
    tranche = part if isinstance(part, AdvancePart) else None
    return Duty(
        rulebook=rulebook.reference,
        obligation=obligation,
        scope=_scope(part),
        limit=_limit(claim, obligation, tranche),
        moment=partial(_moment, claim, figures, part),
        pauses=pauses(obligation.paused_by, claim),
        lapsed_at=_lapsed_at(claim, part),
    )


def _moment(claim: Claim, figures: Parameters, part: Part, name: str, since: datetime | None) -> datetime | None:
    return moment(name, claim, part, figures, since)


def _scope(part: Part) -> str:
    if part is None:
        return ""
    return str(part.request_id) if isinstance(part, DirectPayment) else part.scope


def _limit(claim: Claim, obligation: Obligation, tranche: AdvancePart | None) -> Limit:
    """Return the term of the policy where it has one, else the limit by the bracket of what is payable.

    Of a tranche of which nothing is left there is no bracket to take: the longest limit tightens nothing.
    """
    policy = claim.known_policy
    terms = {"determination_days": policy.determination_days, "payment_days": policy.payment_days}
    days = None if obligation.policy_days is None else terms[obligation.policy_days]
    if days is not None:
        return Limit(days, Unit.CALENDAR_DAYS)
    if tranche is not None and not tranche.tranche.amount:
        return obligation.brackets[-1].limit
    return obligation.limit_for(None if tranche is None else tranche.tranche.amount)


def _lapsed_at(claim: Claim, part: Part) -> datetime | None:
    """A merged claim owes nothing; nor is a tranche owed once the indemnity is paid or the advance lowered so far."""
    if claim.merged_into is not None:
        return claim.merged_into.at
    if isinstance(part, Shortage):
        return part.disproved_at
    if not isinstance(part, AdvancePart):
        return None
    if part.tranche.lapsed_at is not None:
        return part.tranche.lapsed_at
    return paid_in_full_at(claim) if outstanding(claim, part.advance) else None
