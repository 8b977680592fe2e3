"""A clock, as answers show it."""

from typing import Literal, TypeAlias

from typing_extensions import TypedDict

from claims.api.answers.common import DayText, IdText, LimitAnswer, Moment, TitleAnswer

ClockStatus: TypeAlias = Literal["open", "at_risk", "overdue", "missed", "met", "met_late", "extended", "cancelled"]


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
