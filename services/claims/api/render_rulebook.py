"""The regulation as JSON."""

from dataclasses import fields

from claims.api.answers.common import LimitAnswer
from claims.api.answers.rulebook import (
    AccidentGradesAnswer,
    ObligationAnswer,
    RecipientsAnswer,
    RulebookAnswer,
    RulebookSummaryAnswer,
)
from claims.api.render import day_or_none, yuan_or_none
from claims.domain.money import format_yuan
from claims.domain.rulebook import AccidentGrades, Limit, Obligation, Parameters, Recipients, Rulebook

_IN_FEN = frozenset({"small_claim_threshold"})


def rulebook_summary(book: Rulebook) -> RulebookSummaryAnswer:
    """Return what a rulebook is: one text in one version, for one region, from a day on."""
    return {
        "id": book.id,
        "version": book.version,
        "reference": book.reference,
        "title": {"zh": book.title_zh, "en": book.title_en},
        "region": book.region,
        "text_valid_to": day_or_none(book.text_valid_to),
        "applied_from": book.applied_from.isoformat(),
        "applied_to": day_or_none(book.applied_to),
    }


def rulebook_answer(book: Rulebook) -> RulebookAnswer:
    """Return a rulebook whole."""
    return {
        **rulebook_summary(book),
        "parameters": {} if book.parameters is None else _parameters(book.parameters),
        "accident_grades": None if book.accident_grades is None else _accident_grades(book.accident_grades),
        "obligations": [_obligation(each) for each in book.obligations],
        "roles": {
            name: {"name": {"zh": role.name_zh, "en": role.name_en}, "aliases": list(role.aliases)}
            for name, role in book.roles.items()
        },
    }


def _parameters(parameters: Parameters) -> dict[str, object]:
    """Each figure with its source."""
    shown: dict[str, object] = {}
    for each in fields(parameters):
        if each.name == "citations":
            continue
        value = getattr(parameters, each.name)
        if each.name in _IN_FEN:
            value = format_yuan(value)
        shown[each.name] = {
            "value": list(value) if isinstance(value, tuple) else value,
            "citation": parameters.citations.get(each.name),
        }
    return shown


def _accident_grades(figures: AccidentGrades) -> AccidentGradesAnswer:
    return {
        "bounds": [
            {
                "grade": each.grade,
                "deaths": each.deaths,
                "serious_injuries": each.serious_injuries,
                "direct_loss": format_yuan(each.direct_loss),
                "citation": each.citation,
            }
            for each in figures.bounds
        ],
        "regrading": {
            "days": figures.regraded_for_days,
            "days_by_kind": dict(figures.regraded_for_days_by_kind),
            "citation": figures.regrading_citation,
        },
    }


def _obligation(obligation: Obligation) -> ObligationAnswer:
    return {
        "id": obligation.id,
        "title": {"zh": obligation.title_zh, "en": obligation.title_en},
        "citation": obligation.citation,
        "tier": str(obligation.tier),
        "responsible": obligation.responsible,
        "scope": obligation.scope,
        "advance_kind": obligation.advance_kind,
        "requested_by": obligation.requested_by,
        "starts": list(obligation.starts),
        "met_by": list(obligation.met_by),
        "extended_by": list(obligation.extended_by),
        "cancelled_by": list(obligation.cancelled_by),
        "paused_by": list(obligation.paused_by),
        "policy_days": obligation.policy_days,
        "brackets": [{"up_to": yuan_or_none(each.up_to), "limit": _limit(each.limit)} for each in obligation.brackets],
        "recipients": _recipients(obligation.recipients),
        "recipients_of_broker": (
            None if obligation.recipients_of_broker is None else _recipients(obligation.recipients_of_broker)
        ),
    }


def _recipients(recipients: Recipients) -> RecipientsAnswer:
    return {
        "at_risk": list(recipients.at_risk),
        "breached": list(recipients.breached),
        "escalated": list(recipients.escalated),
    }


def _limit(limit: Limit) -> LimitAnswer:
    return {"amount": limit.amount, "unit": str(limit.unit)}
