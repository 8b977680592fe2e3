"""The calendar of working days, and what a new one would move."""

from typing import Literal

from typing_extensions import TypedDict

from claims.api.answers.common import DayText, IdText, Moment


class CalendarDayAnswer(TypedDict):
    """A day that a notice names; every other day goes by its weekday."""

    date: DayText
    kind: Literal["off", "work"]
    notice: str
    published_on: DayText | None


class CalendarAnswer(TypedDict):
    """A year of the calendar, with the days of the December before that its notice settles."""

    year: int
    version: int
    known: bool
    provisional_from: DayText | None
    days: list[CalendarDayAnswer]


class DueAnswer(TypedDict):
    """When a clock is due."""

    due_at: Moment
    due_date: DayText | None
    provisional: bool


# The functional form: `from` is a word of the language.
CalendarMoveAnswer = TypedDict(
    "CalendarMoveAnswer",
    {
        "clock_id": IdText,
        "subject": str,
        "insurer": str,
        "rule": str,
        "tier": str,
        "responsible": str,
        "region": str,
        "from": DueAnswer,
        "to": DueAnswer,
        "newly_late": bool,
        "late_no_more": bool,
    },
)
"""A running clock that would move."""


class CalendarPreviewAnswer(TypedDict):
    """A part of what would move; it can be short, or empty, before the end."""

    based_on: int
    changes: bool
    items: list[CalendarMoveAnswer]
    next_cursor: str | None
