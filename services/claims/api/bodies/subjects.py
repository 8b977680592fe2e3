"""What begins a complaint or a hazard, and what is added to one."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from claims.api.bodies.fields import (
    MOST_ITEMS,
    Address,
    Code,
    Fields,
    Id,
    Instant,
    Line,
    PartyCode,
    Prose,
    Reference,
    Region,
    Sha256,
)
from claims.application.subject_commands import AboutClaim
from claims.domain.complaint.commands import ReceiveComplaint, Reply
from claims.domain.hazard.commands import FindHazard, ReportHazard
from claims.domain.hazard.events import Insured

_WHERE = "GB/T 2260; not the whole nation, and not wider than the region of a rulebook that gives such a clock."


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a command is made of besides its body."""

    now: datetime
    """Business time."""
    party_kind: str
    """insurer or broker: what the caller is."""
    claim: AboutClaim | None
    """The claim that it is about."""


class SubjectBody(Fields, ABC):
    """A body that becomes a command on a complaint or a hazard."""

    occurred_at: Annotated[Instant | None, Field(description="When it happened; default: now.")] = None

    @property
    def about(self) -> UUID | None:
        """Return the claim that it is about."""
        return None

    @abstractmethod
    def command(self, given: Circumstances) -> Any:
        """Return the command."""


class BeginningBody(SubjectBody, ABC):
    """What begins one: it names who owes."""

    party: Annotated[PartyCode, Field(description="The insurer or broker who owes: the caller's own code.")]


class ComplaintBody(BeginningBody):
    """A complaint or an enquiry was accepted: a reply is owed, and a final answer where it needs verification."""

    region: Annotated[
        Region | None, Field(description=f"{_WHERE} With a claim, that of its accident, which is the default.")
    ] = None
    claim_id: Annotated[Id | None, Field(description="The claim that it is about, if any.")] = None
    kind: Literal["complaint", "enquiry"]
    needs_verification: bool
    text: Prose

    @property
    def about(self) -> UUID | None:
        """Return the claim that it is about."""
        return self.claim_id

    def command(self, given: Circumstances) -> ReceiveComplaint:
        """Return the receipt."""
        return ReceiveComplaint(
            occurred_at=self.occurred_at or given.now,
            party=self.party,
            party_kind=given.party_kind,
            region=self.region,
            kind=self.kind,
            needs_verification=self.needs_verification,
            claim_id=self.claim_id,
            claim_region=None if given.claim is None else given.claim.region,
            insurer=None if given.claim is None else given.claim.insurer,
            text=self.text,
        )


class ReplyBody(SubjectBody):
    """The party replied; a final reply answers what had to be verified, and nothing follows it."""

    text: Prose
    final: bool

    def command(self, given: Circumstances) -> Reply:
        """Return the reply."""
        return Reply(self.occurred_at or given.now, self.text, self.final)


class InsuredPart(Fields):
    """The enterprise where it was found."""

    name: Line
    credit_code: Code

    def insured(self) -> Insured:
        """Return it as the domain has it."""
        return Insured(self.name, self.credit_code)


class HazardBody(BeginningBody):
    """A major hazard source or a major hidden danger was found; a written report is owed in 3 working days."""

    region: Annotated[Region, Field(description=_WHERE)]
    kind: Literal["major_hazard_source", "hidden_danger"]
    insured: InsuredPart | None = None
    place: Line
    description: Prose

    def command(self, given: Circumstances) -> FindHazard:
        """Return the finding."""
        return FindHazard(
            occurred_at=self.occurred_at or given.now,
            party=self.party,
            party_kind=given.party_kind,
            region=self.region,
            kind=self.kind,
            insured=None if self.insured is None else self.insured.insured(),
            place=self.place,
            description=self.description,
        )


class HazardReportBody(SubjectBody):
    """The hazard was reported in writing; the first report meets its clock, later ones supplement it."""

    recipients: Annotated[list[Line], Field(min_length=1, max_length=MOST_ITEMS)]
    reference: Reference
    uri: Annotated[Address | None, Field(description="Where the report lies.")] = None
    sha256: Sha256 | None = None

    def command(self, given: Circumstances) -> ReportHazard:
        """Return the report."""
        at = self.occurred_at or given.now
        return ReportHazard(at, tuple(self.recipients), self.reference, self.uri, self.sha256)
