"""How an obligation is told: what it is about, how it begins, what meets it, what ends it otherwise, what does not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeAlias

from tests.acceptance.obligations.new_years_eve import (
    BEGUN,
    DATES,
    HOURS,
    LAST_DAYS,
    midnight_after,
    narrowly_after,
    narrowly_before,
)


@dataclass(frozen=True, slots=True)
class Act:
    """One request; names in braces stand for what earlier answers named, such as `{advance_id}`, or `{now}`."""

    path: str
    body: Mapping[str, Any]
    who: str = "insurer"
    method: str = "POST"
    at: datetime | None = None
    """When it happens, where that is not the moment of the others."""
    finds: str | None = None
    """Of a list of clocks: what the one for the case's period is called from then on."""


Acts: TypeAlias = tuple[Act, ...]
Ways: TypeAlias = Mapping[str, Acts]
"""What somebody does, by the milestone of the rulebook that is reached with it."""


class End(StrEnum):
    """What becomes of a clock."""

    MET = "met in time"
    MET_LATE = "met late"
    TOLD_LATE = "met in time and told late"
    NEVER = "never met"
    CANCELLED = "cancelled"
    CANCELLED_LATE = "cancelled late"
    EXTENDED = "extended"
    EXTENDED_LATE = "extended too late"
    REFUSED = "not to be cancelled"


EVERY_END = frozenset(End)
EDGE = frozenset({End.MET, End.MET_LATE, End.NEVER})
"""What is looked at on the other side of a bracket's edge."""


@dataclass(frozen=True, slots=True)
class Case:
    """One obligation of the regulation, in one bracket."""

    rule: str
    about: str
    tier: str
    within: str
    """As the regulation says it."""
    begins: Acts
    met: Ways = field(default_factory=dict)
    extended: Ways = field(default_factory=dict)
    cancelled: Ways = field(default_factory=dict)
    refused: Mapping[str, tuple[str, Act]] = field(default_factory=dict)
    """What cannot happen any more once the clock runs: by which code it is refused, and the act."""
    shown: frozenset[End] = EVERY_END
    owed_by: str = "insurer"
    period: str | None = None
    """Which period a report is about."""
    start: datetime = BEGUN
    uncounted: timedelta = timedelta()
    """Time from the start on that is not counted."""
    last: date | None = None
    """The last day, where it is not that of the period from New Year's Eve."""

    @property
    def last_day(self) -> date | None:
        """The last day; None of what is counted in hours, or due at once."""
        return self.last or DATES.get(self.within) or LAST_DAYS.get(self.within)

    @property
    def is_report(self) -> bool:
        """Whether it is a report that is due again and again."""
        return self.within in DATES

    @property
    def is_about_a_claim(self) -> bool:
        """Whether an insurer's claim is concerned."""
        return any(act.path == "/v1/claims" for act in self.begins)

    @property
    def due(self) -> datetime:
        """The end: 24:00 of the last day, or the last moment of the hours."""
        day = self.last_day
        if day is not None:
            return midnight_after(day)
        return self.start if self.within == "immediately" else self.start + HOURS[self.within]

    def scenarios(self) -> "Iterator[Scenario]":
        """Every way in which it ends."""
        ways: tuple[tuple[End, Ways], ...] = (
            (End.MET, self.met),
            (End.MET_LATE, self.met),
            (End.TOLD_LATE, _first(self.met)),
            (End.NEVER, {"": ()}),
            (End.EXTENDED, self.extended),
            (End.EXTENDED_LATE, self.extended),
            (End.CANCELLED, self.cancelled),
            (End.CANCELLED_LATE, _first(self.cancelled)),
            (End.REFUSED, {name: (act,) for name, (_, act) in self.refused.items()}),
        )
        for end, acts in ways:
            if end in self.shown:
                yield from (Scenario(self, end, name, does) for name, does in acts.items())


def _first(ways: Ways) -> Ways:
    return dict(list(ways.items())[:1])


@dataclass(frozen=True, slots=True)
class Scenario:
    """One case as it ends one way."""

    case: Case
    end: End
    milestone: str
    """What of the rulebook ends it; empty if nothing does."""
    acts: Acts

    @property
    def words(self) -> str:
        """Its name in the list of tests."""
        by = f" by {self.milestone}" if self.milestone else ""
        return f"{self.case.rule}, {self.case.about}: {self.end}{by}"

    @property
    def done_at(self) -> datetime:
        """When it is done: narrowly before the end or narrowly after it."""
        late = self.end in {End.MET_LATE, End.CANCELLED_LATE, End.EXTENDED_LATE}
        return narrowly_after(self.case.due) if late else narrowly_before(self.case.due)

    @property
    def told_at(self) -> datetime:
        """When it is told."""
        return narrowly_after(self.case.due) if self.end is End.TOLD_LATE else self.done_at

    @property
    def party(self) -> str:
        """Whose report it is: of each kind there is a party for every end."""
        return "-".join((self.case.owed_by, *self.end.split()))

    @property
    def refused_as(self) -> str | None:
        """The code that the last act is refused with, if it is."""
        return self.case.refused[self.milestone][0] if self.end is End.REFUSED else None
