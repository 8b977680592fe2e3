"""When periodic reports are due and what they are about, written down from the texts and not from the code."""

from datetime import date

TEXTS = {
    # rule: (who owes it, tier, months of a period, day of the first month, about the period before)
    "SZ-25": ("broker", "service", 3, 5, False),
    "SZ-28.1q": ("insurer_or_broker", "service", 3, 10, True),
    "SZ-28.1y": ("insurer_or_broker", "service", 12, 31, True),
    "SZ-28.2": ("insurer_or_broker", "service", 12, 31, False),
    "SZ-28.3": ("insurer_or_broker", "service", 3, 10, True),
    "BJ-6.3m": ("insurer", "service", 1, 5, True),
    "BJ-6.3q": ("insurer", "target", 3, 10, True),
    "BJ-6.1": ("insurer", "target", 12, 31, True),
}
YEARS = (2025, 2026, 2027)


def due(rule: str) -> list[tuple[date, date, str]]:
    """Each time in 2025 to 2027: the first day on which it can be done, the last in time, and what it is about."""
    _, _, months, day, before = TEXTS[rule]
    found = []
    for year in YEARS:
        for month in range(1, 13, months):
            then, when = (year, month) if not before else (year - (month == 1), (month - months - 1) % 12 + 1)
            found.append((date(year, month, 1), date(year, month, day), named(then, when, months)))
    return found


def named(year: int, month: int, months: int) -> str:
    """A year, a quarter by its first month, or a month."""
    if months == 12:
        return str(year)
    return f"{year}-Q{ {1: 1, 4: 2, 7: 3, 10: 4}[month] }" if months == 3 else f"{year}-{month:02}"
