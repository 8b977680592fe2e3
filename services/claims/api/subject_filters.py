"""What the lists of complaints and hazards take as query parameters."""

from typing import Annotated, Literal

from pydantic import Field

from claims.api.bodies.fields import Id, Instant, PartyCode, Region
from claims.api.filters import Paging
from claims.application.subject_queries import SubjectFilter


class _SubjectQuery(Paging):
    party: Annotated[PartyCode | None, Field(description="Who owes.")] = None
    region: Annotated[Region | None, Field(description="With those below it.")] = None


class ComplaintQuery(_SubjectQuery):
    """Which complaints are asked for."""

    status: Literal["open", "replied", "closed"] | None = None
    kind: Literal["complaint", "enquiry"] | None = None
    claim_id: Id | None = None
    received_from: Annotated[Instant | None, Field(description="At or after.")] = None
    received_to: Annotated[Instant | None, Field(description="Before.")] = None

    def wanted(self) -> SubjectFilter:
        """Return the filter."""
        return SubjectFilter(
            status=self.status,
            party=self.party,
            region=self.region,
            nature=self.kind,
            claim_id=self.claim_id,
            begun_from=self.received_from,
            begun_to=self.received_to,
        )


class HazardQuery(_SubjectQuery):
    """Which hazards are asked for."""

    status: Literal["open", "reported"] | None = None
    kind: Literal["major_hazard_source", "hidden_danger"] | None = None
    found_from: Annotated[Instant | None, Field(description="At or after.")] = None
    found_to: Annotated[Instant | None, Field(description="Before.")] = None

    def wanted(self) -> SubjectFilter:
        """Return the filter."""
        return SubjectFilter(
            status=self.status,
            party=self.party,
            region=self.region,
            nature=self.kind,
            begun_from=self.found_from,
            begun_to=self.found_to,
        )
