"""What registers a party, and what hands in a periodic report."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from claims.api.bodies.fields import MOST_ITEMS, Address, Day, Fields, Instant, Line, Reference, Region, Sha256
from claims.domain.party.register import RegisterParty
from claims.domain.periodic.submit import SubmitReport


class PartyBody(Fields):
    """Register an insurer or a broker that owes periodic reports, or change where it is active."""

    kind: Annotated[Literal["insurer", "broker"], Field(description="It never changes.")]
    regions: Annotated[
        list[Region],
        Field(
            max_length=MOST_ITEMS,
            description="Where it is active from now on; a code that ends in zeros covers those below it. "
            "Empty: a party that was registered has ended its activity.",
        ),
    ]
    active_from: Annotated[
        Day, Field(description="Periods that open before this day, or before the registration, are not owed.")
    ]

    def command(self, code: str, at: datetime) -> RegisterParty:
        """Return the registration."""
        return RegisterParty(at, code, self.kind, tuple(self.regions), self.active_from)


class SubmissionBody(Fields):
    """A periodic report was handed in; the first submission of a period meets its clock, others supplement it."""

    occurred_at: Annotated[Instant | None, Field(description="When it was handed in; default: now.")] = None
    reference: Reference
    recipients: Annotated[list[Line], Field(min_length=1, max_length=MOST_ITEMS)]
    uri: Annotated[Address | None, Field(description="Where the report lies.")] = None
    sha256: Sha256 | None = None

    def command(self, clock_id: UUID, now: datetime) -> SubmitReport:
        """Return the submission."""
        return SubmitReport(
            self.occurred_at or now, clock_id, self.reference, tuple(self.recipients), self.uri, self.sha256
        )
