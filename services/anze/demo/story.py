"""The story: what the broker and the insurer do from the report to the last payment, moment by moment."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from anze.demo.callers import Json
from anze.demo.moments import at
from anze.demo.report import BROKER, DOCUMENTS, INSURER, MISSING, REPORT, VICTIMS
from anze.demo.steps import Ask, Life
from anze.tokens import Caller, Role

BEGINS = datetime.fromisoformat("2026-03-02T09:00+08:00")
ENDS = datetime.fromisoformat("2026-03-18T10:00+08:00")

_THE_BROKER = Caller(Role.BROKER, broker=BROKER)
_THE_INSURER = Caller(Role.INSURER, tenant=INSURER)

_Acting = Generator[Ask, Json, Json]
_Telling = Generator[Ask, Json, None]


@dataclass(slots=True)
class Story:
    """One claim as it goes along; `tell` shows a step at a moment of business time."""

    tell: Callable[[str, str], None]
    claim_id: str = ""
    victims: list[str] = field(default_factory=list)
    _now: datetime = BEGINS

    def life(self) -> Life:
        """Everything, in order."""
        yield from self._report()
        yield from self._intake()
        yield from self._ask_for_advances()
        yield from self._pay_rescue_in_time()
        yield from self._pay_medical_late()
        yield from self._pay_death_advance()
        yield from self._complete_documents()
        yield from self._decide_and_settle()
        yield from self._pay_victims()

    def _report(self) -> _Telling:
        """Monday: the broker passes the report on within its hour."""
        self._at("2026-03-02 09:05")
        claim = yield Ask(self._now, _THE_BROKER, "/v1/claims", REPORT)
        self.claim_id = claim["id"]
        self.tell(
            "2026-03-02 09:00", f"The broker reports the accident: claim {claim['number']}, one dead, three in surgery"
        )

    def _intake(self) -> _Telling:
        """The insurer claims nothing yet but tells the client what it covers and what is missing."""
        self._at("2026-03-02 10:30")
        yield from self._act(
            "claim-requests", "2026-03-02 10:00", claimant="深圳市某某建筑工程有限公司", amount="1800000.00"
        )
        for victim in VICTIMS:
            made = yield from self._act("victims", "2026-03-02 10:10", **victim)
            self.victims.append(made["victim_id"])
        yield from self._act(
            "casualty-updates", "2026-03-02 10:20", deaths=1, missing=0, emergency_surgeries=4, serious_injuries=4
        )
        yield from self._act(
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

    def _ask_for_advances(self) -> _Telling:
        """The client asks for all three; the one for the death waits for a determined loss."""
        self._at("2026-03-02 14:00")
        yield from self._advance("rescue", "2026-03-02 10:45", None)
        yield from self._advance("medical", "2026-03-02 11:00", "90000.00")
        yield from self._act(
            "document-requests",
            "2026-03-02 11:30",
            items=list(MISSING),
            reached_client_at=at("2026-03-02 11:30"),
            new_facts=None,
        )
        waiting = yield from self._advance("death_indemnity", "2026-03-02 14:00", None)
        self.tell(
            "2026-03-02 14:00",
            f"Three advances are asked for; the one for the death is {waiting['status']}, for no loss is determined",
        )

    def _pay_rescue_in_time(self) -> _Telling:
        """Tuesday: sixty per cent of the rescue limit, four working days before its time is up."""
        self._at("2026-03-03 10:00")
        paid = yield from self._pay("rescue", "2026-03-03 10:00", {"party": "insured", "victim_id": None})
        self.tell("2026-03-03 10:00", f"The rescue advance of {paid} is paid, in time")

    def _pay_medical_late(self) -> _Telling:
        """Tuesday afternoon: five hours after its 24 hours were over."""
        self._at("2026-03-03 16:10")
        paid = yield from self._pay("medical", "2026-03-03 16:10", {"party": "hospital", "victim_id": None})
        self.tell("2026-03-03 16:10", f"The medical advance of {paid} is paid, [red]after its 24 hours[/red]")

    def _pay_death_advance(self) -> _Telling:
        """Wednesday the loss is determined, which makes the advance payable; Friday it is paid."""
        self._at("2026-03-04 10:00")
        yield from self._act(
            "loss-determinations", "2026-03-04 10:00", amount="1800000.00", basis="定损报告及死亡赔偿金计算书"
        )
        self._at("2026-03-06 11:00")
        paid = yield from self._pay(
            "death_indemnity", "2026-03-06 11:00", {"party": "heirs", "victim_id": self.victims[0]}
        )
        self.tell("2026-03-06 11:00", f"The loss was determined on the 4th; the death advance of {paid} is paid")

    def _complete_documents(self) -> _Telling:
        """Friday: both missing documents arrive, so the claim is accepted."""
        self._at("2026-03-06 16:00")
        yield from self._act(
            "documents",
            "2026-03-06 16:00",
            items=[{**item, "sha256": None, "uri": None} for item in DOCUMENTS],
            complete=True,
        )
        self.tell("2026-03-06 16:00", "The missing documents arrive; the claim is accepted")

    def _decide_and_settle(self) -> _Telling:
        """Friday a week later the decision, Monday the agreement."""
        self._at("2026-03-13 15:00")
        yield from self._act(
            "decisions",
            "2026-03-13 15:00",
            outcome="approved",
            amount="1800000.00",
            reason="属于保险责任",
            told_at=at("2026-03-13 15:00"),
        )
        self.tell("2026-03-13 15:00", "1,800,000.00 is approved and the client told")
        self._at("2026-03-16 10:00")
        yield from self._act(
            "settlement-agreements",
            "2026-03-16 10:00",
            amount="1800000.00",
            self_borne="0.00",
            client_confirmation="客户书面确认赔付金额及自行承担部分",
            payees=self._shares(),
        )
        self.tell("2026-03-16 10:00", "The agreement is signed; after the advances 210,000.00 remain")

    def _pay_victims(self) -> _Telling:
        """Wednesday: what remains goes to the four injured."""
        self._at("2026-03-18 10:00")
        for number, victim in enumerate(self.victims[1:], start=1):
            yield from self._act(
                "payments",
                "2026-03-18 10:00",
                payee={"party": "victim", "victim_id": victim},
                amount="52500.00",
                bank_reference=f"ICBC-20260318-{number}",
            )
        yield from self._act("closures", "2026-03-18 10:00", reason="全部赔付完毕")
        self.tell("2026-03-18 10:00", "210,000.00 is paid to four victims; the claim is closed")

    def _shares(self) -> list[Json]:
        injured = [{"party": "victim", "victim_id": victim, "amount": "52500.00"} for victim in self.victims[1:]]
        return [
            {"party": "insured", "victim_id": None, "amount": "600000.00"},
            {"party": "hospital", "victim_id": None, "amount": "90000.00"},
            {"party": "heirs", "victim_id": self.victims[0], "amount": "900000.00"},
            *injured,
        ]

    def _advance(self, kind: str, moment: str, amount: str | None) -> _Acting:
        body: Json = {"kind": kind, "requested_by": "insured", "amount": amount, "allocations": []}
        made = yield from self._act("advances", moment, **body)
        return self._find(kind, made)

    def _pay(self, kind: str, moment: str, payee: Json) -> Generator[Ask, Json, str]:
        """Pay an advance whole, as the claim says it stands; the amount."""
        claim = yield Ask(self._now, _THE_INSURER, f"/v1/claims/{self.claim_id}", method="GET")
        advance = self._find(kind, claim)
        yield from self._act(
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

    def _act(self, command: str, moment: str, **body: object) -> _Acting:
        path = f"/v1/claims/{self.claim_id}/{command}"
        return (yield Ask(self._now, _THE_INSURER, path, {"occurred_at": at(moment), **body}))

    def _at(self, moment: str) -> None:
        """Go on at a moment: every clock, level and alert before it is done when the next step is sent."""
        self._now = datetime.fromisoformat(at(moment))
