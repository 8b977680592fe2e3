"""The desk at which one claim is handled: each thing that is done, as steps, at the office's own times."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from anze.demo.accidents import ACCIDENTS, DEATH_CERTIFICATE, DOCUMENTS, NATURES, person
from anze.demo.callers import Json
from anze.demo.case import Case, Pace, Toll
from anze.demo.enterprises import PICC, Enterprise, yuan
from anze.demo.office import AFTERNOON, entry, working_day
from anze.demo.steps import Ask, Known
from anze.tokens import Caller, Role

Doing = Generator[Ask, Json, Json]
"""Something done at the desk; what it returns is the last answer."""

_BEFORE_ENTRY = timedelta(minutes=75)
"""How long before it is entered the first of several things happened."""


@dataclass(slots=True)
class Desk:
    """One claim as it goes along; it moves on by working days, and enters what happened a little later."""

    case: Case
    known: Known
    dice: Random
    pace: Pace
    day: date
    half: int
    claim_id: str = ""
    enters_at: datetime | None = None
    """When it is entered, if that is later than usual."""
    _last: datetime | None = None

    @classmethod
    def of(cls, case: Case, known: Known) -> "Desk":
        """The desk on the day on which the accident is reported."""
        dice = case.dice()
        pace = Pace.of(dice, case.insurer.lateness)
        return cls(case, known, dice, pace, working_day(case.reported, 0), case.half)

    @property
    def is_beijing(self) -> bool:
        """Whether the Beijing notice governs."""
        return self.case.insurer.region == "110000"

    def after(self, days: int, half: int | None = None) -> None:
        """Go on so many working days later; on the same day in the afternoon."""
        self.day = working_day(self.day, days)
        self.half = max(self.half, AFTERNOON if half is None else half) if days == 0 else self._half(half)

    def _half(self, half: int | None) -> int:
        return self.dice.randint(0, 1) if half is None else half

    @property
    def entry(self) -> datetime:
        """When what happens now is entered."""
        return self.enters_at or entry(self.day, self.half)

    def happened(self) -> datetime:
        """The moment of the next thing: a few minutes after the one before."""
        earliest = entry(self.day, self.half) - _BEFORE_ENTRY
        after = earliest if self._last is None else max(earliest, self._last)
        self._last = after + timedelta(minutes=self.dice.randint(2, 5))
        return self._last

    def act(self, command: str, **body: Any) -> Doing:
        """Send a command of the insurer on the claim."""
        path = f"/v1/claims/{self.claim_id}/{command}"
        at = self.happened()
        return (yield Ask(self.entry, self.case.insurer.caller, path, {"occurred_at": at.isoformat(), **body}))

    def report(self, toll: Toll, **other: Any) -> Doing:
        """The insurer hears of the accident, mostly from the broker where there is one."""
        insurer, broker = self.case.insurer, self.case.enterprise.broker
        received = self.happened()
        passed_on = received - timedelta(minutes=self.pace.passed_on)
        accident = passed_on - timedelta(minutes=self.dice.randint(25, 300))
        kind, what = self.dice.choice(ACCIDENTS[self.case.enterprise.industry])
        body: Json = {
            "policy": policy(self.case),
            "accident": {
                "occurred_at": accident.isoformat(),
                "place": self.case.enterprise.place,
                "region": self.case.enterprise.region,
                "kind": kind,
                "description": what,
                "casualties": casualties(toll),
                "direct_loss": None,
            },
            "reported_by": {"party": "broker" if broker else "insured", "name": self.somebody(), "phone": None},
            "broker_received_at": passed_on.isoformat() if broker else None,
            "occurred_at": received.isoformat(),
            "confirm_not_duplicate": False,
            **other,
        }
        caller = Caller(Role.BROKER, broker=broker) if broker else insurer.caller
        claim = yield Ask(self.entry, caller, "/v1/claims", body)
        self.claim_id = claim["id"]
        return (yield from self.act("assignments", adjuster=self.dice.choice(insurer.staff)))

    def intake(self, coverage: str = "covered", missing: tuple[Json, ...] = ()) -> Doing:
        """The client is told what is covered and what is needed; in Beijing somebody goes there, and tells others."""
        if self.is_beijing:
            yield from self.act(
                "authority-notices", recipients=["运营服务中心", "区应急管理局"], reference=self.reference("快报")
            )
            yield from self.act("site-surveys", surveyor=self.somebody(), findings="已查勘现场并拍照取证")
        nature = self.dice.choice(NATURES)
        return (
            yield from self.act(
                "intake-notices", nature=nature, coverage=coverage, documents=list(DOCUMENTS), missing=list(missing)
            )
        )

    def claim(self, amount: int) -> Doing:
        """The client claims."""
        return (yield from self.act("claim-requests", claimant=self.case.enterprise.name, amount=yuan(amount)))

    def victim(self, outcome: str) -> Generator[Ask, Json, str]:
        """A victim becomes known; the id."""
        made = yield from self.act("victims", name=self.somebody(), outcome=outcome, relatives=[])
        return str(made["victim_id"])

    def victims_of(self, outcome: str, count: int) -> Generator[Ask, Json, list[str]]:
        """Several victims of one outcome become known; their ids."""
        made: list[str] = []
        for _ in range(count):
            victim = yield from self.victim(outcome)
            made += (victim,)
        return made

    def ask_for_papers(self, *items: Json, new_facts: str | None = None) -> Doing:
        """The client is asked for what is missing."""
        return (yield from self.act("document-requests", items=list(items), new_facts=new_facts))

    def papers(self, *more: Json, complete: bool = True) -> Doing:
        """Documents arrive."""
        items = [{**item, "sha256": None, "uri": None} for item in (*DOCUMENTS, *more)]
        return (yield from self.act("documents", items=items, complete=complete))

    def certificate(self) -> Doing:
        """All documents of an accident with a death arrive."""
        return (yield from self.papers(DEATH_CERTIFICATE))

    def determine(self, amount: int) -> Doing:
        """The loss is determined."""
        return (yield from self.act("loss-determinations", amount=yuan(amount), basis="定损报告"))

    def decide(self, amount: int) -> Doing:
        """The claim is approved, and the client told at once or later."""
        prompt = self.pace.told == 0
        told = (self.entry - timedelta(minutes=1)).isoformat() if prompt else None
        decided = yield from self.act(
            "decisions", outcome="approved", amount=yuan(amount), reason="属于保险责任", told_at=told
        )
        if not prompt:
            self.after(self.pace.told)
            decided = yield from self.act("decision-notices")
        return decided

    def remember(self, name: str, value: str) -> None:
        """Keep an id for whoever looks at the board: the first of that name at the insurer of the story."""
        if self.case.insurer is PICC:
            self.known.ids.setdefault(name, value)

    def reference(self, what: str) -> str:
        """The number of a letter or a transfer."""
        return f"{what}-{self.day:%Y%m%d}-{self.case.number:03d}"

    def somebody(self) -> str:
        """The name of somebody."""
        return person(self.dice.randrange(1000))


def policy(case: Case) -> Json:
    """The policy as a report states it."""
    enterprise: Enterprise = case.enterprise
    days = enterprise.determination_days
    return {
        "number": case.policy_number,
        "insurer": case.insurer.code,
        "broker": enterprise.broker,
        "insured": {"name": enterprise.name, "credit_code": case.credit_code},
        "industry": enterprise.industry,
        "region": enterprise.region,
        "effective_from": "2026-01-01",
        "effective_to": "2026-12-31",
        "limits": enterprise.limits.stated(),
        "medical_deductible": "0.00",
        "terms": {"determination_days": days, "payment_days": None},
    }


def casualties(toll: Toll) -> Json:
    """The count of persons harmed."""
    return {
        "deaths": toll.deaths,
        "missing": 0,
        "emergency_surgeries": toll.surgeries,
        "serious_injuries": max(toll.injured, toll.surgeries),
    }
