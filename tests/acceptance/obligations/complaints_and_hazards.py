"""Complaints and hidden dangers in Shenzhen: articles 27 (2), (3) and 28 (4); owed by the party that each names."""

from tests.acceptance.obligations.acts import intake, reported
from tests.acceptance.obligations.telling import Act, Acts, Case
from tests.support.callers import BROKER

_PARTIES = {"insurer": "{insurer}", "broker": BROKER}


def _complained(of: str, *, needs_verification: bool, claim: str | None = None) -> Act:
    """Somebody complains of the insurer or the broker."""
    body = {
        "party": _PARTIES[of],
        "region": "440300",
        "claim_id": claim,
        "kind": "complaint",
        "needs_verification": needs_verification,
        "text": "预付赔款迟迟未到账",
    }
    return Act("/v1/complaints", body, who=of)


def _begins(of: str, *, needs_verification: bool) -> Acts:
    """A complaint of the insurer is about nothing in particular, one of the broker about a claim that it brought."""
    if of == "insurer":
        return (_complained(of, needs_verification=needs_verification),)
    return reported(), intake(), _complained(of, needs_verification=needs_verification, claim="{id}")


def _replied(by: str, *, final: bool) -> Act:
    return Act("/v1/complaints/{id}/replies", {"text": "已核实并告知处理结果", "final": final}, who=by)


def _found(by: str) -> Act:
    """A hidden danger is found."""
    where = {"place": "南山区某工地", "description": "深基坑支护变形"}
    return Act("/v1/hazards", {"party": _PARTIES[by], "region": "440300", "kind": "hidden_danger", **where}, who=by)


def _reported(by: str) -> Act:
    return Act("/v1/hazards/{id}/reports", {"reference": "隐患-1", "recipients": ["联席会议办公室"]}, who=by)


CASES: tuple[Case, ...] = tuple(
    case
    for party in _PARTIES
    for case in (
        Case(
            rule="SZ-27.2",
            about=f"a complaint is answered, by the {party}",
            tier="service",
            owed_by=party,
            within="7 working days",
            begins=_begins(party, needs_verification=False),
            met={"complaint_replied": (_replied(party, final=False),)},
        ),
        Case(
            rule="SZ-27.3",
            about=f"a complaint is verified and answered for good, by the {party}",
            tier="service",
            owed_by=party,
            within="10 working days",
            begins=_begins(party, needs_verification=True),
            met={"complaint_answered_finally": (_replied(party, final=True),)},
        ),
        Case(
            rule="SZ-28.4",
            about=f"a hidden danger is reported, by the {party}",
            tier="service",
            owed_by=party,
            within="3 working days",
            begins=(_found(party),),
            met={"hazard_reported": (_reported(party),)},
        ),
    )
)
