"""What the board needs of the rest, as one value; the wiring makes it, tests make it of fakes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from claims.application.board_queries import Board
from claims.application.calendars import Calendars
from claims.application.explanations import Explanations
from claims.application.history import Past
from claims.application.ports import Reference
from claims.application.queries import Queries
from claims.application.reporting import PeriodReport, Reporting
from claims.application.streaming import Streams
from claims.dashboard.alerts import Alerts
from claims.dashboard.sessions import Sessions
from claims.spreadsheet import Table


class ReportTables(Protocol):
    """A periodic report as the tables of a file, the same that the interface gives."""

    def __call__(self, kind: str, report: PeriodReport, *, targets: bool) -> Sequence[Table]:
        """Return the tables of a report of a kind; `targets`: with what stays inside the insurer."""
        ...


@dataclass(frozen=True, slots=True)
class BoardServices:
    """What the pages work with."""

    board: Board
    queries: Queries
    past: Past
    explanations: Explanations
    streams: Streams
    calendars: Calendars
    reports: Reporting
    report_tables: ReportTables
    reference: Reference
    """The regulation and the calendar as this process knows them now."""
    alerts: Alerts
    """The notifications service, as the visitor."""
    sessions: Sessions
