"""Where histories begin: policies with limits that are soon used up, days around holidays and year ends, calendars."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from tests.fuzz.model.days import Days
from tests.fuzz.model.state import Limits
from tests.support.story import a_report, at, calendar, policy

from claims.domain.claim.commands.report import Report
from claims.domain.claim.events import Casualties
from claims.domain.policy.events import Limits as ProductLimits
from claims.domain.working_days import Calendar, CalendarDay, DayKind

YUAN = 100
FIRST_DAY, LAST_DAY = date(2025, 1, 1), date(2026, 12, 31)

PROFILES: tuple[tuple[Limits, int], ...] = (
    (Limits(1_000_000 * YUAN, 300_000 * YUAN, 400_000 * YUAN, 250_000 * YUAN, 1_500_000 * YUAN), 30_000 * YUAN),
    (Limits(6_000_000 * YUAN, 2_000_000 * YUAN, 166_666_667, 600_000 * YUAN, 7_000_000 * YUAN), 0),
    (Limits(3_000_000 * YUAN, 800_000 * YUAN, 200_000_001, 700_000 * YUAN, None), 50_000 * YUAN),
    (Limits(5_000_000 * YUAN, 5_000_000 * YUAN, 0, 100_000 * YUAN, 5_000_001 * YUAN), 1),
    (Limits(1_000, 300, 401, 250, 1_500), 30),
)
"""Limits, and the deductible for medical costs."""

BEGINNINGS = (
    "2026-03-02 10:00",
    "2026-02-13 16:30",
    "2025-09-30 09:00",
    "2025-12-29 23:59",
    "2026-04-30 17:00",
    "2025-01-26 00:00",
    "2026-09-24 08:15",
    "2026-12-08 11:00",
)
DAYS_FOR = ((None, None), (20, 7), (30, 10))
"""The policy's own days for decision and payment."""

REGIONS = {"P-SZ": "440300", "P-BJ": "110000"}
"""Two policies, by their numbers: where the accidents under them happen."""


def beginning(number: int) -> datetime:
    """Return when a history begins."""
    return at(BEGINNINGS[number]).astimezone(UTC)


def higher(one: Limits, other: Limits) -> Limits:
    """Return of each limit the higher one."""
    aggregate = None if one.aggregate is None or other.aggregate is None else max(one.aggregate, other.aggregate)
    return Limits(
        max(one.per_accident, other.per_accident),
        max(one.per_person, other.per_person),
        max(one.rescue, other.rescue),
        max(one.medical, other.medical),
        aggregate,
    )


def stated(limits: Limits) -> ProductLimits:
    """Return limits as the product states them."""
    return ProductLimits(limits.per_accident, limits.per_person, limits.rescue, limits.medical, limits.aggregate)


def report_of(
    number: str,
    tenant: str,
    limits: Limits,
    deductible: int,
    region: str,
    accident_at: datetime,
    reported_at: datetime,
    count: tuple[int, int, int],
    terms: tuple[int | None, int | None],
) -> Report:
    """Return the report of an accident under a policy."""
    known = policy(
        number=number,
        insurer=tenant,
        region=region,
        effective_from=FIRST_DAY,
        effective_to=LAST_DAY,
        limits=stated(limits),
        medical_deductible=deductible,
        determination_days=terms[0],
        payment_days=terms[1],
    )
    deaths, surgeries, injuries = count
    plain = a_report(policy=known)
    happened = replace(
        plain.accident,
        occurred_at=accident_at,
        region=region,
        casualties=Casualties(deaths, 0, surgeries, injuries),
    )
    return replace(plain, occurred_at=reported_at, accident=happened)


def newer_calendar(begin: datetime) -> Calendar:
    """Return a second version: it settles 2027, and turns a few days after the beginning around."""
    first = calendar()
    days = dict(first.days)
    turned = [begin.date() + timedelta(days=n) for n in (2, 3, 4, 8, 9, 13, 17, 29, 44)]
    for day in turned:
        kind = DayKind.OFF if first.is_working_day(day) else DayKind.WORK
        days[day] = CalendarDay(day, kind, "国务院办公厅 2027 年部分节假日安排", date(2026, 11, 5))
    for n in (1, 2, 3):
        days[date(2027, 1, n)] = CalendarDay(date(2027, 1, n), DayKind.OFF, "元旦", date(2026, 11, 5))
    return Calendar(2, days, first_year=first.first_year, last_published_year=2027)


def plain_days(known: Calendar) -> Days:
    """Return a calendar as the dates that it names."""
    off = frozenset(day for day, each in known.days.items() if each.kind is DayKind.OFF)
    work = frozenset(day for day, each in known.days.items() if each.kind is DayKind.WORK)
    return Days(known.version, off, work, date(known.last_published_year, 12, 20))
