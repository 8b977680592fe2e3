"""The facts of a series of reports, beside those of its clocks."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from claims.domain.personal import Personal


@dataclass(frozen=True, slots=True)
class PeriodOpened:
    """A party owes the report about one more period."""

    party: str
    party_kind: str
    rule: str
    rulebook: str
    """Its reference, shenzhen-2018@2."""
    region: str
    """Of the rulebook."""
    about: str
    """The period that the report is about: 2026-11, 2026-Q4 or 2026."""
    window: str
    """The month, quarter or year in which it is due."""
    window_begins_on: date
    due_date: date


@dataclass(frozen=True, slots=True)
class PeriodicReportSubmitted:
    """The report about a period was handed in; of several the first counts, the others supplement it."""

    about: str
    reference: str
    recipients: tuple[str, ...]
    uri: Annotated[str | None, Personal()]
    sha256: str | None


@dataclass(frozen=True, slots=True)
class PeriodLapsed:
    """The party is active no more where it owed the report about a period: it is owed no longer."""

    about: str


@dataclass(frozen=True, slots=True)
class PeriodReinstated:
    """The party is registered again where a report had lapsed: it is owed as if the party had never left."""

    about: str


SeriesEvent = PeriodOpened | PeriodicReportSubmitted | PeriodLapsed | PeriodReinstated
