"""The names that events are stored by, each with its class and newest version: the one table, written out by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from claims.domain import clock_events as clock
from claims.domain import clock_facts
from claims.domain.claim import events as claim
from claims.domain.complaint import events as complaint
from claims.domain.hazard import events as hazard
from claims.domain.party import events as party
from claims.domain.periodic import events as periodic
from claims.domain.policy import events as policy


@dataclass(frozen=True, slots=True)
class EventType:
    """The class of an event and the version of its stored form.

    A change that old readers or old events do not bear raises the version and adds an upcast.
    """

    cls: type
    version: int = 1


EVENT_TYPES: Mapping[str, EventType] = MappingProxyType(
    {
        "claim_reported": EventType(claim.ClaimReported),
        "insurer_received": EventType(claim.InsurerReceived),
        "claim_requested": EventType(claim.ClaimRequested),
        "intake_notified": EventType(claim.IntakeNotified),
        "victim_registered": EventType(claim.VictimRegistered),
        "casualties_updated": EventType(claim.CasualtiesUpdated),
        "authorities_notified": EventType(claim.AuthoritiesNotified),
        "site_surveyed": EventType(claim.SiteSurveyed),
        "rescue_support_recorded": EventType(claim.RescueSupportRecorded),
        "claim_assigned": EventType(claim.ClaimAssigned),
        "accident_graded": EventType(claim.AccidentGraded),
        "documents_requested": EventType(claim.DocumentsRequested),
        "documents_received": EventType(claim.DocumentsReceived),
        "documents_completed": EventType(claim.DocumentsCompleted),
        "loss_determined": EventType(claim.LossDetermined),
        "advance_requested": EventType(claim.AdvanceRequested),
        "advance_became_payable": EventType(claim.AdvanceBecamePayable),
        "advance_waits_again": EventType(claim.AdvanceWaitsAgain),
        "advance_amended": EventType(claim.AdvanceAmended),
        "advance_refused": EventType(claim.AdvanceRefused),
        "advance_withdrawn": EventType(claim.AdvanceWithdrawn),
        "advance_paid": EventType(claim.AdvancePaid),
        "payment_failed": EventType(claim.PaymentFailed),
        "direct_payment_requested": EventType(claim.DirectPaymentRequested),
        "direct_payment_decided": EventType(claim.DirectPaymentDecided),
        "progress_notified": EventType(claim.ProgressNotified),
        "claim_decided": EventType(claim.ClaimDecided),
        "decision_told": EventType(claim.DecisionTold),
        "rejection_notified": EventType(claim.RejectionNotified),
        "settlement_agreed": EventType(claim.SettlementAgreed),
        "indemnity_paid": EventType(claim.IndemnityPaid),
        "recovery_received": EventType(claim.RecoveryReceived),
        "claim_withdrawn": EventType(claim.ClaimWithdrawn),
        "claim_closed": EventType(claim.ClaimClosed),
        "claim_reopened": EventType(claim.ClaimReopened),
        "outcome_reported": EventType(claim.OutcomeReported),
        "claim_merged": EventType(claim.ClaimMerged),
        "duplicate_merged": EventType(claim.DuplicateMerged),
        "complaint_received": EventType(complaint.ComplaintReceived),
        "complaint_replied": EventType(complaint.ComplaintReplied),
        "hazard_found": EventType(hazard.HazardFound),
        "hazard_reported": EventType(hazard.HazardReported),
        "policy_opened": EventType(policy.PolicyOpened),
        "policy_endorsed": EventType(policy.PolicyEndorsed),
        "accident_registered": EventType(policy.AccidentRegistered),
        "accident_merged": EventType(policy.AccidentMerged),
        "amount_reserved": EventType(policy.AmountReserved),
        "amount_released": EventType(policy.AmountReleased),
        "party_registered": EventType(party.PartyRegistered),
        "party_changed": EventType(party.PartyChanged),
        "period_opened": EventType(periodic.PeriodOpened),
        "periodic_report_submitted": EventType(periodic.PeriodicReportSubmitted),
        "period_lapsed": EventType(periodic.PeriodLapsed),
        "period_reinstated": EventType(periodic.PeriodReinstated),
        "clock_started": EventType(clock_facts.ClockStarted),
        "clock_rescheduled": EventType(clock_facts.ClockRescheduled),
        "clock_ended": EventType(clock_facts.ClockEnded),
        "clock_reopened": EventType(clock_facts.ClockReopened),
        "clock_at_risk": EventType(clock.ClockAtRisk),
        "clock_breached": EventType(clock.ClockBreached),
        "clock_escalated": EventType(clock.ClockEscalated),
        "breach_withdrawn": EventType(clock.BreachWithdrawn),
        "clock_missed": EventType(clock.ClockMissed),
        "miss_withdrawn": EventType(clock.MissWithdrawn),
    }
)
