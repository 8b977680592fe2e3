"""What goes on beside the claims: complaints, hazards, reports, an endorsement, acknowledgements, an outage."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from anze.demo.callers import Json
from anze.demo.enterprises import BROKERS, INSURED, INSURERS, JINGYUAN, NANLING, PICC, Insurer, Limits
from anze.demo.office import AFTERNOON, MORNING, entry, working_day
from anze.demo.receiver import Receiver
from anze.demo.steps import Ask, Life, Wait
from anze.tokens import Caller, Role

ADMIN = Caller(Role.ADMIN)
_PENGCHENG, _YANSHAN = (Caller(Role.BROKER, broker=code) for code in BROKERS)
_BEFORE = timedelta(minutes=20)
_YEAR = date(2026, 1, 1)


def registrations(begun: date) -> Life:
    """The administrator registers who owes periodic reports, before the year begins."""
    parties = {one.code: ("insurer", one.region) for one in INSURERS}
    parties |= {code: ("broker", region) for code, region in BROKERS.items()}
    for code, (kind, region) in parties.items():
        body = {"kind": kind, "regions": [region], "active_from": begun.isoformat()}
        yield Ask(entry(begun, AFTERNOON), ADMIN, f"/v1/parties/{code}", body, method="PUT")


@dataclass(frozen=True, slots=True)
class Submission:
    """A periodic report that is handed in."""

    by: Caller
    rule: str
    day: str


SUBMISSIONS = (
    *(Submission(PICC.caller, rule, "2026-01-08") for rule in ("SZ-28.1q", "SZ-28.3")),
    *(Submission(PICC.caller, rule, "2026-01-27") for rule in ("SZ-28.1y", "SZ-28.2")),
    Submission(NANLING.caller, "SZ-28.1q", "2026-01-09"),
    Submission(NANLING.caller, "SZ-28.3", "2026-01-14"),
    Submission(NANLING.caller, "SZ-28.2", "2026-01-30"),
    Submission(NANLING.caller, "SZ-28.1y", "2026-02-06"),
    *(Submission(JINGYUAN.caller, "BJ-6.3m", day) for day in ("2026-01-04", "2026-02-04", "2026-03-09")),
    Submission(JINGYUAN.caller, "BJ-6.3q", "2026-01-09"),
    Submission(JINGYUAN.caller, "BJ-6.1", "2026-01-29"),
    Submission(_PENGCHENG, "SZ-25", "2026-01-05"),
    *(Submission(_PENGCHENG, rule, "2026-01-09") for rule in ("SZ-28.1q", "SZ-28.3")),
    Submission(_PENGCHENG, "SZ-28.1y", "2026-01-30"),
)
"""The broker in Shenzhen never hands in its plan of expenses for the year (SZ-28.2)."""


def submission(one: Submission) -> Life:
    """Look for the clock of the period that is owed, and hand the report in."""
    moment = entry(date.fromisoformat(one.day), MORNING)
    clocks = yield Ask(moment, one.by, f"/v1/clocks?rule={one.rule}&limit=200", method="GET")
    owed = next(clock for clock in clocks["items"] if clock["fulfilled_at"] is None)
    body = {
        "occurred_at": (moment - _BEFORE).isoformat(),
        "reference": f"{one.rule}-{owed['period']}",
        "recipients": ["联席会议办公室" if one.rule.startswith("SZ") else "运营服务中心"],
    }
    yield Ask(moment, one.by, f"/v1/clocks/{owed['id']}/submissions", body)


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint or an enquiry, and after how many working days it is replied to; None: not yet."""

    by: Caller
    party: str
    day: str
    text: str
    replied_after: int | None
    verified: bool = False
    kind: str = "complaint"


COMPLAINTS = (
    Complaint(PICC.caller, "picc-sz", "2026-01-20", "伤者家属询问赔付进度", 2, kind="enquiry"),
    Complaint(PICC.caller, "picc-sz", "2026-02-05", "企业反映查勘人员未按约定时间到场", 5, verified=True),
    Complaint(PICC.caller, "picc-sz", "2026-03-12", "企业询问保费调整依据", None, kind="enquiry"),
    Complaint(NANLING.caller, "nanling-sz", "2026-01-22", "企业反映赔款迟迟未到账", 9),
    Complaint(NANLING.caller, "nanling-sz", "2026-02-10", "伤者反映多次被要求补交材料", 6, verified=True),
    Complaint(NANLING.caller, "nanling-sz", "2026-03-04", "家属反映无人告知可以申请预付赔款", None, verified=True),
    Complaint(_PENGCHENG, "pengcheng-brokers", "2026-02-26", "企业咨询事故预防服务内容", 3, kind="enquiry"),
)


def complaint(one: Complaint) -> Life:
    """Accepted, and mostly replied to."""
    day = date.fromisoformat(one.day)
    moment = entry(day, MORNING)
    body: Json = {
        "occurred_at": (moment - _BEFORE).isoformat(),
        "party": one.party,
        "region": "440300",
        "kind": one.kind,
        "needs_verification": one.verified,
        "text": one.text,
    }
    made = yield Ask(moment, one.by, "/v1/complaints", body)
    if one.replied_after is not None:
        moment = entry(working_day(day, one.replied_after), AFTERNOON)
        reply = {"occurred_at": (moment - _BEFORE).isoformat(), "text": "已核实并书面答复", "final": True}
        yield Ask(moment, one.by, f"/v1/complaints/{made['id']}/replies", reply)


@dataclass(frozen=True, slots=True)
class Hazard:
    """A hazard that a party found at an enterprise, and after how many working days it is reported."""

    by: Insurer
    enterprise: int
    day: str
    kind: str
    description: str
    reported_after: int | None


HAZARDS = (
    Hazard(PICC, 3, "2026-01-19", "major_hazard_source", "储罐区构成重大危险源，液位报警失效", 2),
    Hazard(PICC, 0, "2026-03-16", "hidden_danger", "深基坑支护位移超过预警值", None),
    Hazard(NANLING, 5, "2026-02-04", "hidden_danger", "涂料仓库防爆电器缺失", 5),
    Hazard(NANLING, 0, "2026-03-06", "hidden_danger", "爆破器材临时存放不符合规定", None),
)


def hazard(one: Hazard) -> Life:
    """Found, and mostly reported in writing."""
    day = date.fromisoformat(one.day)
    moment = entry(day, AFTERNOON)
    enterprise = INSURED[one.by.code][one.enterprise]
    body: Json = {
        "occurred_at": (moment - _BEFORE).isoformat(),
        "party": one.by.code,
        "region": enterprise.region,
        "kind": one.kind,
        "place": enterprise.place,
        "description": one.description,
    }
    made = yield Ask(moment, one.by.caller, "/v1/hazards", body)
    if one.reported_after is not None:
        moment = entry(working_day(day, one.reported_after), MORNING)
        report = {
            "occurred_at": (moment - _BEFORE).isoformat(),
            "recipients": ["市安责险联席会议办公室"],
            "reference": f"隐患-{moment:%Y%m%d}",
        }
        yield Ask(moment, one.by.caller, f"/v1/hazards/{made['id']}/reports", report)


def acknowledgements(insurer: Insurer, until: date) -> Life:
    """Every other working day its staff acknowledge the breaches that they were told of, all but some."""
    day, known = working_day(_YEAR, 5), set[str]()
    operations, path = insurer.operations, "/v1/alerts?kind=clock.breached&limit=200"
    while day <= until:
        moment = entry(day, MORNING)
        told = yield Ask(moment, operations, path, method="GET", of_notifications=True)
        for alert in reversed(told["items"]):
            if alert["id"] not in known and alert["deliveries"]:
                known.add(alert["id"])
                if len(known) % insurer.heeds:
                    yield _acknowledgement(moment, operations, alert["id"])
        day = working_day(day, 2)


def _acknowledgement(moment: datetime, by: Caller, alert_id: str) -> Ask:
    body = {"note": "已通知经办人跟进", "expires": (moment + timedelta(days=20)).isoformat()}
    return Ask(moment, by, f"/v1/alerts/{alert_id}/acknowledgements", body, of_notifications=True)


def outage(receiver: Receiver, hook: str, begins: str, ends: str) -> Life:
    """A receiver that answers 503 for some days, and works again."""
    yield Wait(entry(date.fromisoformat(begins), MORNING))
    receiver.break_down(hook)
    yield Wait(entry(date.fromisoformat(ends), MORNING))
    receiver.mend(hook)


def endorsement(number: str, limits: Limits, day: str, effective_from: str) -> Life:
    """The limits of a policy are raised for accidents from a day on."""
    moment = entry(date.fromisoformat(day), AFTERNOON)
    body = {
        "occurred_at": (moment - _BEFORE).isoformat(),
        "limits": limits.stated(),
        "effective_from": effective_from,
    }
    yield Ask(moment, NANLING.caller, f"/v1/policies/{number}/endorsements", body)
