"""What one party owes by one rule, period by period, as the stream of the series tells it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid5

from claims.domain.clock import Clock, with_fact
from claims.domain.clock_facts import ClockFact
from claims.domain.moments import start_of
from claims.domain.periodic.events import (
    PeriodicReportSubmitted,
    PeriodLapsed,
    PeriodOpened,
    PeriodReinstated,
    SeriesEvent,
)


def series_id(party_stream: UUID, rulebook: str, rule: str) -> UUID:
    """Return the id of the stream of what a party owes by a rule of a text, whatever the text's version."""
    return uuid5(party_stream, f"{rulebook}\n{rule}")


@dataclass(frozen=True, slots=True)
class Submission:
    """A report as it was handed in."""

    at: datetime
    reference: str
    recipients: tuple[str, ...]
    uri: str | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Owed:
    """One report: what it is about, what was handed in, and whether it is owed no longer."""

    opened: PeriodOpened
    opened_at: datetime
    submissions: tuple[Submission, ...] = ()
    lapsed_at: datetime | None = None
    """Since when it is owed no longer; None while it is owed."""

    @property
    def begins_at(self) -> datetime:
        """Return the first instant of the window, from which the clock runs."""
        return start_of(self.opened.window_begins_on)

    @property
    def submitted_at(self) -> datetime | None:
        """Return when it was first handed in; None while it was not."""
        return min((each.at for each in self.submissions), default=None)


@dataclass(frozen=True, slots=True)
class Series:
    """The state of the stream; version 0 is a series in which nothing was ever owed."""

    series_id: UUID
    version: int = 0
    owed: Mapping[str, Owed] = field(default_factory=dict)
    """By the period that the report is about, in the order in which they were opened."""
    clocks: Mapping[UUID, Clock] = field(default_factory=dict)

    @property
    def first(self) -> PeriodOpened:
        """Return what was opened first; LookupError where nothing was."""
        for each in self.owed.values():
            return each.opened
        raise LookupError(f"nothing was ever owed in the series {self.series_id}")

    @property
    def party(self) -> str:
        """Return the code of the party that owes; LookupError as `first`."""
        return self.first.party

    @property
    def region(self) -> str:
        """Return the region of the rulebook, as it was when the first report was owed; LookupError as `first`."""
        return self.first.region

    @property
    def rulebooks(self) -> tuple[str, ...]:
        """Return the references of the rulebooks by which reports were owed."""
        return tuple(dict.fromkeys(each.opened.rulebook for each in self.owed.values()))

    @property
    def last(self) -> PeriodOpened | None:
        """Return what was opened last; None where nothing was."""
        return next((each.opened for each in reversed(tuple(self.owed.values()))), None)


def fold(series: Series, history: Iterable[tuple[object, datetime]]) -> Series:
    """Return the series after these events, each with the moment at which it happened."""
    for event, at in history:
        series = evolve(series, event, at)
    return series


def evolve(series: Series, event: object, at: datetime) -> Series:
    """Return the series after an event; TypeError for one that is not of a series."""
    if isinstance(event, ClockFact):
        after = replace(series, clocks=with_fact(series.clocks, event))
    elif isinstance(event, SeriesEvent):
        after = replace(series, owed={**series.owed, event.about: _owed(series, event, at)})
    else:
        raise TypeError(f"{type(event).__name__} is not an event of a series of reports")
    return replace(after, version=series.version + 1)


def _owed(series: Series, event: SeriesEvent, at: datetime) -> Owed:
    if isinstance(event, PeriodOpened):
        return Owed(event, at)
    owed = series.owed[event.about]
    match event:
        case PeriodicReportSubmitted():
            given = Submission(at, event.reference, event.recipients, event.uri, event.sha256)
            return replace(owed, submissions=(*owed.submissions, given))
        case PeriodLapsed():
            return replace(owed, lapsed_at=at)
        case PeriodReinstated():
            return replace(owed, lapsed_at=None)
