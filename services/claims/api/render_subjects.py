"""Complaints and hazards as JSON."""

from typing import Any, Literal, cast

from claims.api.answers.clock import ClockAnswer
from claims.api.answers.subjects import ComplaintAnswer, ComplaintSummaryAnswer, HazardAnswer, HazardSummaryAnswer
from claims.api.render import id_or_none, moment
from claims.api.render_clock import Rulebooks, subject_clocks
from claims.application.calls import Caller
from claims.application.subject_queries import SubjectSummary
from claims.application.subject_store import SubjectStanding
from claims.domain.complaint.state import Complaint
from claims.domain.hazard.state import Hazard

PartyKind = Literal["insurer", "broker"]


def complaint_answer(standing: SubjectStanding[Complaint], rulebooks: Rulebooks, caller: Caller) -> ComplaintAnswer:
    """Return a complaint; its texts are opened for the tenant alone."""
    complaint, received = standing.state, standing.state.known
    return {
        "id": str(complaint.complaint_id),
        "version": complaint.version,
        "party": received.party,
        "party_kind": cast("PartyKind", received.party_kind),
        "region": received.region,
        "kind": received.kind,
        "status": complaint.status.value,
        "claim_id": id_or_none(received.claim_id),
        "needs_verification": received.needs_verification,
        "received_at": moment(complaint.known_since),
        "text": received.text,
        "replies": [
            {"replied_at": moment(each.at), "text": each.text, "final": each.final}
            for each in sorted(complaint.replies, key=lambda reply: reply.at)
        ],
        "clocks": _clocks(standing, rulebooks, caller),
    }


def hazard_answer(standing: SubjectStanding[Hazard], rulebooks: Rulebooks, caller: Caller) -> HazardAnswer:
    """Return a hazard; place and description are opened for the tenant alone."""
    hazard, found = standing.state, standing.state.known
    insured = found.insured
    return {
        "id": str(hazard.hazard_id),
        "version": hazard.version,
        "party": found.party,
        "party_kind": cast("PartyKind", found.party_kind),
        "region": found.region,
        "kind": found.kind,
        "status": hazard.status.value,
        "insured": None if insured is None else {"name": insured.name, "credit_code": insured.credit_code},
        "found_at": moment(hazard.known_since),
        "place": found.place,
        "description": found.description,
        "reports": [
            {
                "reported_at": moment(each.at),
                "recipients": list(each.recipients),
                "reference": each.reference,
                "uri": each.uri,
                "sha256": each.sha256,
            }
            for each in sorted(hazard.reports, key=lambda report: report.at)
        ],
        "clocks": _clocks(standing, rulebooks, caller),
    }


def complaint_summary(row: SubjectSummary) -> ComplaintSummaryAnswer:
    """Return a row of the list of complaints."""
    return {
        "id": str(row.subject_id),
        "version": row.version,
        "party": row.tenant,
        "party_kind": row.party_kind,
        "region": row.region,
        "kind": row.nature,
        "status": row.status,
        "claim_id": id_or_none(row.claim_id),
        "received_at": moment(row.begun_at),
    }


def hazard_summary(row: SubjectSummary) -> HazardSummaryAnswer:
    """Return a row of the list of hazards."""
    return {
        "id": str(row.subject_id),
        "version": row.version,
        "party": row.tenant,
        "party_kind": row.party_kind,
        "region": row.region,
        "kind": row.nature,
        "status": row.status,
        "found_at": moment(row.begun_at),
    }


def _clocks(standing: SubjectStanding[Any], rulebooks: Rulebooks, caller: Caller) -> list[ClockAnswer]:
    own = caller.scope.persons_of == standing.tenant
    return subject_clocks(standing, rulebooks, "insurer" if own else caller.role)
