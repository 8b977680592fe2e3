"""The part of a rulebook's form that says when a report is due again and again, and which period it is about."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from claims.domain.rulebook import About, Every, Periodic

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_SHORTEST_MONTH = 28
_A_COMMON_YEAR = 2001


class PeriodSource(BaseModel):
    """How often, by which date of the month, quarter or year, and about which."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    every: Literal["month", "quarter", "year"]
    about: About
    due_month: Annotated[int, Field(ge=1, le=12)] = 1
    due_day: Annotated[int, Field(ge=1, le=31)]

    @model_validator(mode="after")
    def date_is_there_every_time(self) -> Self:
        """The date lies in the period in which the report is due, whichever that is."""
        if self.due_month > _MONTHS[self.every]:
            raise ValueError(f"due_month: a {self.every} has no month {self.due_month}")
        if self.every != "year" and self.due_day > _SHORTEST_MONTH:
            raise ValueError("due_day: not every month has it; 28 is the last that all have")
        try:
            date(_A_COMMON_YEAR, self.due_month, self.due_day)
        except ValueError:
            raise ValueError(f"due_day: month {self.due_month} has no day {self.due_day} in every year") from None
        return self

    def periodic(self) -> Periodic:
        """Return what it says."""
        return Periodic(Every(self.every), self.about, self.due_month, self.due_day)
