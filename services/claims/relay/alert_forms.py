"""What alerts say, by kind, as those who receive them may rely on: CloudEvents 1.0 whose `data` has one of these forms.

Forms only grow: a new kind, or a new field that need not be there. No form has a place for a person's name, identity
number or phone.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, NotRequired, TypeAlias

from pydantic import Field, WithJsonSchema
from typing_extensions import TypedDict

Moment: TypeAlias = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
Day: TypeAlias = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]
Id: TypeAlias = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid"})]
Money: TypeAlias = Annotated[
    str, WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{2}$", "description": "Yuan (CNY)."})
]
Region: TypeAlias = Annotated[str, Field(pattern=r"^[0-9]{6}$", description="GB/T 2260.")]
Role: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,49}$")]
Tier: TypeAlias = Literal["statutory", "service", "target", "kpi", "information"]
Severity: TypeAlias = Literal["information", "warning", "breach", "escalation"]
Level: TypeAlias = Literal["at_risk", "breached", "escalated", "withdrawn", "missed"]


class Title(TypedDict):
    """In Chinese and English."""

    zh: str
    en: str


class ClockPart(TypedDict):
    """The clock that an alert is about; `due_at` is the exclusive end of a period of days."""

    id: Id
    rule: str
    title: Title
    citation: str
    tier: Tier
    responsible: str
    started_at: Moment
    due_at: Moment
    generation: int
    rulebook: str


class LevelledClockPart(ClockPart):
    """A clock that reached a level, or went back from one."""

    level: Level


class RecalculatedClockPart(ClockPart):
    """A clock whose end was moved by a new calendar."""

    due_date: Day | None
    previous_due_at: Moment
    provisional: bool
    calendar_version: int


class ClaimPart(TypedDict):
    """The claim that an alert is about."""

    id: Id
    number: str
    policy_number: str


class SubjectPart(TypedDict):
    """What an alert is about, as the CloudEvent's subject names it: a claim, a complaint, a hazard, reports due."""

    kind: str
    id: Id


class AdvancePart(TypedDict):
    """An advance that was asked for; `amount` is what was asked, null where the rulebook says how much."""

    id: Id
    kind: str
    amount: Money | None
    requested_at: Moment


class AccidentPart(TypedDict):
    """An accident and its grade by Decree 493; `previous_grade` is null for the first."""

    grade: str
    previous_grade: str | None
    occurred_at: Moment
    kind: str
    region: Region


class ReportPart(TypedDict):
    """The periodic report that an alert is about: whose, about which period (2026-11, 2026-Q4, 2026), due when."""

    party: str
    about: str
    due_date: Day | None


class CalendarPart(TypedDict):
    """The calendar of working days whose next year is missing."""

    year: int
    version: int
    last_published_year: int


class HeartbeatPart(TypedDict):
    """A day: clocks that fell due and were breached or missed; alerts taken, and what became of their deliveries."""

    day: Day
    due: int
    breached: int
    missed: int
    alerts: int
    delivered: int
    dead: int
    waiting: int


class AlertData(TypedDict):
    """What every alert says: for whom it is, how grave, and its place among the alerts on its subject."""

    tenant: str | None
    region: Region | None
    roles: Annotated[list[Role], Field(min_length=1)]
    subject: NotRequired[SubjectPart]
    severity: Severity
    sequence: int | None
    sandbox: bool


class ClockAlertData(AlertData):
    """A clock reached a level."""

    clock: LevelledClockPart
    claim: NotRequired[ClaimPart | None]
    report: NotRequired[ReportPart]


class RecalculationAlertData(AlertData):
    """A new calendar moved a due date."""

    clock: RecalculatedClockPart
    claim: NotRequired[ClaimPart | None]
    report: NotRequired[ReportPart]


class ReportAlertData(AlertData):
    """A periodic report is due."""

    clock: ClockPart
    claim: NotRequired[ClaimPart | None]
    report: ReportPart


class AdvanceAlertData(AlertData):
    """An advance was asked for."""

    advance: AdvancePart
    claim: ClaimPart


class AccidentAlertData(AlertData):
    """An accident was graded."""

    accident: AccidentPart
    claim: ClaimPart


class CalendarAlertData(AlertData):
    """A calendar is missing."""

    calendar: CalendarPart


class HeartbeatAlertData(AlertData):
    """The day before was like this; who hears nothing at nine in the morning knows that something is wrong."""

    heartbeat: HeartbeatPart


ALERT_FORMS: Mapping[str, type] = {
    "clock.at_risk": ClockAlertData,
    "clock.breached": ClockAlertData,
    "clock.escalated": ClockAlertData,
    "breach.withdrawn": ClockAlertData,
    "clock.missed": ClockAlertData,
    "miss.withdrawn": ClockAlertData,
    "clock.recalculated": RecalculationAlertData,
    "advance.requested": AdvanceAlertData,
    "claim.accident_graded": AccidentAlertData,
    "report.due": ReportAlertData,
    "calendar.missing": CalendarAlertData,
    "heartbeat": HeartbeatAlertData,
}
"""The form of `data` by the CloudEvent's type."""
