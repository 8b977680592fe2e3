"""The story: what the broker and the insurer do from the report to the last payment, moment by moment."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from anze.demo.callers import Api, Json
from anze.demo.moments import at
from anze.demo.report import DOCUMENTS, MISSING, REPORT, VICTIMS


@dataclass(slots=True)
class Story:
    """One claim as it goes along; `tell` shows a step at a moment of business time."""

    broker: Api
    insurer: Api
    admin: Api
    tell: Callable[[str, str], None]
    claim_id: str = ""
    victims: list[str] = field(default_factory=list)

    def play(self) -> None:
        """Everything, in order."""
        self._report()
        self._intake()
        self._ask_for_advances()
        self._pay_rescue_in_time()
        self._pay_medical_late()
        self._pay_death_advance()
        self._complete_documents()
        self._decide_and_settle()
        self._pay_victims()

    def _report(self) -> None:
        """Monday: the broker passes the report on within its hour."""
        self._at("2026-03-02 09:05")
        claim = self.broker.post("/v1/claims", REPORT)
        self.claim_id = claim["id"]
        self.tell(
            "2026-03-02 09:00", f"The broker reports the accident: claim {claim['number']}, one dead, three in surgery"
        )

    def _intake(self) -> None:
        """The insurer claims nothing yet but tells the client what it covers and what is missing."""
        self._at("2026-03-02 10:30")
        self._act("claim-requests", "2026-03-02 10:00", claimant="深圳市某某建筑工程有限公司", amount="1800000.00")
        for victim in VICTIMS:
            made = self._act("victims", "2026-03-02 10:10", **victim)
            self.victims.append(made["victim_id"])
        self._act(
            "casualty-updates", "2026-03-02 10:20", deaths=1, missing=0, emergency_surgeries=4, serious_injuries=4
        )
        self._act(
            "intake-notices",
            "2026-03-02 10:30",
            nature="施工坍塌，属于保险责任",
            coverage="covered",
            documents=list(DOCUMENTS),
            missing=list(MISSING),
        )
        self.tell(
            "2026-03-02 10:30",
            "The insurer tells what is covered; a fourth person is in surgery; two documents are missing",
        )

    def _ask_for_advances(self) -> None:
        """The client asks for all three; the one for the death waits for a determined loss."""
        self._at("2026-03-02 14:00")
        self._advance("rescue", "2026-03-02 10:45", None)
        self._advance("medical", "2026-03-02 11:00", "90000.00")
        self._act(
            "document-requests",
            "2026-03-02 11:30",
            items=list(MISSING),
            reached_client_at=at("2026-03-02 11:30"),
            new_facts=None,
        )
        waiting = self._advance("death_indemnity", "2026-03-02 14:00", None)
        self.tell(
            "2026-03-02 14:00",
            f"Three advances are asked for; the one for the death is {waiting['status']}, for no loss is determined",
        )

    def _pay_rescue_in_time(self) -> None:
        """Tuesday: sixty per cent of the rescue limit, four working days before its time is up."""
        self._at("2026-03-03 10:00")
        paid = self._pay("rescue", "2026-03-03 10:00", {"party": "insured", "victim_id": None})
        self.tell("2026-03-03 10:00", f"The rescue advance of {paid} is paid, in time")

    def _pay_medical_late(self) -> None:
        """Tuesday afternoon: five hours after its 24 hours were over."""
        self._at("2026-03-03 16:10")
        paid = self._pay("medical", "2026-03-03 16:10", {"party": "hospital", "victim_id": None})
        self.tell("2026-03-03 16:10", f"The medical advance of {paid} is paid, [red]after its 24 hours[/red]")

    def _pay_death_advance(self) -> None:
        """Wednesday the loss is determined, which makes the advance payable; Friday it is paid."""
        self._at("2026-03-04 10:00")
        self._act("loss-determinations", "2026-03-04 10:00", amount="1800000.00", basis="定损报告及死亡赔偿金计算书")
        self._at("2026-03-06 11:00")
        paid = self._pay("death_indemnity", "2026-03-06 11:00", {"party": "heirs", "victim_id": self.victims[0]})
        self.tell("2026-03-06 11:00", f"The loss was determined on the 4th; the death advance of {paid} is paid")

    def _complete_documents(self) -> None:
        """Friday: both missing documents arrive, so the claim is accepted."""
        self._at("2026-03-06 16:00")
        self._act(
            "documents",
            "2026-03-06 16:00",
            items=[{**item, "sha256": None, "uri": None} for item in DOCUMENTS],
            complete=True,
        )
        self.tell("2026-03-06 16:00", "The missing documents arrive; the claim is accepted")

    def _decide_and_settle(self) -> None:
        """Friday a week later the decision, Monday the agreement."""
        self._at("2026-03-13 15:00")
        self._act(
            "decisions",
            "2026-03-13 15:00",
            outcome="approved",
            amount="1800000.00",
            reason="属于保险责任",
            told_at=at("2026-03-13 15:00"),
        )
        self.tell("2026-03-13 15:00", "1,800,000.00 is approved and the client told")
        self._at("2026-03-16 10:00")
        self._act(
            "settlement-agreements",
            "2026-03-16 10:00",
            amount="1800000.00",
            self_borne="0.00",
            client_confirmation="客户书面确认赔付金额及自行承担部分",
            payees=self._shares(),
        )
        self.tell("2026-03-16 10:00", "The agreement is signed; after the advances 210,000.00 remain")

    def _pay_victims(self) -> None:
        """Wednesday: what remains goes to the four injured."""
        self._at("2026-03-18 10:00")
        for number, victim in enumerate(self.victims[1:], start=1):
            self._act(
                "payments",
                "2026-03-18 10:00",
                payee={"party": "victim", "victim_id": victim},
                amount="52500.00",
                bank_reference=f"ICBC-20260318-{number}",
            )
        self._act("closures", "2026-03-18 10:00", reason="全部赔付完毕")
        self.tell("2026-03-18 10:00", "210,000.00 is paid to four victims; the claim is closed")

    def _shares(self) -> list[Json]:
        injured = [{"party": "victim", "victim_id": victim, "amount": "52500.00"} for victim in self.victims[1:]]
        return [
            {"party": "insured", "victim_id": None, "amount": "600000.00"},
            {"party": "hospital", "victim_id": None, "amount": "90000.00"},
            {"party": "heirs", "victim_id": self.victims[0], "amount": "900000.00"},
            *injured,
        ]

    def _advance(self, kind: str, moment: str, amount: str | None) -> Json:
        body: Json = {"kind": kind, "requested_by": "insured", "amount": amount, "allocations": []}
        made = self._act("advances", moment, **body)
        return self._find(kind, made)

    def _pay(self, kind: str, moment: str, payee: Json) -> str:
        """Pay an advance whole, as the claim says it stands; the amount."""
        advance = self._find(kind, self.insurer.get(f"/v1/claims/{self.claim_id}"))
        self._act(
            f"advances/{advance['id']}/payments",
            moment,
            amount=advance["amount"],
            payee=payee,
            bank_reference=f"ICBC-{kind}",
            victim_compensation_proof=None,
        )
        return f"{Decimal(advance['amount']):,}"

    def _find(self, kind: str, claim: Json) -> Json:
        found: Json = next(one for one in claim["advances"] if one["kind"] == kind)
        return found

    def _act(self, command: str, moment: str, **body: object) -> Json:
        return self.insurer.act(f"/v1/claims/{self.claim_id}/{command}", moment, **body)

    def _at(self, moment: str) -> None:
        """Move the sandbox to a moment; every clock, level and alert before it is done when this returns."""
        self.admin.post("/v1/sandbox/clock", {"set": at(moment)})
