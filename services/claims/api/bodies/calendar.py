"""A notice on the calendar as bodies bring it: in our own form, or in that of the public holiday-cn files."""

from typing import Annotated, TypeAlias

from pydantic import ConfigDict, Field, PlainValidator, WithJsonSchema

from claims.api.bodies.fields import Address, Day, Fields, Line
from claims.application.calendars import Notice
from claims.domain.working_days import CalendarDay, DayKind

_MOST_DAYS = 120
"""A notice names some forty."""


def _kind(value: object) -> DayKind:
    if value not in {"off", "work"}:
        raise ValueError("off or work")
    return DayKind(str(value))


Kind: TypeAlias = Annotated[DayKind, PlainValidator(_kind), WithJsonSchema({"enum": ["off", "work"]})]


class CalendarDayBody(Fields):
    """A day off, or a make-up working day, and the notice that says so."""

    date: Day
    kind: Kind
    notice: Line
    published_on: Day | None = None


class CalendarBody(Fields):
    """The days that the notice for a year names; all that it does not name go by their weekday."""

    days: Annotated[list[CalendarDayBody], Field(min_length=1, max_length=_MOST_DAYS)]

    def notice(self, year: int) -> Notice:
        """Return the notice for a year."""
        days = tuple(CalendarDay(each.date, each.kind, each.notice, each.published_on) for each in self.days)
        return Notice(year, days, f"{year}: {self.days[0].notice}")


class HolidayCnDay(Fields):
    """A day of a holiday-cn file."""

    name: Line
    date: Day
    is_off_day: Annotated[bool, Field(alias="isOffDay")]


class HolidayCnBody(Fields):
    """A whole file of the public holiday-cn collection, which names the papers that the days are from."""

    model_config = ConfigDict(serialize_by_alias=True)

    schema_address: Annotated[Address | None, Field(alias="$schema")] = None
    id_address: Annotated[Address | None, Field(alias="$id")] = None
    year: int
    papers: Annotated[list[Address], Field(min_length=1, max_length=10)]
    days: Annotated[list[HolidayCnDay], Field(min_length=1, max_length=_MOST_DAYS)]

    def notice(self, year: int) -> Notice:
        """Return the notice for a year: its days name the papers, and when these were published is not known."""
        papers = " ".join(self.papers)
        days = tuple(
            CalendarDay(each.date, DayKind.OFF if each.is_off_day else DayKind.WORK, papers, None) for each in self.days
        )
        return Notice(year, days, f"{year}: holiday-cn, {papers}")


AnyCalendarBody: TypeAlias = CalendarBody | HolidayCnBody
