"""The facts of a merge: one claim turns out to be the duplicate of another, which goes on for both."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from claims.domain.personal import Personal


@dataclass(frozen=True, slots=True)
class ClaimMerged:
    """The claim is a duplicate of another, which goes on for both; in the stream of the one that ends."""

    into_claim_id: UUID
    into_claim_number: str
    reason: Annotated[str, Personal()]


@dataclass(frozen=True, slots=True)
class CoverTold:
    """The client was told the cover at a moment."""

    at: datetime
    coverage: str
    """covered, not_covered or open."""


@dataclass(frozen=True, slots=True)
class TakenOver:
    """Documents that arrived on the duplicate, by their codes: names and places are read there."""

    at: datetime
    codes: tuple[str, ...]
    sha256s: tuple[str | None, ...]
    complete: bool
    """Nothing more was needed once they were there."""


@dataclass(frozen=True, slots=True)
class DuplicateMerged:
    """A duplicate was merged into this claim, with all of it that clocks can start with; no personal data."""

    claim_id: UUID
    claim_number: str
    reported_at: datetime
    broker_received_at: datetime | None
    insurer_received_at: datetime | None
    requested_at: datetime | None
    requested_by_documents: bool
    covers: tuple[CoverTold, ...]
    documents: tuple[TakenOver, ...]
