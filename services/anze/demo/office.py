"""When people work: the days of an office in early 2026, and the two times of day at which it enters what happened."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

HOLIDAYS = frozenset(
    {date(2026, 1, 1) + timedelta(days=n) for n in range(3)} | {date(2026, 2, 15) + timedelta(days=n) for n in range(9)}
)
"""New Year and Spring Festival 2026."""

MAKE_UP_DAYS = frozenset({date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28)})
"""Days of a weekend on which people work for days off in the week."""

ROUNDS = (time(11, 0), time(16, 30))
"""When what happened since is entered: few moments, so that the sandbox's clock stops seldom."""

MORNING, AFTERNOON = 0, 1


def is_working(day: date) -> bool:
    """Whether offices are open on a day of early 2026."""
    return day in MAKE_UP_DAYS or (day.weekday() < 5 and day not in HOLIDAYS)


def working_day(start: date, count: int) -> date:
    """The working day that is `count` working days after a day; 0: that day, or the next on which people work."""
    day = start
    while not is_working(day):
        day += timedelta(days=1)
    for _ in range(count):
        day += timedelta(days=1)
        while not is_working(day):
            day += timedelta(days=1)
    return day


def entry(day: date, half: int) -> datetime:
    """The moment of a round on a day."""
    return datetime.combine(day, ROUNDS[half], SHANGHAI)
