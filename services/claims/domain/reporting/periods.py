"""Months, quarters and years as reports name them; every period is one of days in Shanghai."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from claims.domain.moments import start_of

_FORMS = {
    "monthly": re.compile(r"(?P<year>[12][0-9]{3})-(?P<part>0[1-9]|1[0-2])"),
    "quarterly": re.compile(r"(?P<year>[12][0-9]{3})-Q(?P<part>[1-4])"),
    "annual": re.compile(r"(?P<year>[12][0-9]{3})"),
}
_MONTHS = {"monthly": 1, "quarterly": 3, "annual": 12}
_EXAMPLES = {"monthly": "2026-03", "quarterly": "2026-Q1", "annual": "2026"}
KINDS = tuple(_FORMS)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months, from the first day to the last, both included."""

    name: str
    """2026-03, 2026-Q1 or 2026."""
    first: date
    last: date

    @property
    def start(self) -> datetime:
        """Return the first instant."""
        return start_of(self.first)

    @property
    def end(self) -> datetime:
        """Return the first instant after it."""
        return start_of(self.last + timedelta(days=1))

    def months(self) -> Iterator[date]:
        """Yield the first day of each month."""
        month = self.first
        while month <= self.last:
            yield month
            month = months_after(month, 1)

    def holds(self, day: date) -> bool:
        """Say whether a day lies in it."""
        return self.first <= day <= self.last


def read_period(text: str, kind: str | None = None) -> Period:
    """Return the period of its name, of one kind (of KINDS) or of any; ValueError, in a sentence, for another text."""
    for name in KINDS if kind is None else (kind,):
        found = _FORMS[name].fullmatch(text)
        if found is not None:
            length = _MONTHS[name]
            first = date(int(found["year"]), (int(found.groupdict().get("part") or 1) - 1) * length + 1, 1)
            return Period(text, first, months_after(first, length) - timedelta(days=1))
    expected = ", ".join(_EXAMPLES[name] for name in KINDS) if kind is None else _EXAMPLES[kind]
    raise ValueError(f"a period reads {expected}")


def period_of(day: date, kind: str) -> Period:
    """Return the period of a kind (of KINDS) in which a day lies."""
    parts = {"monthly": f"-{day.month:02d}", "quarterly": f"-Q{(day.month + 2) // 3}", "annual": ""}
    return read_period(f"{day.year:04d}{parts[kind]}", kind)


def months_after(month: date, count: int) -> date:
    """Return the first day of the month so many months later, or earlier; `month` is the first day of one."""
    years, index = divmod(month.month - 1 + count, 12)
    return date(month.year + years, index + 1, 1)
