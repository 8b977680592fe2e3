"""What must come out, counted with the tables of the notices and none of the product's code."""

import re
from datetime import date, datetime, timedelta

from tests.acceptance.obligations.new_years_eve import DATES, HOURS, at, midnight_after
from tests.acceptance.obligations.telling import Case
from tests.support.machine import Json
from tests.unit.working_days import oracle

BREACHABLE = frozenset({"statutory", "service"})
SHOWN_ONLY = "information"
_AN_INSTANT = timedelta(microseconds=1)


def moment(stated: str | None) -> datetime | None:
    """A moment of an answer."""
    return datetime.fromisoformat(stated) if stated else None


def breach(case: Case) -> datetime | None:
    """When it is late, if that is a breach: an hour clock holds to the end of its last moment, a day clock to 24:00."""
    if case.tier not in BREACHABLE:
        return None
    return case.due + _AN_INSTANT if case.within in HOURS else case.due


def warnings(case: Case) -> list[datetime]:
    """When staff hear of the risk: at four fifths of the time that counts, and on the morning of the last working day.

    Of a report that is due on a date: on the morning of the last working day before the date.
    """
    if case.within == "immediately":
        return []
    if case.within in DATES:
        return [at(f"{_worked_before(DATES[case.within])} 00:00")]
    fifths = {case.due - (case.due - case.start - case.uncounted) / 5}
    return sorted(fifths if case.last_day is None else fifths | {at(f"{case.last_day} 00:00")})


def _worked_before(day: date) -> date:
    return max(each for each in oracle.WORKED if each < day)


def escalations(case: Case) -> list[datetime]:
    """When the authorities hear: one and four hours after, or at 24:00 of the first and third working day after."""
    if case.within in HOURS:
        return [case.due + timedelta(hours=1), case.due + timedelta(hours=4)]
    last = case.last_day or case.start.date()
    return [midnight_after(oracle.after_working_days(last, days)) for days in (1, 3)]


def last_day(within: str, start: date) -> date | None:
    """The last day of a period from a day on, by the oracle; None of hours, and of what is due at once."""
    found = re.match(r"(\d+) (working|calendar) day", within)
    if found is not None:
        count = oracle.after_working_days if found[2] == "working" else oracle.after_calendar_days
        return count(start, int(found[1]))
    years = re.match(r"(\d+) year", within)
    return None if years is None else start.replace(year=start.year + int(years[1]))


def limit(within: str) -> Json:
    """A period in words, as clocks state it: "1 working day" is one of `working_days`."""
    dated = re.fullmatch(r"first (\d+) days", within)
    if dated is not None:
        return {"amount": int(dated[1]), "unit": "first_days"}
    found = re.fullmatch(r"(\d+) (.+?)s?", within)
    return (
        {"amount": int(found[1]), "unit": f"{found[2].replace(' ', '_')}s"} if found else {"amount": 0, "unit": within}
    )
