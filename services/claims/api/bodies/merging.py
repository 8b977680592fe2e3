"""Merge a duplicate."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from claims.api.bodies.fields import Fields, Id, Instant, Prose
from claims.domain.claim.merging import Merge


class MergeBody(Fields):
    """The claim is a duplicate: it is merged into another claim on its policy, which goes on for both."""

    into_claim_id: Annotated[Id, Field(description="The claim that goes on.")]
    reason: Prose
    occurred_at: Annotated[Instant | None, Field(description="When it happened; default: now.")] = None

    def merge(self, now: datetime) -> Merge:
        """Return the command."""
        return Merge(self.occurred_at or now, self.reason)
