"""The calendar of working days as a page, and what a change of it would move before anybody makes it."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from claims.application.calendars import Move, Notice
from claims.application.calls import NotFound
from claims.application.clock_status import obligation_of
from claims.application.pages import ClockRow
from claims.dashboard.calendar_view import UnreadableLineError, months, read_days, written
from claims.dashboard.navigation import READERS
from claims.dashboard.pages import Page, Visit
from claims.domain.errors import InvalidFact, RuleViolation
from claims.domain.moments import local_date
from claims.domain.working_days import CalendarDay

_YEAR = re.compile(r"(19|20)[0-9]{2}")
_PLANNERS = frozenset({"admin"})
"""Who may change the calendar, and so see what that would do."""
_MOST_MOVES = 200
_YEARS_BACK = 3
"""Years before the newest one that stand beside it; the others are one click further."""
_MOST_NAMED = 5


async def _calendar(visit: Visit) -> Response:
    """Show a year, this one unless the address names another."""
    year = _year(visit)
    found = await visit.services.calendars.year(year)
    calendar = visit.services.reference.calendar
    return visit.render(
        "calendar/calendar.html",
        year=year,
        found=found,
        months=months(found, calendar),
        today=local_date(visit.now),
        earlier=range(calendar.first_year, calendar.last_published_year - _YEARS_BACK),
        known=range(
            max(calendar.first_year, calendar.last_published_year - _YEARS_BACK), calendar.last_published_year + 2
        ),
        lines=written(found.days),
        plans=visit.role in _PLANNERS,
    )


async def _preview(visit: Visit) -> Response:
    """Show which running clocks the days of the form would move; nothing is stored."""
    year, fields = _year(visit), await visit.form()
    context: dict[str, Any] = {"preview": None, "refusal": None, "line": "", "moves": ()}
    days: tuple[CalendarDay, ...] = ()
    try:
        days = _as_known(visit, read_days(fields.get("days", ""), visit.words("calendar.preview_notice", year=year)))
        preview = await visit.services.calendars.preview(visit.scope, Notice(year, days, "preview"), None, _MOST_MOVES)
        context |= {
            "preview": preview,
            "moves": [(each, _title(visit, each.clock)) for each in _by_date(preview.moves)],
        }
    except UnreadableLineError as unreadable:
        context |= {"refusal": "line", "line": str(unreadable)[:80]}
    except RuleViolation:
        context |= {"refusal": "year"}
    except InvalidFact as invalid:
        context |= {"refusal": "day", "line": ", ".join(_named(days, invalid))}
    status = 200 if context["refusal"] is None else HTTPStatus.UNPROCESSABLE_ENTITY
    return visit.render("calendar/preview.html", part="moves", status=status, year=year, **context)


def _as_known(visit: Visit, days: Sequence[CalendarDay]) -> tuple[CalendarDay, ...]:
    """Return the days, those that stand in the calendar already as they do: with their notice they are no change."""
    known = visit.services.reference.calendar.days
    return tuple(known[each.on] if each.on in known and known[each.on].kind is each.kind else each for each in days)


def _named(days: Sequence[CalendarDay], invalid: InvalidFact) -> list[str]:
    """Return the days that a refusal is about, which points at /days/<number>/date."""
    numbers = (int(each.pointer.split("/")[2]) for each in invalid.errors[:_MOST_NAMED])
    return [days[number].on.isoformat() for number in numbers]


def _by_date(moves: tuple[Move, ...]) -> list[Move]:
    return sorted(moves, key=lambda each: (not each.newly_late, each.clock.due_at))


def _title(visit: Visit, clock: ClockRow) -> str:
    found = obligation_of(clock, visit.services.reference.rulebooks)
    return clock.rule if found is None else visit.words.of(found.title_zh, found.title_en)


def _year(visit: Visit) -> int:
    named = visit.request.path_params.get("year")
    if named is None:
        return local_date(visit.now).year
    if not _YEAR.fullmatch(named):
        raise NotFound("calendar", named)
    return int(named)


def calendar_pages() -> tuple[Page, ...]:
    """Return the calendar and its preview."""
    return (
        Page("GET", "/calendar", "calendar", READERS, _calendar),
        Page("GET", "/calendar/{year}", "calendar", READERS, _calendar),
        Page("POST", "/calendar/{year}/preview", "calendar", _PLANNERS, _preview),
    )
