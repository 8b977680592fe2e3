"""Claim, intake notice, victims and casualties: what becomes known in the first hours."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from claims.domain.claim.events import (
    Casualties,
    CasualtiesUpdated,
    ClaimRequested,
    DocumentItem,
    IntakeNotified,
    Relative,
    VictimRegistered,
)
from claims.domain.claim.guards import is_open, was_open
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import Decided, Terms
from claims.domain.errors import Rule, RuleViolation

REQUESTED_ONCE = Rule("already-requested", "Insurance Law art. 22", "A claim is requested once in each round")


@dataclass(frozen=True, slots=True)
class RequestClaim:
    """The claimant claims under the policy; the amount, in fen, may be open."""

    occurred_at: datetime
    claimant: str
    amount: int | None


def request_claim(claim: Claim, command: RequestClaim, terms: Terms) -> Decided:
    """Decide a claim request; where documents came first, they counted as it and the moment stays theirs."""
    is_open(claim)
    known = None if claim.requested_by_documents else claim.requested_at
    if known is not None and known <= command.occurred_at:
        raise RuleViolation(REQUESTED_ONCE, "The claim is already requested.")
    return Decided(claim=(ClaimRequested(command.claimant, command.amount),))


@dataclass(frozen=True, slots=True)
class NotifyIntake:
    """The client was told nature, coverage, and which documents the claim needs and lacks."""

    occurred_at: datetime
    nature: str
    coverage: str
    documents: tuple[DocumentItem, ...]
    missing: tuple[DocumentItem, ...]


def notify_intake(claim: Claim, command: NotifyIntake, terms: Terms) -> Decided:
    """Decide an intake notice (SZ-20 (1)); a later one corrects the coverage."""
    was_open(claim, command.occurred_at)
    return Decided(claim=(IntakeNotified.of(command.nature, command.coverage, command.documents, command.missing),))


@dataclass(frozen=True, slots=True)
class RegisterVictim:
    """A person harmed became known."""

    occurred_at: datetime
    victim_id: UUID
    name: str
    identity_number: str | None
    phone: str | None
    outcome: str
    relatives: tuple[Relative, ...]


def register_victim(claim: Claim, command: RegisterVictim, terms: Terms) -> Decided:
    """Decide the registration of a victim; it does not change the count of casualties."""
    was_open(claim, command.occurred_at)
    victim = VictimRegistered(
        victim_id=command.victim_id,
        name=command.name,
        identity_number=command.identity_number,
        phone=command.phone,
        outcome=command.outcome,
        relatives=command.relatives,
    )
    return Decided(claim=(victim,))


@dataclass(frozen=True, slots=True)
class UpdateCasualties:
    """The count of persons harmed at `occurred_at`."""

    occurred_at: datetime
    casualties: Casualties


def update_casualties(claim: Claim, command: UpdateCasualties, terms: Terms) -> Decided:
    """Decide a new count; grade and waiting advances follow from it."""
    was_open(claim, command.occurred_at)
    return Decided(claim=(CasualtiesUpdated(command.casualties),))
