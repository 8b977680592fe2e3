"""What the interface needs of the rest, as one value; the wiring makes it, tests make it of fakes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from claims.api.auth import Tokens
from claims.application.calendars import Notice, Preview, Reached
from claims.application.calls import Caller, Envelope, Outcome, PolicyOutcome, Standing
from claims.application.explanations import DueDate
from claims.application.history import Moment
from claims.application.merging import MakeMerge
from claims.application.pages import ClaimFilter, ClaimSummary, ClockFilter, ClockRow, Page
from claims.application.parties import MakeParty, PartyOutcome
from claims.application.recorded import Recorded
from claims.application.reporting import ComplianceReport, PeriodReport, Selection
from claims.application.rows import Scope
from claims.application.streaming import Streams
from claims.application.subject_commands import Order, SubjectOutcome
from claims.application.subject_queries import SubjectFilter, SubjectSummary
from claims.application.subject_store import SubjectStanding
from claims.application.subjects import SubjectKind
from claims.application.submissions import MakeSubmission, SubmissionOutcome
from claims.assets import Asset
from claims.domain.calendar_notice import CalendarYear
from claims.domain.claim.commands.report import Report
from claims.domain.claim.decide import Command
from claims.domain.explanation import Step
from claims.domain.party.party import Party
from claims.domain.policy.endorse import Endorse
from claims.domain.reporting.periods import Period
from claims.domain.rulebook import Rulebook

Check = Callable[[], Awaitable[bool]]
"""Says whether something that the service needs is there; False or an error: it is not."""


class CommandHandlers(Protocol):
    """Everything that changes a claim or a policy."""

    async def report(  # noqa: PLR0913, PLR0917 - what a report is made of
        self,
        caller: Caller,
        claim_id: UUID,
        tenant: str,
        policy_number: str,
        make: Callable[[datetime], Report],
        envelope: Envelope,
    ) -> Outcome:
        """Record a report."""
        ...

    async def execute(
        self, caller: Caller, claim_id: UUID, make: Callable[[datetime], Command], envelope: Envelope
    ) -> Outcome:
        """Decide a command on a claim and record what follows."""
        ...

    async def merge(
        self, caller: Caller, claim_id: UUID, into_claim_id: UUID, make: MakeMerge, envelope: Envelope
    ) -> Outcome:
        """Merge a claim into another one of its policy."""
        ...

    async def endorse(
        self, caller: Caller, tenant: str, number: str, make: Callable[[datetime], Endorse], envelope: Envelope
    ) -> PolicyOutcome:
        """Record an endorsement."""
        ...


class QueryHandlers(Protocol):
    """Everything that is read."""

    async def claim(self, scope: Scope, claim_id: UUID) -> Standing:
        """Return a claim with the watch's word on its clocks; NotFound."""
        ...

    async def claims(self, scope: Scope, wanted: ClaimFilter, cursor: str | None, limit: int, /) -> Page[ClaimSummary]:
        """Return a part of the list; BadCursor."""
        ...

    async def claim_clocks(self, scope: Scope, claim_id: UUID) -> tuple[ClockRow, ...]:
        """Return all clocks of a claim; NotFound."""
        ...

    async def subject_clocks(self, scope: Scope, subject: UUID) -> tuple[ClockRow, ...]:
        """Return all clocks of any subject that the scope may see."""
        ...

    async def clocks(self, scope: Scope, wanted: ClockFilter, cursor: str | None, limit: int, /) -> Page[ClockRow]:
        """Return a part of the list; BadCursor."""
        ...

    async def clock(self, scope: Scope, clock_id: UUID) -> ClockRow:
        """Return one clock; NotFound."""
        ...

    async def timeline(self, scope: Scope, claim_id: UUID, cursor: str | None, limit: int) -> Page[Recorded]:
        """Return a part of a claim's timeline; NotFound, BadCursor."""
        ...

    async def feed(self, scope: Scope, after: str | None, limit: int) -> Page[Recorded]:
        """Return what follows in the feed, with a cursor in any case; BadCursor."""
        ...

    async def now(self) -> datetime:
        """Return business time."""
        ...


class PartyHandlers(Protocol):
    """Who owes periodic reports where."""

    async def register(self, caller: Caller, code: str, make: MakeParty, envelope: Envelope) -> PartyOutcome:
        """Register a party, or change what is registered; VersionMismatch, RuleViolation, InvalidFact, Contended."""
        ...

    async def one(self, scope: Scope, code: str) -> Party:
        """Return a party; NotFound."""
        ...

    async def page(self, scope: Scope, cursor: str | None, limit: int) -> Page[Party]:
        """Return a part of the list; BadCursor."""
        ...


class SubmissionHandlers(Protocol):
    """Periodic reports that are handed in."""

    async def submit(
        self, caller: Caller, clock_id: UUID, make: MakeSubmission, envelope: Envelope
    ) -> SubmissionOutcome:
        """Record a submission; NotFound, RuleViolation, InvalidFact, KeyReused, Contended."""
        ...


class SubjectCommandHandlers(Protocol):
    """Everything that changes a complaint or a hazard."""

    async def execute(self, caller: Caller, order: Order[Any, Any], envelope: Envelope) -> SubjectOutcome[Any]:
        """Decide a command and record what follows."""
        ...


class SubjectHandlers(Protocol):
    """Complaints and hazards as they stand."""

    async def one(self, scope: Scope, kind: SubjectKind[Any], subject: UUID) -> SubjectStanding[Any]:
        """Return one with the watch's word on its clocks; NotFound."""
        ...

    async def page(
        self, scope: Scope, kind: str, wanted: SubjectFilter, cursor: str | None, limit: int, /
    ) -> Page[SubjectSummary]:
        """Return a part of the list of a kind; BadCursor."""
        ...


@dataclass(frozen=True, slots=True)
class ClockStep:
    """Where a key sent a sandbox's clock the first time it came, and with what body."""

    body_hash: bytes
    target: datetime
    replayed: bool


class PastHandlers(Protocol):
    """Claims at moments of the past."""

    async def claim(self, scope: Scope, claim_id: UUID, moment: Moment) -> Standing:
        """Return a claim as of a moment; NotFound also where it did not exist by then."""
        ...


class ExplanationHandlers(Protocol):
    """Why clocks are due when they are, and when one would be."""

    async def of_clock(self, scope: Scope, clock: ClockRow) -> tuple[Step, ...]:
        """Return the lines of an explanation."""
        ...

    def due_date(self, rule: str, region: str, started_at: datetime, amount: int | None) -> DueDate:
        """Return what a rule comes to; NotFound, InvalidFact."""
        ...


class ReportHandlers(Protocol):
    """What became of a period."""

    async def current(self, kind: str) -> Period:
        """Return the period of a kind (monthly, quarterly, annual) that business time is in."""
        ...

    async def compliance(self, scope: Scope, wanted: Selection) -> ComplianceReport:
        """Return the clocks that were due in a period, counted."""
        ...

    async def report(self, scope: Scope, wanted: Selection) -> PeriodReport:
        """Return everything that is reported of a period."""
        ...


class CalendarHandlers(Protocol):
    """The calendar of working days."""

    async def year(self, year: int) -> CalendarYear:
        """Return what the newest calendar says of a year."""
        ...

    async def put(self, caller: Caller, notice: Notice, if_match: int | None) -> CalendarYear:
        """Store the calendar after a notice; VersionMismatch, RuleViolation, InvalidFact, Contended."""
        ...

    async def preview(self, scope: Scope, notice: Notice, after: Reached | None, limit: int) -> Preview:
        """Return a part of what a notice would move; BadCursor, RuleViolation, InvalidFact."""
        ...


class SandboxClock(Protocol):
    """The clock of a sandbox: a target is stored, a worker steps there."""

    async def step(self, target: datetime, key: bytes, body_hash: bytes) -> ClockStep:
        """Say where the clock is to go, once for each key; BackwardsError if it is there or further already."""
        ...

    async def await_reached(self, target: datetime) -> None:
        """Wait until all that lies before the target is recorded and relayed."""
        ...


class BackwardsError(Exception):
    """A sandbox clock never goes backwards."""


class Exposition(Protocol):
    """The metrics of the process."""

    def answer(self, accept: str) -> tuple[bytes, str]:
        """Return body and content type for an Accept header."""
        ...


@dataclass(frozen=True, slots=True)
class ApiServices:
    """What the interface works with."""

    commands: CommandHandlers
    queries: QueryHandlers
    past: PastHandlers
    explanations: ExplanationHandlers
    streams: Streams
    calendars: CalendarHandlers
    reports: ReportHandlers
    parties: PartyHandlers
    submissions: SubmissionHandlers
    subject_commands: SubjectCommandHandlers
    subjects: SubjectHandlers
    tokens: Tokens
    rulebooks: Mapping[str, Rulebook]
    """By reference, every version that was ever in force."""
    metrics: Exposition
    ready: Mapping[str, Check]
    """By name: database, calendar, rulebooks."""
    new_id: Callable[[], UUID]
    docs: Mapping[str, Asset]
    """What the page of the interface is made of, by name."""
    sandbox_clock: SandboxClock | None = None
    """None: the instance is no sandbox, and has no route for its clock."""
