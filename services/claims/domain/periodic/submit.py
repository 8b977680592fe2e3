"""Submit a periodic report: the first submission of a period meets its clock, another one supplements it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from claims.domain.claim.guards import possible
from claims.domain.errors import Rule, RuleViolation, invalid
from claims.domain.moments import start_of, to_shanghai
from claims.domain.periodic.events import PeriodicReportSubmitted, SeriesEvent
from claims.domain.periodic.series import Owed, Series
from claims.domain.reporting.periods import months_after, read_period
from claims.domain.setting import Setting

NOT_OVER = Rule("period-not-over", "product", "A report about a period is handed in when the period is over")


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
    """Decide a submission.

    Raises RuleViolation for a report about a period that is not over, InvalidFact for a moment in the future, or so
    early that a plan for the period cannot have been thought of.
    """
    owed = series.owed[series.clocks[command.clock_id].scope]
    possible("/occurred_at", command.occurred_at, setting.now)
    if owed.opened.about == owed.opened.window:
        _thought_of(owed, command.occurred_at)
    elif command.occurred_at < owed.begins_at:
        over = to_shanghai(owed.begins_at).isoformat()
        detail = f"{owed.opened.about} is over at {over}: what is handed in before cannot be the report about it."
        raise RuleViolation(NOT_OVER, detail, period=owed.opened.about, over_at=over)
    submitted = PeriodicReportSubmitted(
        owed.opened.about, command.reference, command.recipients, command.uri, command.sha256
    )
    return (submitted,)


def _thought_of(owed: Owed, at: datetime) -> None:
    """A plan for the period that begins with its window may come early, though not before the period before that."""
    window = read_period(owed.opened.window)
    earliest = start_of(months_after(window.first, -len(tuple(window.months()))))
    if at < earliest:
        since = to_shanghai(earliest).isoformat()
        raise invalid("/occurred_at", f"This cannot be the report about {owed.opened.about}: it is before {since}.")
