"""What a clock may start and end with, by the names that rulebooks use, for each kind of thing that has obligations."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

Scope: TypeAlias = Literal["claim", "advance", "direct_payment", "complaint", "hazard", "period"]
"""What a clock is about: a claim; a tranche of an advance or a request for direct payment, as parts of one; or else."""

_OF_CLAIMS = frozenset(
    {
        "authorities_notified",
        "broker_received_report",
        "claim_accepted",
        "claim_and_documents_received",
        "claim_decided",
        "claim_finished",
        "claim_rejected",
        "claim_withdrawn",
        "client_told",
        "determinable_part_paid",
        "documents_complete",
        "documents_found_incomplete",
        "indemnity_paid",
        "insurer_received_report",
        "intake_notified",
        "liability_determined",
        "missing_documents_requested",
        "once_only_broken",
        "outcome_reported",
        "progress_notified",
        "rejection_notified",
        "settlement_agreed",
        "site_surveyed",
        "small_claim_complete",
        "small_claim_outgrown",
    }
)
_OF_ADVANCES = frozenset({"advance_paid", "advance_payable", "advance_refused", "advance_withdrawn"})
_OF_DIRECT_PAYMENTS = frozenset(
    {"direct_payment_accepted", "direct_payment_refused", "direct_payment_requested", "victim_paid"}
)
_OF_COMPLAINTS = frozenset(
    {"complaint_received", "complaint_needs_verification", "complaint_replied", "complaint_answered_finally"}
)
_OF_HAZARDS = frozenset({"hazard_found", "hazard_reported"})
_OF_PERIODS = frozenset({"window_opened", "report_submitted", "activity_ended"})

MILESTONES: Mapping[Scope, frozenset[str]] = {
    "claim": _OF_CLAIMS,
    "advance": _OF_CLAIMS | _OF_ADVANCES,
    "direct_payment": _OF_CLAIMS | _OF_DIRECT_PAYMENTS,
    "complaint": _OF_COMPLAINTS,
    "hazard": _OF_HAZARDS,
    "period": _OF_PERIODS,
}

OF_PARTIES: frozenset[Scope] = frozenset({"complaint", "hazard", "period"})
"""What names its party, insurer or broker, which may owe it."""

PAUSES: Mapping[Scope, frozenset[str]] = {"claim": frozenset({"documents_awaited"})}
"""What lasts, and whose time a clock may leave uncounted."""

OF_CLAIMS: frozenset[str] = MILESTONES["claim"] | MILESTONES["advance"] | MILESTONES["direct_payment"]
"""Everything that can happen to a claim and its parts."""
