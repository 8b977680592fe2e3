"""A claim as JSON, of what its stream and its policy's ledger say at one version each."""

from dataclasses import dataclass

from claims.api.answers.claim import (
    AccidentAnswer,
    ClaimAnswer,
    DecisionAnswer,
    DocumentsAnswer,
    NoticeAnswer,
    PolicyAnswer,
    ReceivedDocumentAnswer,
    ReporterAnswer,
    RequestedDocumentAnswer,
    SettlementAnswer,
    VictimAnswer,
)
from claims.api.answers.common import LimitsAnswer
from claims.api.answers.lists import ClaimSummaryAnswer, LedgerAnswer
from claims.api.answers.merging import MergeAnswer
from claims.api.render import moment, moment_or_none, yuan_or_none
from claims.api.render_clock import Rulebooks, claim_clocks
from claims.api.render_money import (
    advance_answer,
    direct_payment_answer,
    eligible_answers,
    payee_answer,
    payment_answer,
    totals,
)
from claims.application.calls import Caller, PolicyOutcome, Standing
from claims.application.pages import ClaimSummary
from claims.domain.claim.events import Policy
from claims.domain.claim.merge import Merge
from claims.domain.claim.money import status
from claims.domain.claim.state import Claim, Notice, Victim
from claims.domain.money import format_yuan
from claims.domain.personal import HIDDEN
from claims.domain.policy.events import Limits


@dataclass(frozen=True, slots=True)
class Eyes:
    """What the reader may see of persons and free text: everything of the own tenant, nothing of another."""

    sighted: bool

    def text(self, value: str) -> str:
        """Return a text, or what stands in its place."""
        return value if self.sighted else HIDDEN

    def text_or_none(self, value: str | None) -> str | None:
        """Return a text that may not be there, or what stands in its place."""
        return None if value is None else self.text(value)


def eyes_of(caller: Caller, tenant: str) -> Eyes:
    """Return what a caller may see of a tenant's claims: personal data is for insurer and operations of that tenant."""
    return Eyes(caller.scope.persons_of == tenant)


def claim_answer(standing: Standing, rulebooks: Rulebooks, caller: Caller) -> ClaimAnswer:
    """Return the claim as the caller may see it."""
    claim, eyes = standing.claim, eyes_of(caller, standing.tenant)
    return {
        "id": str(claim.claim_id),
        "number": claim.number,
        "version": claim.version,
        "status": str(status(claim)),
        "round": claim.round,
        "adjuster": claim.adjuster,
        "policy": _policy(claim.known_policy),
        "accident": _accident(claim, eyes),
        "reported_by": _reporter(claim, eyes),
        "reported_at": moment(claim.reported_at or claim.known_accident.occurred_at),
        "broker_received_at": moment_or_none(claim.broker_received_at),
        "insurer_received_at": moment_or_none(claim.insurer_received_at),
        "requested_at": moment_or_none(claim.requested_at),
        "reopened_at": moment_or_none(claim.reopened_at),
        "authority_notices": [_notice(each) for each in claim.authority_notices],
        "site_surveys": [
            {"at": moment(each.at), "surveyor": eyes.text(each.surveyor), "findings": eyes.text(each.findings)}
            for each in claim.surveys
        ],
        "rescue_supports": [
            {"at": moment(each.at), "provider": eyes.text(each.provider), "description": eyes.text(each.description)}
            for each in claim.rescue_supports
        ],
        "victims": [_victim(each, eyes) for each in claim.victims.values()],
        "documents": _documents(claim, eyes),
        "determined_loss": yuan_or_none(claim.determined_loss),
        "advances": [advance_answer(claim, each, eyes.text) for each in claim.advances.values()],
        "eligible_advances": eligible_answers(claim, standing.ledger, rulebooks),
        "decision": _decision(claim, eyes),
        "settlement": _settlement(claim, eyes),
        "payments": [payment_answer(each, eyes.text) for each in claim.payments.values() if each.advance_id is None],
        "direct_payments": [direct_payment_answer(each) for each in claim.direct_payments.values()],
        "outcome_reports": [_notice(each) for each in claim.outcome_reports],
        "totals": totals(claim, standing.ledger),
        "merged_into": None if claim.merged_into is None else _merge(claim.merged_into),
        "merged_from": [_merge(each) for each in claim.merged_from],
        "clocks": claim_clocks(standing, rulebooks, caller.role),
    }


def summary_answer(row: ClaimSummary) -> ClaimSummaryAnswer:
    """Return a row of the list of claims."""
    return {
        "id": str(row.claim_id),
        "number": row.number,
        "version": row.version,
        "status": row.status,
        "adjuster": row.adjuster,
        "insurer": row.tenant,
        "broker": row.broker,
        "policy_number": row.policy_number,
        "insured_name": row.insured_name,
        "region": row.region,
        "grade": row.grade,
        "accident_at": moment(row.accident_at),
        "reported_at": moment(row.reported_at),
        "advanced": format_yuan(row.advanced),
        "paid": format_yuan(row.paid),
    }


def ledger_answer(outcome: PolicyOutcome) -> LedgerAnswer:
    """Return a policy as its own stream knows it."""
    ledger = outcome.ledger
    return {
        "number": ledger.number,
        "insurer": outcome.tenant,
        "version": ledger.version,
        "terms": [{"effective_from": since.isoformat(), "limits": _limits(limits)} for since, limits in ledger.terms],
    }


def _policy(policy: Policy) -> PolicyAnswer:
    return {
        "number": policy.number,
        "insurer": policy.insurer,
        "broker": policy.broker,
        "insured": {"name": policy.insured_name, "credit_code": policy.insured_credit_code},
        "industry": policy.industry,
        "region": policy.region,
        "effective_from": policy.effective_from.isoformat(),
        "effective_to": policy.effective_to.isoformat(),
        "limits": _limits(policy.limits),
        "medical_deductible": format_yuan(policy.medical_deductible),
        "terms": {"determination_days": policy.determination_days, "payment_days": policy.payment_days},
    }


def _limits(limits: Limits) -> LimitsAnswer:
    return {
        "per_accident": format_yuan(limits.per_accident),
        "per_person": format_yuan(limits.per_person),
        "rescue": format_yuan(limits.rescue),
        "medical": format_yuan(limits.medical),
        "aggregate": yuan_or_none(limits.aggregate),
    }


def _accident(claim: Claim, eyes: Eyes) -> AccidentAnswer:
    accident, casualties = claim.known_accident, claim.current_casualties
    return {
        "occurred_at": moment(accident.occurred_at),
        "place": eyes.text(accident.place),
        "region": accident.region,
        "kind": accident.kind,
        "description": eyes.text(accident.description),
        "casualties": {
            "deaths": casualties.deaths,
            "missing": casualties.missing,
            "emergency_surgeries": casualties.emergency_surgeries,
            "serious_injuries": casualties.serious_injuries,
        },
        "direct_loss": yuan_or_none(accident.direct_loss),
        "grade": claim.grade,
    }


def _reporter(claim: Claim, eyes: Eyes) -> ReporterAnswer | None:
    if claim.reporter is None:
        return None
    if not eyes.sighted:
        return {"party": claim.reporter.party}
    return {"party": claim.reporter.party, "name": claim.reporter.name, "phone": claim.reporter.phone}


def _victim(victim: Victim, eyes: Eyes) -> VictimAnswer:
    if not eyes.sighted:
        return {"victim_id": str(victim.victim_id), "outcome": victim.outcome}
    return {
        "victim_id": str(victim.victim_id),
        "outcome": victim.outcome,
        "name": victim.name,
        "identity_number": victim.identity_number,
        "phone": victim.phone,
        "relatives": [{"name": r.name, "phone": r.phone, "relation": r.relation} for r in victim.relatives],
    }


def _notice(notice: Notice) -> NoticeAnswer:
    return {"at": moment(notice.at), "recipients": list(notice.recipients), "reference": notice.reference}


def _merge(merge: Merge) -> MergeAnswer:
    return {"claim_id": str(merge.claim_id), "number": merge.number, "at": moment(merge.at)}


def _documents(claim: Claim, eyes: Eyes) -> DocumentsAnswer:
    requested: list[RequestedDocumentAnswer] = [
        {
            "code": item.code,
            "name": eyes.text(item.name),
            "requested_at": moment(request.at),
            "reached_client_at": moment(request.reached_client_at),
        }
        for request in claim.document_requests
        for item in request.items
    ]
    received: list[ReceivedDocumentAnswer] = [
        {
            "code": item.code,
            "name": eyes.text(item.name),
            "sha256": item.sha256,
            "uri": eyes.text_or_none(item.uri),
            "received_at": moment(arrival.at),
        }
        for arrival in claim.arrivals
        for item in arrival.items
    ]
    return {
        "requested": requested,
        "received": received,
        "complete_at": moment_or_none(claim.documents_complete_at),
    }


def _decision(claim: Claim, eyes: Eyes) -> DecisionAnswer | None:
    decision = claim.decision
    if decision is None:
        return None
    return {
        "outcome": decision.outcome,
        "amount": format_yuan(decision.amount),
        "stated_amount": format_yuan(decision.stated_amount),
        "reason": eyes.text_or_none(decision.reason),
        "decided_at": moment(decision.at),
        "told_at": moment_or_none(decision.told_at),
        "flags": list(decision.flags),
    }


def _settlement(claim: Claim, eyes: Eyes) -> SettlementAnswer | None:
    settlement = claim.settlement
    if settlement is None:
        return None
    return {
        "amount": format_yuan(settlement.amount),
        "self_borne": format_yuan(settlement.self_borne),
        "client_confirmation": eyes.text(settlement.client_confirmation),
        "payees": [{**payee_answer(each.payee), "amount": format_yuan(each.amount)} for each in settlement.payees],
        "agreed_at": moment(settlement.at),
    }
