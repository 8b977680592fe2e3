"""Breaches: which stand, which were taken back or came by a correction, who was told, and the list as a file."""

import asyncio
import re
from uuid import UUID

from starlette.responses import Response

from claims.application.board import BoardRow, BreachKind, QueueFilter
from claims.application.calls import NotFound
from claims.dashboard.alerts import RIGHTS, Action, AlertsAwayError, AlertsRefusedError, may
from claims.dashboard.breach_view import breach_table, breach_views, told_views
from claims.dashboard.filters import filter_fields, one_of, queue_filter
from claims.dashboard.navigation import READERS
from claims.dashboard.pages import Page, Visit
from claims.dashboard.refusals import BadAddressError
from claims.domain.moments import local_date, to_shanghai
from claims.domain.reporting.periods import Period, months_after, period_of, read_period
from claims.spreadsheet import CSV, XLSX, csv_file, xlsx_file

_FILTERS = ("insurer", "region", "rule", "tier", "adjuster")
_KINDS = tuple(each.value for each in BreachKind)
_ON_A_PAGE = 50
_MONTHS = 14
"""Months that the filter offers; any other can be named in the address."""
_ANY = "all"
"""Of the period: every breach there ever was."""
_FILES = {"csv": CSV, "xlsx": XLSX}
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9.-]")


async def _breaches(visit: Visit) -> Response:
    """Show a page of breaches of a kind and a period."""
    wanted, kind, period = queue_filter(visit), _kind(visit), _period(visit)
    found, choices = await asyncio.gather(
        visit.services.board.breaches(visit.scope, wanted, period, kind, visit.given("cursor"), _ON_A_PAGE),
        visit.services.board.choices(visit.scope, visit.now),
    )
    return visit.render(
        "breaches/breaches.html",
        part="list",
        kind=kind.value,
        kinds=_KINDS,
        period=_ANY if period is None else period.name,
        periods=_periods(visit),
        rows=breach_views(visit, found.items),
        clocks=" ".join(str(row.clock.clock_id) for row in found.items),
        next_cursor=found.next_cursor,
        is_first=visit.given("cursor") is None,
        fields=filter_fields(visit, choices, _FILTERS),
        acknowledges=may(visit.visitor.caller, Action.ACKNOWLEDGE),
    )


async def _told(visit: Visit) -> Response:
    """Show who was told of the breaches of a page; asked for after it, so that no other service holds it up."""
    clocks = _clock_ids(visit)
    try:
        told = await visit.services.alerts.of_clocks(visit.visitor.caller, clocks)
    except (AlertsAwayError, AlertsRefusedError):
        return visit.render("breaches/told_away.html", clocks=clocks)
    acknowledges = may(visit.visitor.caller, Action.ACKNOWLEDGE)
    return visit.render("breaches/told.html", told=told_views(visit, told), acknowledges=acknowledges)


async def _acknowledge(visit: Visit) -> Response:
    """Acknowledge what was told of a breach, and show how that stands now."""
    fields = await visit.form()
    try:
        clock_id, alert_id = UUID(fields.get("clock", "")), UUID(fields.get("alert", ""))
    except ValueError:
        raise BadAddressError("clock") from None
    await visit.services.alerts.acknowledge(visit.visitor.caller, alert_id)
    told = await visit.services.alerts.of_clocks(visit.visitor.caller, [clock_id])
    if not visit.is_partial:
        return visit.see_other("/board/breaches")
    return visit.render("breaches/told.html", told=told_views(visit, told), acknowledges=True)


async def _file(visit: Visit) -> Response:
    """Answer with the breaches of the same filters as a file, all pages of them."""
    form = visit.request.path_params["form"]
    if form not in _FILES:
        raise NotFound("file", form)
    wanted, kind, period = queue_filter(visit), _kind(visit), _period(visit)
    rows: list[BoardRow] = [row async for row in visit.services.board.all_breaches(visit.scope, wanted, period, kind)]
    table = breach_table(visit, rows)
    made_at = to_shanghai(visit.now)
    made = (csv_file, [table]) if form == "csv" else (xlsx_file, [table], made_at)
    content = await asyncio.to_thread(*made)
    name = _file_name(kind, period, wanted)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return Response(content, media_type=_FILES[form], headers=headers)


def _file_name(kind: BreachKind, period: Period | None, wanted: QueueFilter) -> str:
    """Return a name that says what the file holds, so that a part is never taken for the whole."""
    filters = (wanted.insurer, wanted.region, wanted.rule, wanted.tier, wanted.adjuster)
    parts = ["breaches", kind.value, _ANY if period is None else period.name, *(each for each in filters if each)]
    return "-".join(_NOT_IN_A_NAME.sub("_", each) for each in parts)


def _kind(visit: Visit) -> BreachKind:
    return BreachKind(one_of(visit, "kind", _KINDS) or BreachKind.STANDING)


def _period(visit: Visit) -> Period | None:
    """Return the month, quarter or year of the address; the present month without one."""
    given = visit.given("period")
    if given == _ANY:
        return None
    try:
        return read_period(given) if given is not None else period_of(local_date(visit.now), "monthly")
    except ValueError:
        raise BadAddressError("period") from None


def _periods(visit: Visit) -> tuple[str, ...]:
    """Return the periods that the filter offers, the present month first; what the address names among them."""
    month = local_date(visit.now).replace(day=1)
    offered = [f"{months_after(month, -back):%Y-%m}" for back in range(_MONTHS)]
    given = visit.given("period")
    return tuple(dict.fromkeys([*offered, *([] if given is None else [given]), _ANY]))


def _clock_ids(visit: Visit) -> tuple[UUID, ...]:
    try:
        return tuple(UUID(each) for each in (visit.given("clocks") or "").split()[:_ON_A_PAGE])
    except ValueError:
        raise BadAddressError("clocks") from None


def breach_pages() -> tuple[Page, ...]:
    """Return the list, what it loads later, the acknowledgement, and the files."""
    return (
        Page("GET", "/breaches", "breaches", READERS, _breaches),
        Page("GET", "/breaches/told", "told", READERS, _told),
        Page("POST", "/breaches/acknowledgements", "acknowledge", RIGHTS[Action.ACKNOWLEDGE], _acknowledge),
        Page("GET", "/breaches/breaches.{form}", "breaches_file", READERS, _file),
    )
