"""Instants and days: every clock of the regulation runs in Asia/Shanghai, every stored instant is UTC."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

NEVER = datetime.max.replace(tzinfo=UTC)
"""The moment of something that is not to happen; later than every real instant, stored as infinity."""


def to_shanghai(instant: datetime) -> datetime:
    """Return the same instant on Shanghai's wall clock; ValueError if it is naive."""
    return _aware(instant).astimezone(SHANGHAI)


def local_date(instant: datetime) -> date:
    """Return the day in Shanghai on which the instant lies (zone first, then date); ValueError if it is naive."""
    return to_shanghai(instant).date()


def start_of(day: date) -> datetime:
    """Return 00:00 of the day in Shanghai, as an instant in UTC; it is also 24:00 of the day before."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def _aware(instant: datetime) -> datetime:
    if instant.utcoffset() is None:
        raise ValueError(f"{instant.isoformat()} has no offset: it cannot be told which instant it is")
    return instant
