"""Endorse a policy: its limits change for accidents from a day on."""

from dataclasses import dataclass
from datetime import date, datetime

from claims.domain.errors import InvalidFact, Rule, RuleViolation, invalid
from claims.domain.policy.events import Limits, PolicyEndorsed, PolicyEvent
from claims.domain.policy.ledger import Ledger
from claims.domain.policy.limits import insuring

LIMITS_STAND = Rule("endorsement-changes-nothing", "Insurance Law art. 20", "An endorsement changes the limits")


@dataclass(frozen=True, slots=True)
class Endorse:
    """The limits, in fen, for accidents from `effective_from` on."""

    occurred_at: datetime
    limits: Limits
    effective_from: date


def endorse(ledger: Ledger, command: Endorse) -> tuple[PolicyEvent, ...]:
    """Decide an endorsement; what is promised already stands, whatever the new limits are.

    Raises InvalidFact for limits that insure nothing or a day outside the policy's period, RuleViolation for limits
    that the policy has already.
    """
    errors = insuring(command.limits, "/limits")
    if errors:
        raise InvalidFact(errors)
    policy = ledger.opened
    if policy is not None and not policy.effective_from <= command.effective_from <= policy.effective_to:
        period = f"{policy.effective_from} to {policy.effective_to}"
        raise invalid("/effective_from", f"The day lies outside the policy's period, {period}.")
    if ledger.limits_on(command.effective_from) == command.limits:
        raise RuleViolation(LIMITS_STAND, "The policy has these limits already from that day on.")
    return (PolicyEndorsed(command.limits, command.effective_from),)
