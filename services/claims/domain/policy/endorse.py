"""Endorse a policy: its limits change for accidents from a day on."""

from dataclasses import dataclass
from datetime import date, datetime

from claims.domain.errors import Rule, RuleViolation
from claims.domain.policy.events import Limits, PolicyEndorsed, PolicyEvent
from claims.domain.policy.ledger import Ledger

LIMITS_STAND = Rule("endorsement-changes-nothing", "Insurance Law art. 20", "An endorsement changes the limits")


@dataclass(frozen=True, slots=True)
class Endorse:
    """The limits, in fen, for accidents from `effective_from` on."""

    occurred_at: datetime
    limits: Limits
    effective_from: date


def endorse(ledger: Ledger, command: Endorse) -> tuple[PolicyEvent, ...]:
    """Decide an endorsement; what is promised already stands, whatever the new limits are."""
    in_force = [limits for since, limits in ledger.terms if since <= command.effective_from]
    if in_force and in_force[-1] == command.limits:
        raise RuleViolation(LIMITS_STAND, "The policy has these limits already from that day on.")
    return (PolicyEndorsed(command.limits, command.effective_from),)
