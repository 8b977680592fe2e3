"""The routes of the calendar: read a year, replace it, and see before what that would move."""

import re
from typing import Any

from starlette.responses import Response

from claims.api.answers.calendar import CalendarAnswer, CalendarMoveAnswer, CalendarPreviewAnswer, DueAnswer
from claims.api.bodies.calendar import AnyCalendarBody, CalendarBody, HolidayCnBody
from claims.api.filters import Nothing, Paging
from claims.api.idempotency import expected_version
from claims.api.problems import invalid
from claims.api.render import day_or_none, json_response, moment
from claims.api.routes import BASE, READERS, Call, Route, body_of, parsed
from claims.application.calendars import Move, Notice, Preview
from claims.application.calls import NotFound
from claims.application.subjects import subject_name
from claims.domain.calendar_notice import CalendarYear
from claims.domain.errors import FieldError
from claims.projections.cursors import preview_cursor, read_preview_cursor

_PATH = f"{BASE}/calendars/{{year}}"
_YEAR = re.compile(r"(19|2[0-9])[0-9]{2}")
_ADMIN = frozenset({"admin"})


async def _calendar(call: Call) -> Response:
    call.query(Nothing)
    return _response(await call.services.calendars.year(_year(call)))


async def _put(call: Call) -> Response:
    """The same content again stores nothing, so that a retry is harmless without a key."""
    call.query(Nothing)
    if_match = expected_version(call.request)
    notice = _notice(_year(call), await body_of(call.request))
    return _response(await call.services.calendars.put(call.caller, notice, if_match))


async def _preview(call: Call) -> Response:
    query = call.query(Paging)
    notice = _notice(_year(call), await body_of(call.request))
    after = None if query.cursor is None else read_preview_cursor(query.cursor)
    found = await call.services.calendars.preview(call.caller.scope, notice, after, query.limit)
    return json_response(preview_answer(found))


def _year(call: Call) -> int:
    text = call.request.path_params["year"]
    if not _YEAR.fullmatch(text):
        raise NotFound("calendar", text)
    return int(text)


def _notice(year: int, content: dict[str, Any]) -> Notice:
    """A file of holiday-cn is known by the papers that it names."""
    if "papers" not in content:
        return parsed(CalendarBody, content).notice(year)
    body = parsed(HolidayCnBody, content)
    if body.year != year:
        raise invalid([FieldError("/year", f"The path says {year}: send a file to the year that it is for.")])
    return body.notice(year)


def _response(found: CalendarYear) -> Response:
    return json_response(calendar_answer(found), headers={"ETag": f'"{found.version}"'})


def calendar_answer(found: CalendarYear) -> CalendarAnswer:
    """Return a year of the calendar as JSON."""
    return {
        "year": found.year,
        "version": found.version,
        "known": found.known,
        "provisional_from": day_or_none(found.provisional_from),
        "days": [
            {
                "date": each.on.isoformat(),
                "kind": each.kind.value,
                "notice": each.notice,
                "published_on": day_or_none(each.published_on),
            }
            for each in found.days
        ],
    }


def preview_answer(found: Preview) -> CalendarPreviewAnswer:
    """Return a part of a preview as JSON."""
    return {
        "based_on": found.based_on,
        "changes": found.changes,
        "items": [_move(each) for each in found.moves],
        "next_cursor": None if found.reached is None else preview_cursor(found.reached),
    }


def _move(move: Move) -> CalendarMoveAnswer:
    clock = move.clock
    before: DueAnswer = {
        "due_at": moment(clock.due_at),
        "due_date": day_or_none(clock.due_date),
        "provisional": clock.provisional,
    }
    after: DueAnswer = {
        "due_at": moment(move.due_at),
        "due_date": day_or_none(move.due_date),
        "provisional": move.provisional,
    }
    return {
        "clock_id": str(clock.clock_id),
        "subject": subject_name(clock.subject_kind, clock.subject, clock.tenant),
        "insurer": clock.tenant,
        "rule": clock.rule,
        "tier": clock.tier,
        "responsible": clock.responsible,
        "region": clock.region,
        "from": before,
        "to": after,
        "newly_late": move.newly_late,
        "late_no_more": move.late_no_more,
    }


def calendar_routes() -> tuple[Route, ...]:
    """Return the three routes."""
    return (
        Route(
            method="GET",
            path=_PATH,
            name="get_calendar",
            summary="A year of the working-day calendar, as its newest version has it.",
            roles=READERS,
            handle=_calendar,
            answer=CalendarAnswer,
            tag="reads",
            query=Nothing,
        ),
        Route(
            method="PUT",
            path=_PATH,
            name="put_calendar",
            summary=(
                "Replace what the notice for a year settles, as a new version of the calendar: 21 December of the year "
                "before to 20 December, and whatever else it names. Running clocks are recalculated."
            ),
            roles=_ADMIN,
            handle=_put,
            answer=CalendarAnswer,
            tag="calendars",
            body=AnyCalendarBody,
            query=Nothing,
            versioned=True,
            problems=(400, 409, 413, 415, 422),
        ),
        Route(
            method="POST",
            path=f"{_PATH}/preview",
            name="preview_calendar",
            summary="The running clocks that a notice would move, and where to. Nothing is stored.",
            roles=_ADMIN,
            handle=_preview,
            answer=CalendarPreviewAnswer,
            tag="calendars",
            body=AnyCalendarBody,
            query=Paging,
            problems=(400, 409, 413, 415, 422),
        ),
    )
