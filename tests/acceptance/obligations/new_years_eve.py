"""When everything begins and ends: on New Year's Eve 2025, with every last day worked out by hand.

By the State Council's notice for 2026 New Year is off from Thursday 1 to Saturday 3 January, and Sunday 4 January is
worked; Spring Festival is off from 15 to 23 February, and the Saturdays 14 and 28 February are worked.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """A moment in Shanghai: "2026-01-08 23:50"."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


BEGUN = at("2025-12-31 10:00")
"""A Wednesday. What starts the clocks happens at this moment, but for what says otherwise."""
ACCIDENT = at("2025-12-31 08:30")
FINISHED = at("2026-03-06 09:00")
"""Three working days after the last of the ends: everything that is told has been told."""

LAST_DAYS: Mapping[str, date] = {
    "1 working day": date(2026, 1, 4),  # the Sunday that is worked
    "3 working days": date(2026, 1, 6),  # 4, 5, 6
    "5 working days": date(2026, 1, 8),  # 4 to 8
    "7 working days": date(2026, 1, 12),  # 4 to 9; the 10th and 11th are a weekend
    "10 working days": date(2026, 1, 15),  # 4 to 9, 12 to 15
    "3 calendar days": date(2026, 1, 4),  # the 3rd is a holiday; the 4th is a Sunday, but worked
    "5 calendar days": date(2026, 1, 5),  # a Monday
    "10 calendar days": date(2026, 1, 12),  # the 10th is a Saturday
    "30 calendar days": date(2026, 1, 30),  # a Friday
    "60 calendar days": date(2026, 3, 2),  # 1 March is a Sunday
    "2 years": date(2027, 12, 31),  # a Friday
}
"""The last day of what begins on New Year's Eve: the starting day is not counted."""

DATES: Mapping[str, date] = {
    "first 5 days": date(2026, 1, 5),  # a Monday
    "first 10 days": date(2026, 1, 10),  # a Saturday
    "first 31 days": date(2026, 1, 31),  # a Saturday
}
"""The dates by which reports are due in January 2026: a date stands, rest day or not."""

HOURS: Mapping[str, timedelta] = {"1 hour": timedelta(hours=1), "24 hours": timedelta(hours=24)}
"""Hours run from the moment, and never rest."""

_NARROWLY = timedelta(minutes=10)
_A_DAY = timedelta(days=1)


def midnight_after(day: date) -> datetime:
    """24:00 of a day."""
    return at(f"{day} 00:00") + _A_DAY


def narrowly_before(due: datetime) -> datetime:
    """Ten minutes before the end: in time."""
    return due - _NARROWLY


def narrowly_after(due: datetime) -> datetime:
    """Ten minutes after the end: late."""
    return due + _NARROWLY
