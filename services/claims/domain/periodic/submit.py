"""Submit a periodic report: the first submission of a period meets its clock, another one supplements it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from claims.domain.claim.guards import possible
from claims.domain.errors import invalid
from claims.domain.moments import start_of, to_shanghai
from claims.domain.periodic.events import PeriodicReportSubmitted, SeriesEvent
from claims.domain.periodic.series import Owed, Series
from claims.domain.reporting.periods import months_after, read_period
from claims.domain.setting import Setting


@dataclass(frozen=True, slots=True)
class SubmitReport:
    """The report that a clock of a series waits for, as it was handed in."""

    occurred_at: datetime
    clock_id: UUID
    reference: str
    recipients: tuple[str, ...]
    uri: str | None
    sha256: str | None


def submit_report(series: Series, command: SubmitReport, setting: Setting) -> tuple[SeriesEvent, ...]:
    """Decide a submission; InvalidFact for a moment in the future, or before its period can have been thought of."""
    owed = series.owed[series.clocks[command.clock_id].scope]
    possible("/occurred_at", command.occurred_at, setting.now)
    earliest = _earliest(owed)
    if command.occurred_at < earliest:
        since = to_shanghai(earliest).isoformat()
        raise invalid("/occurred_at", f"This cannot be the report about {owed.opened.about}: it is before {since}.")
    submitted = PeriodicReportSubmitted(
        owed.opened.about, command.reference, command.recipients, command.uri, command.sha256
    )
    return (submitted,)


def _earliest(owed: Owed) -> datetime:
    """Return the first instant of the period before the window: what is handed in early counts."""
    window = read_period(owed.opened.window)
    return start_of(months_after(window.first, -len(tuple(window.months()))))
