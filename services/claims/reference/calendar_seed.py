"""The first calendar: the days that the package chinesecalendar collected from the notices, without its arithmetic."""

from collections.abc import Iterator
from datetime import date
from importlib.metadata import version

from chinese_calendar.constants import Holiday, holidays, workdays

from claims.domain.working_days import Calendar, CalendarDay, DayKind

SEED_VERSION = 1

_PUBLISHED_ON = {
    2021: date(2020, 11, 25),
    2022: date(2021, 10, 25),
    2023: date(2022, 12, 8),
    2024: date(2023, 10, 25),
    2025: date(2024, 11, 12),
    2026: date(2025, 11, 4),
}
"""When the notice for a year was published; unknown for the years before, of which some were amended later."""

_DECEMBER = 12


def seed_calendar() -> Calendar:
    """Return version 1 of the calendar."""
    days = {each.on: each for each in _days()}
    years = [on.year for on in days]
    return Calendar(SEED_VERSION, days, first_year=min(years), last_published_year=max(years))


def seed_source() -> str:
    """Name where the days of the seed come from."""
    return f"chinesecalendar {version('chinesecalendar')}"


def _days() -> Iterator[CalendarDay]:
    for kind, days in ((DayKind.OFF, holidays), (DayKind.WORK, workdays)):
        for on, occasion in sorted(days.items()):
            year = _notice_year(on, occasion)
            yield CalendarDay(on, kind, _notice(year, occasion), _PUBLISHED_ON.get(year))


def _notice_year(on: date, occasion: str) -> int:
    """A day in December that belongs to New Year is in the notice of the year that begins."""
    return on.year + (on.month == _DECEMBER and occasion == Holiday.new_years_day.value)


def _notice(year: int, occasion: str) -> str:
    if occasion == Holiday.anti_fascist_70th_day.value:
        return "国务院关于中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日调休放假的通知"
    return f"国务院办公厅 {year} 年部分节假日安排"
