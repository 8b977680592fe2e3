"""What a decision needs besides claim and command, and what it returns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from claims.domain.claim.state import Claim
from claims.domain.errors import Rule, RuleViolation
from claims.domain.policy.events import Limits, PolicyEvent
from claims.domain.policy.ledger import Ledger, Remaining
from claims.domain.rulebook import AccidentGrades, Parameters, Rulebook, accident_grades_of, parameters_of
from claims.domain.working_days import Calendar

KNOWN_POLICY = Rule("policy-not-in-force", "Insurance Law art. 14", "The policy covers accidents of its own period")


class Cover(Protocol):
    """What money on a claim is reckoned by; the terms of a decision are such, and so is what a list knows."""

    @property
    def rulebooks(self) -> Mapping[str, Rulebook]:
        """Return every version of every rulebook that was ever in force, by reference."""
        ...

    @property
    def ledger(self) -> Ledger:
        """Return the policy's ledger."""
        ...


@dataclass(frozen=True, slots=True)
class Terms:
    """Business time, the regulation, the calendar and the policy's ledger, as of the decision."""

    now: datetime
    rulebooks: Mapping[str, Rulebook]
    """By reference, every version that was ever in force."""
    calendar: Calendar
    ledger: Ledger


@dataclass(frozen=True, slots=True)
class Decided:
    """The facts that follow from a command, for the claim's stream and for the policy's."""

    claim: tuple[object, ...] = ()
    policy: tuple[PolicyEvent, ...] = ()


def parameters(claim: Claim, terms: Cover) -> Parameters:
    """Return the figures of the rulebook with the narrowest region among those of the claim's that have any."""
    return parameters_of(terms.rulebooks[reference] for reference in claim.rulebooks)


def accident_grades(claim: Claim, terms: Cover) -> AccidentGrades | None:
    """Return how the claim's rulebooks grade accidents; None if none of them says it."""
    return accident_grades_of(terms.rulebooks[reference] for reference in claim.rulebooks)


def limits_of(claim: Claim, ledger: Ledger) -> Limits:
    """Return the limits for the claim's accident, as the policy's stream knows them."""
    limits = ledger.limits_at(claim.known_accident.occurred_at)
    if limits is None:
        raise RuleViolation(KNOWN_POLICY, "The policy has no limits for the day of the accident.")
    return limits


def remaining(claim: Claim, ledger: Ledger) -> Remaining:
    """Return what the claim may still be promised of each limit, in fen."""
    return ledger.remaining(claim.claim_id, limits_of(claim, ledger))
