"""One claim from the report to its closure, over the interface."""

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from tests.support.story import at
from tests.unit.api.conftest import Api
from tests.unit.api.examples import a_report

from claims.api.answers.claim import ClaimAnswer

WHOLE = TypeAdapter(ClaimAnswer)


async def reported(api: Api) -> str:
    answer = await api.post("/v1/claims", a_report())
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_a_report_is_answered_with_the_claim_its_place_and_its_version(api: Api) -> None:
    answer = await api.post("/v1/claims", a_report())
    claim = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/v1/claims/{claim['id']}"
    assert answer.headers["etag"] == f'"{claim["version"]}"'
    assert "idempotency-replayed" not in answer.headers
    assert claim["status"] == "reported"
    assert claim["reported_at"] == "2026-03-02T10:00:00+08:00"
    assert claim["policy"]["limits"]["aggregate"] is None
    assert claim["accident"]["grade"] == "general"
    assert claim["totals"]["remaining"]["per_accident"] == "20000000.00"
    assert [clock["rule"] for clock in claim["clocks"]] == ["SZ-20.1"]


@dataclass(frozen=True)
class Journey:
    """One claim that things happen to; every answer must have its shape."""

    api: Api
    claim_id: str

    async def act(self, path: str, moment: str, status: int = 200, **body: Any) -> dict[str, Any]:
        """Send what happened at a moment of March; the claim as it then stands."""
        whole = {"occurred_at": f"2026-{moment}:00+08:00", **body}
        answer = await self.api.post(f"/v1/claims/{self.claim_id}/{path}", whole)
        assert answer.status_code == status, answer.text
        claim: dict[str, Any] = answer.json()
        if answer.status_code < 400:
            WHOLE.validate_python(claim)
        return claim


async def begun(api: Api) -> Journey:
    journey = Journey(api, await reported(api))
    api.application.now_is = at("2026-03-20 18:00")
    return journey


ITEM = {"code": "death_certificate", "name": "死亡证明"}


async def test_advances_are_asked_for_paid_bounced_and_withdrawn(api: Api) -> None:
    act = (await begun(api)).act
    await act("casualty-updates", "03-02T10:40", deaths=1, missing=0, emergency_surgeries=4, serious_injuries=4)
    await act("intake-notices", "03-02T11:00", nature="坍塌", coverage="covered", documents=[ITEM], missing=[ITEM])
    rescue = (await act("advances", "03-02T11:10", 201, kind="rescue", requested_by="insured"))["advance_id"]
    claim = await act(f"advances/{rescue}/payments", "03-03T10:00", amount="600000.00", bank_reference="ICBC-1")
    assert claim["advances"][0]["status"] == "paid"
    assert claim["advances"][0]["payments"][0]["id"] == claim["payment_id"]
    assert claim["advances"][0]["payments"][0]["payee"] == {"party": "insured", "victim_id": None}
    assert claim["payments"] == []
    claim = await act(f"payments/{claim['payment_id']}/failures", "03-03T12:00", reason="账号有误")
    assert claim["advances"][0]["status"] == "payable"
    asked: dict[str, Any] = {"kind": "medical", "requested_by": "insured", "amount": "90000.00"}
    medical = (await act("advances", "03-04T10:10", 201, **asked))["advance_id"]
    claim = await act(f"advances/{medical}/withdrawals", "03-04T11:00", reason="不再需要")
    assert [advance["status"] for advance in claim["advances"]] == ["payable", "withdrawn"]


async def test_a_claim_goes_from_its_documents_to_its_closure(api: Api) -> None:
    act = (await begun(api)).act
    await act("claim-requests", "03-02T10:30", claimant="李某", amount="1800000.00")
    victim = (await act("victims", "03-02T10:35", 201, name="王某", outcome="death"))["victim_id"]
    await act("document-requests", "03-02T11:30", items=[ITEM])
    await act("loss-determinations", "03-04T12:00", amount="1800000.00", basis="定损报告")
    await act("progress-notices", "03-05T12:00", text="审核中")
    claim = await act("documents", "03-06T16:00", items=[{**ITEM, "sha256": "a" * 64, "uri": "s3://x"}], complete=True)
    assert claim["documents"]["complete_at"] == "2026-03-06T16:00:00+08:00"
    assert claim["documents"]["requested"][0]["code"] == claim["documents"]["received"][0]["code"]
    await act("decisions", "03-13T15:00", outcome="approved", amount="900000.00")
    claim = await act("decision-notices", "03-13T16:00")
    assert claim["decision"]["told_at"] == "2026-03-13T16:00:00+08:00"
    heirs = {"party": "heirs", "victim_id": victim}
    agreed: dict[str, Any] = {"amount": "900000.00", "self_borne": "0", "client_confirmation": "签收单"}
    await act("settlement-agreements", "03-16T10:00", **agreed, payees=[{**heirs, "amount": "900000.00"}])
    claim = await act("payments", "03-18T10:00", payee=heirs, amount="900000.0", bank_reference="ICBC-3")
    assert claim["status"] == "paid"
    assert [each["id"] for each in claim["payments"]] == [claim["payment_id"]]
    assert claim["totals"]["paid"] == "900000.00"
    assert claim["totals"]["remaining"]["per_victim"] == {victim: "100000.00"}
    assert (await act("closures", "03-18T11:00"))["status"] == "closed"


async def test_a_rejected_claim_is_told_and_recovered(api: Api) -> None:
    claim_id = await reported(api)
    api.application.now_is = at("2026-03-20 18:00")
    base = f"/v1/claims/{claim_id}"
    advance = (await api.post(f"{base}/advances", {"kind": "rescue", "requested_by": "insured"})).json()["advance_id"]
    body = {"amount": "600000.00", "bank_reference": "ICBC"}
    assert (await api.post(f"{base}/advances/{advance}/payments", body)).status_code == 200
    decided = await api.post(f"{base}/decisions", {"outcome": "rejected", "reason": "不属于保险责任"})
    assert decided.json()["totals"]["recoverable"] == "600000.00"
    noticed = await api.post(f"{base}/rejection-notices", {"reference": "JB-1", "reason": "见决定书"})
    assert noticed.json()["status"] == "rejected"
    back = await api.post(f"{base}/recoveries", {"amount": "600000.00", "bank_reference": "ICBC-9"})
    assert back.json()["totals"]["recoverable"] == "0.00"


async def test_a_refused_advance_and_a_withdrawn_claim_say_so(api: Api) -> None:
    base = f"/v1/claims/{await reported(api)}"
    advance = (await api.post(f"{base}/advances", {"kind": "rescue", "requested_by": "insured"})).json()["advance_id"]
    refused = await api.post(f"{base}/advances/{advance}/refusals", {"reason": "不符合条件"})
    assert refused.json()["advances"][0]["status"] == "refused"
    assert (await api.post(f"{base}/withdrawals", {"reason": "撤回"})).json()["status"] == "withdrawn"


async def test_without_a_moment_a_command_happened_now(api: Api) -> None:
    base = f"/v1/claims/{await reported(api)}"
    api.application.now_is = at("2026-03-02 15:00")
    await api.post(f"{base}/document-requests", {"items": [{"code": "a", "name": "A"}]})
    sent: Any = api.application.sent[-1]
    assert sent.occurred_at == sent.reached_client_at == at("2026-03-02 15:00")


async def test_an_endorsement_changes_the_policys_limits(api: Api) -> None:
    await reported(api)
    limits = {"per_accident": "1.00", "per_person": "1.00", "rescue": "0.00", "medical": "0.00", "aggregate": "5.5"}
    body = {"limits": limits, "effective_from": "2026-06-01"}
    answer = await api.post("/v1/policies/PZAA202644030000000001/endorsements", body)
    assert answer.status_code == 200
    assert answer.json()["terms"][-1]["limits"]["aggregate"] == "5.50"
    assert (await api.post("/v1/policies/unknown/endorsements", body)).status_code == 404
    assert (await api.post("/v1/policies/a%00b/endorsements", body)).status_code == 404
