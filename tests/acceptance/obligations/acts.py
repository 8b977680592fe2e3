"""What people do on a claim, as requests in few words; amounts are yuan."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.acceptance.obligations.new_years_eve import ACCIDENT, at
from tests.acceptance.obligations.telling import Act
from tests.support.reports import report

CLAIM = "/v1/claims/{id}"
_LIMITS = {"per_accident": "20000000.00", "per_person": "5000000.00", "rescue": "1600000.00", "medical": "2000000.00"}
_DOCUMENT = {"code": "id", "name": "身份证明"}
_INSURED = {"payee": {"party": "insured"}, "victim_compensation_proof": "收条"}
_BANK = {"bank_reference": "ICBC-1"}


def _on_claim(path: str, **body: Any) -> Act:
    return Act(f"{CLAIM}/{path}", body)


def on(moment: str, act: Act) -> Act:
    """What happens at a moment of its own."""
    return replace(act, at=at(moment))


def reported(*, region: str = "440300", deaths: int = 0, accident: datetime = ACCIDENT, **terms: int) -> Act:
    """The insurer receives the report of an accident with three persons in surgery; `terms` are the policy's own."""
    body = report(
        policy__number="{number}",
        policy__insurer="{insurer}",
        policy__region=region,
        policy__effective_from=f"{accident.year}-01-01",
        policy__effective_to=f"{accident.year}-12-31",
        policy__limits={**_LIMITS, "aggregate": None},
        policy__terms=terms or None,
        accident__region=region,
        accident__occurred_at=accident.isoformat(),
        accident__casualties__deaths=deaths,
    )
    return Act("/v1/claims", body)


def held_by_the_broker(since: datetime) -> Act:
    """The broker receives the report, and the insurer has not received it yet."""
    body = {**reported().body, "broker_received_at": since.isoformat(), "occurred_at": None}
    return Act("/v1/claims", body, who="broker")


def received() -> Act:
    """The insurer receives what the broker held."""
    return _on_claim("insurer-receipts")


def intake(coverage: str = "covered", *, missing: bool = False) -> Act:
    """The client is told nature, coverage, and what is missing."""
    return _on_claim(
        "intake-notices", nature="高处坠落", coverage=coverage, documents=[], missing=[_DOCUMENT] if missing else []
    )


def claimed(amount: str = "800000.00") -> Act:
    """The client claims."""
    return _on_claim("claim-requests", claimant="李某", amount=amount)


def documents(*, complete: bool, code: str = "id") -> Act:
    """Documents arrive; the insurer says whether anything is missing."""
    return _on_claim("documents", items=[{"code": code, "name": "材料"}], complete=complete)


def documents_asked_for(code: str = "id", *, new_facts: str | None = None) -> Act:
    """The client is asked for a document and has the request in hand at once."""
    return _on_claim("document-requests", items=[{"code": code, "name": "材料"}], new_facts=new_facts)


def victim() -> Act:
    """A victim becomes known."""
    return _on_claim("victims", name="张某", outcome="injured")


def loss(amount: str) -> Act:
    """The loss is determined."""
    return _on_claim("loss-determinations", amount=amount, basis="定损单")


def approved(*, told: bool = True) -> Act:
    """The insurer approves 800,000 yuan, and the client is told at once, or not yet."""
    body = {"outcome": "approved", "amount": "800000.00", "reason": None}
    return _on_claim("decisions", **body, told_at="{now}" if told else None)


def rejected() -> Act:
    """The insurer rejects the claim, and the client is told at once."""
    return _on_claim("decisions", outcome="rejected", reason="不属于保险责任", told_at="{now}")


def told() -> Act:
    """The client is told the decision."""
    return _on_claim("decision-notices")


def rejection_notified() -> Act:
    """The notice of rejection is sent."""
    return _on_claim("rejection-notices", reference="拒赔-1", reason="不属于保险责任")


def progress() -> Act:
    """The client is told that the decision takes longer."""
    return _on_claim("progress-notices", text="事故原因仍在调查")


def asked_for(kind: str, amount: str | None = None) -> Act:
    """The client asks for an advance."""
    return _on_claim("advances", kind=kind, requested_by="insured", amount=amount)


def advance_paid(amount: str) -> Act:
    """The whole advance is paid, to the hospital for the victim if there is one."""
    return _on_claim("advances/{advance_id}/payments", amount=amount, payee={"party": "hospital"}, **_BANK)


def advance_paid_for_the_dead(amount: str) -> Act:
    """The whole advance is paid to the heirs."""
    payee = {"party": "heirs", "victim_id": "{victim_id}"}
    return _on_claim("advances/{advance_id}/payments", amount=amount, payee=payee, **_BANK)


def advance_refused() -> Act:
    """The insurer refuses the advance."""
    return _on_claim("advances/{advance_id}/refusals", reason="不属于救援费用")


def advance_withdrawn() -> Act:
    """The client does not want the advance any more."""
    return _on_claim("advances/{advance_id}/withdrawals", reason="不再需要")


def agreed() -> Act:
    """The agreement on 800,000 yuan is signed."""
    return _on_claim("settlement-agreements", amount="800000.00", self_borne="0.00", client_confirmation="确认书")


def paid_to_the_insured() -> Act:
    """The whole indemnity is paid to the insured, who has compensated the victim."""
    return _on_claim("payments", amount="800000.00", **_INSURED, **_BANK)


def paid_to_the_victim() -> Act:
    """The whole indemnity is paid to the victim."""
    payee = {"party": "victim", "victim_id": "{victim_id}"}
    return _on_claim("payments", amount="800000.00", payee=payee, **_BANK)


def settled_fast() -> Act:
    """A small claim is decided, agreed and paid in one step."""
    return _on_claim("fast-track-settlements", amount="8000.00", **_INSURED, **_BANK)


def asked_directly(by: str) -> Act:
    """The insured or the victim asks that the victim be paid directly."""
    return _on_claim("direct-payment-requests", requested_by=by, victim_id="{victim_id}", amount="500000.00")


def answered_directly(outcome: str) -> Act:
    """The insurer accepts or refuses direct payment."""
    reason = "材料不足" if outcome == "refused" else None
    return _on_claim("direct-payment-requests/{direct_payment_id}/decisions", outcome=outcome, reason=reason)


def authorities_notified() -> Act:
    """The operations centre and the authorities are told of the accident."""
    return _on_claim("authority-notices", recipients=["运营服务中心", "应急管理局"], reference="快报-1")


def surveyed() -> Act:
    """A surveyor is on site."""
    return _on_claim("site-surveys", surveyor="赵某", findings="脚手架坍塌")


def outcome_reported() -> Act:
    """The outcome is reported in writing."""
    return _on_claim("outcome-reports", recipients=["运营服务中心", "应急管理局"], reference="结案-1")


def withdrawn() -> Act:
    """The client no longer claims."""
    return _on_claim("withdrawals", reason="客户撤案")


def reopened() -> Act:
    """The claim is taken up again, in a new round."""
    return _on_claim("reopenings", reason="补充证据")
