"""Tell the authorities of the accident and of its outcome, and record who was on site."""

from dataclasses import dataclass
from datetime import datetime

from claims.domain.claim.events import AuthoritiesNotified, OutcomeReported, SiteSurveyed
from claims.domain.claim.guards import was_open
from claims.domain.claim.money import finished
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import Decided, Terms
from claims.domain.errors import Rule, RuleViolation

FINISHED_FIRST = Rule(
    "outcome-not-known", "Beijing notice 2016, part 4", "The outcome is reported once all is paid, or it is rejected"
)


@dataclass(frozen=True, slots=True)
class NotifyAuthorities:
    """The operations centre and authorities were told of the accident at `occurred_at`."""

    occurred_at: datetime
    recipients: tuple[str, ...]
    reference: str


def notify_authorities(claim: Claim, command: NotifyAuthorities, terms: Terms) -> Decided:
    """Decide a notice to the authorities (BJ-4.1)."""
    was_open(claim, command.occurred_at)
    return Decided(claim=(AuthoritiesNotified(command.recipients, command.reference),))


@dataclass(frozen=True, slots=True)
class SurveySite:
    """A surveyor was on site at `occurred_at`."""

    occurred_at: datetime
    surveyor: str
    findings: str


def survey_site(claim: Claim, command: SurveySite, terms: Terms) -> Decided:
    """Decide a survey (BJ-4.2)."""
    was_open(claim, command.occurred_at)
    return Decided(claim=(SiteSurveyed(command.surveyor, command.findings),))


@dataclass(frozen=True, slots=True)
class ReportOutcome:
    """The outcome was reported in writing at `occurred_at`."""

    occurred_at: datetime
    recipients: tuple[str, ...]
    reference: str


def report_outcome(claim: Claim, command: ReportOutcome, terms: Terms) -> Decided:
    """Decide a report on the outcome (BJ-4.4); also on a closed claim, since the report follows its end."""
    if not finished(claim):
        raise RuleViolation(FINISHED_FIRST, "The claim is neither paid nor rejected: there is no outcome to report.")
    return Decided(claim=(OutcomeReported(command.recipients, command.reference),))
