"""From the receipt to the decision: what becomes known, what is asked for, what is decided."""

from typing import Annotated, Literal

from pydantic import Field

from claims.api.bodies.fields import MOST_ITEMS, Code, Fields, Instant, Line, Phone, Prose, StaffCode, Yuan
from claims.api.bodies.parts import CasualtiesPart, CommandBody, Given, ItemPart, ReceivedPart
from claims.domain.claim.commands.assign import AssignClaim
from claims.domain.claim.commands.authorities import NotifyAuthorities, ReportOutcome, SurveySite
from claims.domain.claim.commands.decision import Decide, NotifyRejection, TellDecision
from claims.domain.claim.commands.documents import ReceiveDocuments, RequestDocuments
from claims.domain.claim.commands.intake import NotifyIntake, RegisterVictim, RequestClaim, UpdateCasualties
from claims.domain.claim.commands.loss import DetermineLoss
from claims.domain.claim.commands.progress import NotifyProgress
from claims.domain.claim.commands.receive import ReceiveReport
from claims.domain.claim.commands.rescue import RecordRescueSupport
from claims.domain.claim.events import Relative


class InsurerReceiptBody(CommandBody):
    """The insurer received the report that a broker held."""

    def command(self, given: Given) -> ReceiveReport:
        """Return the receipt."""
        return ReceiveReport(given.at)


class ClaimRequestBody(CommandBody):
    """The claimant claims under the policy."""

    claimant: Line
    amount: Yuan | None = None

    def command(self, given: Given) -> RequestClaim:
        """Return the request."""
        return RequestClaim(given.at, self.claimant, self.amount)


class IntakeNoticeBody(CommandBody):
    """The client was told the nature of the accident, the coverage, and which documents are needed and missing."""

    nature: Prose
    coverage: Literal["covered", "not_covered", "open"]
    documents: list[ItemPart] = Field(default_factory=list, max_length=MOST_ITEMS)
    missing: list[ItemPart] = Field(default_factory=list, max_length=MOST_ITEMS)

    def command(self, given: Given) -> NotifyIntake:
        """Return the notice."""
        documents = tuple(each.item() for each in self.documents)
        missing = tuple(each.item() for each in self.missing)
        return NotifyIntake(given.at, self.nature, self.coverage, documents, missing)


class RelativePart(Fields):
    """A relative of a victim."""

    name: Line
    phone: Phone | None = None
    relation: Code | None = None

    def relative(self) -> Relative:
        """Return it as the domain has it."""
        return Relative(self.name, self.phone, self.relation)


class AuthorityNoticeBody(CommandBody):
    """The operations centre and the authorities were told of the accident."""

    recipients: Annotated[list[Line], Field(min_length=1, max_length=MOST_ITEMS)]
    reference: Line

    def command(self, given: Given) -> NotifyAuthorities:
        """Return the notice."""
        return NotifyAuthorities(given.at, tuple(self.recipients), self.reference)


class SiteSurveyBody(CommandBody):
    """A surveyor was on site."""

    surveyor: Line
    findings: Prose

    def command(self, given: Given) -> SurveySite:
        """Return the survey."""
        return SurveySite(given.at, self.surveyor, self.findings)


class RescueSupportBody(CommandBody):
    """Rescue support was given at the accident (SZ-26)."""

    provider: Line
    description: Prose

    def command(self, given: Given) -> RecordRescueSupport:
        """Return the support."""
        return RecordRescueSupport(given.at, self.provider, self.description)


class AssignmentBody(CommandBody):
    """Somebody of the insurer's staff works on the claim; null: nobody does."""

    adjuster: StaffCode | None

    def command(self, given: Given) -> AssignClaim:
        """Return the assignment."""
        return AssignClaim(given.at, self.adjuster)


class OutcomeReportBody(CommandBody):
    """The outcome was reported in writing to the operations centre and the authorities."""

    recipients: Annotated[list[Line], Field(min_length=1, max_length=MOST_ITEMS)]
    reference: Line

    def command(self, given: Given) -> ReportOutcome:
        """Return the report."""
        return ReportOutcome(given.at, tuple(self.recipients), self.reference)


class VictimBody(CommandBody):
    """A person harmed became known; personal data, encrypted, shown only to the tenant."""

    name: Line
    identity_number: Code | None = None
    phone: Phone | None = None
    outcome: Literal["death", "missing", "surgery", "injured"]
    relatives: list[RelativePart] = Field(default_factory=list, max_length=MOST_ITEMS)

    def command(self, given: Given) -> RegisterVictim:
        """Return the registration."""
        return RegisterVictim(
            occurred_at=given.at,
            victim_id=given.ids["victim_id"],
            name=self.name,
            identity_number=self.identity_number,
            phone=self.phone,
            outcome=self.outcome,
            relatives=tuple(each.relative() for each in self.relatives),
        )


class CasualtyUpdateBody(CasualtiesPart, CommandBody):
    """The count of persons harmed changed."""

    def command(self, given: Given) -> UpdateCasualties:
        """Return the new count."""
        return UpdateCasualties(given.at, self.casualties())


class DocumentRequestBody(CommandBody):
    """The client is asked for documents."""

    items: Annotated[list[ItemPart], Field(min_length=1, max_length=MOST_ITEMS)]
    reached_client_at: Annotated[
        Instant | None, Field(description="When the client had the request; default: occurred_at.")
    ] = None
    new_facts: Annotated[
        Prose | None,
        Field(description="Why a second request adds items; without it that breaks the once-only rule."),
    ] = None

    def command(self, given: Given) -> RequestDocuments:
        """Return the request."""
        items = tuple(each.item() for each in self.items)
        return RequestDocuments(given.at, items, self.reached_client_at or given.at, self.new_facts)


class DocumentsBody(CommandBody):
    """Documents arrived."""

    items: Annotated[list[ReceivedPart], Field(max_length=MOST_ITEMS)]
    complete: Annotated[bool, Field(description="Asserts that nothing more is needed; for the insurer alone.")] = False

    def command(self, given: Given) -> ReceiveDocuments:
        """Return the arrival."""
        return ReceiveDocuments(given.at, tuple(each.received() for each in self.items), self.complete)


class LossDeterminationBody(CommandBody):
    """The loss was determined."""

    amount: Yuan
    basis: Prose

    def command(self, given: Given) -> DetermineLoss:
        """Return the determination."""
        return DetermineLoss(given.at, self.amount, self.basis)


class ProgressNoticeBody(CommandBody):
    """The client was told that the decision takes longer, and why."""

    text: Prose

    def command(self, given: Given) -> NotifyProgress:
        """Return the notice."""
        return NotifyProgress(given.at, self.text)


class DecisionBody(CommandBody):
    """The insurer decided."""

    outcome: Literal["approved", "rejected"]
    amount: Annotated[Yuan | None, Field(description="The whole indemnity, advances included.")] = None
    reason: Prose | None = None
    told_at: Annotated[Instant | None, Field(description="When the client was told; or /decision-notices later.")] = (
        None
    )

    def command(self, given: Given) -> Decide:
        """Return the decision."""
        return Decide(given.at, self.outcome, self.amount, self.reason, self.told_at)


class DecisionNoticeBody(CommandBody):
    """The client was told the decision."""

    def command(self, given: Given) -> TellDecision:
        """Return the notice."""
        return TellDecision(given.at)


class RejectionNoticeBody(CommandBody):
    """The notice of rejection was sent."""

    reference: Line
    reason: Prose

    def command(self, given: Given) -> NotifyRejection:
        """Return the notice."""
        return NotifyRejection(given.at, self.reference, self.reason)
