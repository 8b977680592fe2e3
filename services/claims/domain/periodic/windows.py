"""In which month, quarter or year a report is due, by which date, and which period it is about."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from claims.domain.reporting.periods import Period, months_after, period_of
from claims.domain.rulebook import Every, Limit, Periodic, Unit

_KINDS = {Every.MONTH: "monthly", Every.QUARTER: "quarterly", Every.YEAR: "annual"}
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """The month, quarter or year in which a report is due."""

    within: Period
    about: Period
    """What the report is about: the period before, or the same."""
    limit: Limit
    """The first so many days."""

    @property
    def begins_at(self) -> datetime:
        """Return the first instant, as UTC."""
        return self.within.start

    @property
    def due_date(self) -> date:
        """Return the last day on which the report is in time; it gives way to no rest day."""
        return self.within.first + (self.limit.amount - 1) * _A_DAY


def window_of(rule: Periodic, day: date) -> Window:
    """Return the window in which a day lies."""
    kind = _KINDS[rule.every]
    within = period_of(day, kind)
    before = period_of(within.first - _A_DAY, kind)
    due = months_after(within.first, rule.due_month - 1).replace(day=rule.due_day)
    return Window(
        within=within,
        about=before if rule.about == "period_before" else within,
        limit=Limit((due - within.first).days + 1, Unit.FIRST_DAYS),
    )
