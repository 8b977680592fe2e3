"""A notice for 2027 as it may come, in both forms."""

from datetime import date, timedelta
from typing import Any

from claims.domain.working_days import CalendarDay, DayKind

NOTICE = "国务院办公厅关于2027年部分节假日安排的通知"
PUBLISHED = date(2026, 11, 25)
PAPER = "https://www.gov.cn/zhengce/content/2027.htm"


def off(first: str, days: int = 1) -> list[CalendarDay]:
    """So many days off."""
    begin = date.fromisoformat(first)
    return [CalendarDay(begin + timedelta(days=n), DayKind.OFF, NOTICE, PUBLISHED) for n in range(days)]


def work(*days: str) -> list[CalendarDay]:
    """Make-up working days."""
    return [CalendarDay(date.fromisoformat(day), DayKind.WORK, NOTICE, PUBLISHED) for day in days]


OF_2027 = (*off("2027-01-01", 3), *off("2027-02-05", 8), *work("2027-01-30", "2027-02-20"))
"""New Year, and the Spring Festival with its make-up days."""


def our_body(*days: CalendarDay) -> dict[str, Any]:
    """Our own form."""
    return {
        "days": [
            {"date": each.on.isoformat(), "kind": each.kind.value, "notice": each.notice, "published_on": "2026-11-25"}
            for each in days or OF_2027
        ]
    }


def public_file(year: int = 2027) -> dict[str, Any]:
    """A file of the public collection."""
    return {
        "$schema": "https://example.test/schema.json",
        "$id": f"https://example.test/{year}.json",
        "year": year,
        "papers": [PAPER],
        "days": [
            {"name": "元旦", "date": each.on.isoformat(), "isOffDay": each.kind is DayKind.OFF} for each in OF_2027
        ],
    }
