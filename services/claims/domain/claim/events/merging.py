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
    missing_codes: tuple[str, ...] = ()
    """What was missing, where the documents were not complete before the merge."""


@dataclass(frozen=True, slots=True)
class TakenOver:
    """Documents that arrived on the duplicate, by their codes: names and places are read there."""

    at: datetime
    codes: tuple[str, ...]
    sha256s: tuple[str | None, ...]
    complete: bool
    """Nothing more was needed once they were there."""


@dataclass(frozen=True, slots=True)
class AskedFor:
    """Documents that the client was asked for on the duplicate, by their codes: names are read there."""

    at: datetime
    codes: tuple[str, ...]
    reached_client_at: datetime
    once_only_broken: bool
    """A second request that added items without new facts; the breach is the duplicate's."""
    answered_at: datetime | None
    """When the documents, or the word that nothing more is needed, came on the duplicate; None: they are awaited."""
    holds_completeness: bool
    """Completeness waits for them."""
    stops_time: bool
    """Not what broke the rule, and not on a claim that was late already when the duplicate was merged."""


@dataclass(frozen=True, slots=True)
class DuplicateMerged:
    """A duplicate was merged into this claim, with all that clocks start, stop and end with; no personal data."""

    claim_id: UUID
    claim_number: str
    reported_at: datetime
    broker_received_at: datetime | None
    insurer_received_at: datetime | None
    requested_at: datetime | None
    requested_by_documents: bool
    covers: tuple[CoverTold, ...]
    documents: tuple[TakenOver, ...]
    document_requests: tuple[AskedFor, ...] = ()
    documents_complete_at: datetime | None = None
    """Since when all was there on the duplicate, where the claim that goes on waits for nothing and did not know it."""
    progress_notified_at: tuple[datetime, ...] = ()
    authorities_notified_at: tuple[datetime, ...] = ()
    site_surveyed_at: tuple[datetime, ...] = ()
