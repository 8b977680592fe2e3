"""A clock, as answers show it."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from typing_extensions import TypedDict

from claims.api.answers.common import DayText, IdText, LimitAnswer, Moment, Money, TitleAnswer

ClockStatus: TypeAlias = Literal["open", "at_risk", "overdue", "missed", "met", "met_late", "extended", "cancelled"]
StepKindName: TypeAlias = Literal[
    "bracket",
    "start_day",
    "counted",
    "make_up_day",
    "rest_day",
    "holiday",
    "rolled",
    "paused",
    "hours",
    "years",
    "immediate",
    "date",
    "warning",
    "end",
    "provisional",
    "stated",
]


class StepAnswer(TypedDict):
    """One line of an explanation; `number` says which day of the period it is, null where it is not counted."""

    kind: StepKindName
    date: DayText | None
    number: int | None
    notice: str | None
    published_on: DayText | None
    article: str
    text: TitleAnswer


class ClockAnswer(TypedDict):
    """A clock. For day clocks due_at is the exclusive end, 00:00 of the next day; for hour clocks the last moment."""

    id: IdText
    subject: str
    claim_id: IdText | None
    rule: str
    title: TitleAnswer
    citation: str
    tier: str
    responsible: str
    started_at: Moment
    due_at: Moment
    due_date: DayText | None
    limit: LimitAnswer
    status: ClockStatus
    fulfilled_at: Moment | None
    breached_at: Moment | None
    withdrawn_at: Moment | None
    level: int
    generation: int
    flags: list[str]
    binding: bool
    rulebook: str
    calendar_version: int
    provisional: bool
    period: Annotated[
        str | None, Field(description="Of a periodic report: the period that it is about: 2026-11, 2026-Q4 or 2026.")
    ]


class ExplainedClockAnswer(ClockAnswer):
    """A clock, and why it is due when it is."""

    explanation: list[StepAnswer]


class DueDateAnswer(TypedDict):
    """When a clock of a rule would be due; nothing is stored."""

    rule: str
    title: TitleAnswer
    citation: str
    tier: str
    responsible: str
    region: str
    started_at: Moment
    amount: Money | None
    limit: LimitAnswer
    due_at: Moment
    due_date: DayText | None
    provisional: bool
    rulebook: str
    calendar_version: int
    explanation: list[StepAnswer]
