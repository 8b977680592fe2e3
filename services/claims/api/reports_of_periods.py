"""The routes of the monthly, quarterly and annual reports: JSON, CSV or XLSX, as the caller's Accept prefers."""

import asyncio
from functools import partial
from typing import Annotated, Any, TypeAlias

from pydantic import Field, PlainValidator, WithJsonSchema
from starlette.responses import Response

from claims.api.answers.reporting import ReportAnswer
from claims.api.bodies.fields import Fields, PartyCode, Region
from claims.api.compliance import REPORT_READERS
from claims.api.problems import not_acceptable
from claims.api.render import json_response
from claims.api.render_report import report_answer
from claims.api.report_tables import tables
from claims.api.routes import BASE, Call, Handler, Route
from claims.application.reporting import Selection
from claims.domain.moments import to_shanghai
from claims.domain.reporting.periods import KINDS, Period, read_period
from claims.spreadsheet import CSV, XLSX, csv_file, xlsx_file

CURRENT = "Without it, the one that business time is in."
JSON = "application/json"
OFFERED = (JSON, CSV, XLSX)
_ENDINGS = {CSV: "csv", XLSX: "xlsx"}


def _read(value: object, *, kind: str) -> Period:
    if not isinstance(value, str):
        raise ValueError("a period is a text")  # noqa: TRY004 - pydantic catches ValueError
    return read_period(value, kind)


def _named(kind: str, pattern: str) -> Any:
    return PlainValidator(partial(_read, kind=kind)), WithJsonSchema({"type": "string", "pattern": pattern})


Month = Annotated[Period, *_named("monthly", "^[12][0-9]{3}-(0[1-9]|1[0-2])$")]
Quarter = Annotated[Period, *_named("quarterly", "^[12][0-9]{3}-Q[1-4]$")]
Year = Annotated[Period, *_named("annual", "^[12][0-9]{3}$")]


class ReportQuery(Fields):
    """Which part of what the caller may see is reported."""

    insurer: PartyCode | None = None
    region: Annotated[Region | None, Field(description="With those below it.")] = None


class MonthlyQuery(ReportQuery):
    """A month."""

    period: Annotated[Month | None, Field(description=CURRENT)] = None


class QuarterlyQuery(ReportQuery):
    """A quarter."""

    period: Annotated[Quarter | None, Field(description=CURRENT)] = None


class AnnualQuery(ReportQuery):
    """A year."""

    period: Annotated[Year | None, Field(description=CURRENT)] = None


AnyQuery: TypeAlias = MonthlyQuery | QuarterlyQuery | AnnualQuery
_QUERIES: dict[str, type[AnyQuery]] = {"monthly": MonthlyQuery, "quarterly": QuarterlyQuery, "annual": AnnualQuery}


def period_report_routes() -> tuple[Route, ...]:
    """Return a route for each kind of period."""
    return tuple(
        Route(
            "GET",
            f"{BASE}/reports/{kind}",
            f"{kind}_report",
            f"The {kind} report: claims, money, compliance, key figures, service scores, breaches.",
            REPORT_READERS,
            _report(kind),
            ReportAnswer,
            tag="reports",
            query=_QUERIES[kind],
            problems=(406,),
            files=(CSV, XLSX),
        )
        for kind in KINDS
    )


def _report(kind: str) -> Handler:
    async def answered(call: Call) -> Response:
        query = call.query(_QUERIES[kind])
        media_type = preferred(call.request.headers.get("accept", ""))
        period = query.period or await call.services.reports.current(kind)
        wanted = Selection(period, insurer=query.insurer, region=query.region)
        found = await call.services.reports.report(call.caller.scope, wanted)
        answer = report_answer(kind, found, call.services.rulebooks, targets=call.caller.role != "regulator")
        name = f"anze-{kind}-{period.name}"
        headers = {"Vary": "Accept"}
        if media_type == JSON:
            return json_response(answer, headers={**headers, "Content-Disposition": f'inline; filename="{name}.json"'})
        headers["Content-Disposition"] = f'attachment; filename="{name}.{_ENDINGS[media_type]}"'
        if media_type == CSV:
            content = await asyncio.to_thread(csv_file, tables(answer))
            return Response(content, headers=headers, media_type=f"{CSV}; charset=utf-8; header=present")
        made_at = to_shanghai(found.compliance.made_at)
        content = await asyncio.to_thread(xlsx_file, tables(answer), made_at)
        return Response(content, headers=headers, media_type=XLSX)

    return answered


def preferred(accept: str) -> str:
    """Return the form that an Accept header prefers, JSON where it does not care; Refused with 406 if it takes none."""
    best = max(OFFERED, key=lambda offered: _quality(offered, accept or "*/*"))
    if _quality(best, accept or "*/*") <= 0:
        raise not_acceptable(OFFERED)
    return best


def _quality(offered: str, accept: str) -> float:
    """Return how much a form is wanted, by the most specific range that names it (RFC 9110)."""
    found: tuple[int, float] = (-1, 0.0)
    for part in accept.lower().split(","):
        media_range, *parameters = (each.strip() for each in part.split(";"))
        specific = {offered: 2, f"{offered.split('/', maxsplit=1)[0]}/*": 1, "*/*": 0}.get(media_range)
        if specific is not None and specific > found[0]:
            found = specific, _weight(parameters)
    return found[1]


def _weight(parameters: list[str]) -> float:
    for each in parameters:
        name, _, value = each.partition("=")
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0
