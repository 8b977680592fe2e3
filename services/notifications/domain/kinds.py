"""The kinds of alert and the roles that stand outside an insurer, by their stored names."""

from typing import Final

KINDS: Final = (
    "clock.at_risk",
    "clock.breached",
    "clock.escalated",
    "breach.withdrawn",
    "clock.missed",
    "miss.withdrawn",
    "clock.recalculated",
    "advance.requested",
    "claim.accident_graded",
    "report.due",
    "calendar.missing",
    "routing.unheard",
    "delivery.dead",
    "heartbeat",
    "audit.finding",
)

SEVERITIES: Final = ("information", "warning", "breach", "escalation")
"""How grave an alert is; one that says something else passes every filter on it."""

UNHEARD: Final = "routing.unheard"
DEAD: Final = "delivery.dead"

VOLUNTARY: Final = frozenset({UNHEARD, "heartbeat"})
"""Kinds that need not be heard in every role they name. That nobody hears what is unheard is no alert of its own."""

AUTHORITIES: Final = frozenset(
    {
        "insurance_regulator",
        "safety_authority",
        "joint_conference_office",
        "safety_committee",
        "municipal_finance_office",
    }
)
"""Roles of public authorities: what is addressed to one of them is what a caller with the role `regulator` may see."""
