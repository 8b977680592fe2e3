"""What each of two claims knows of the other after a merge."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Merge:
    """The other claim of a merge, and when it was."""

    at: datetime
    claim_id: UUID
    number: str


@dataclass(frozen=True, slots=True)
class AskedElsewhere:
    """What a request for documents that was made on the duplicate had come to when that was merged."""

    merged_at: datetime
    answered_at: datetime | None
    """When the documents, or the insurer's word that nothing more is needed, came on the duplicate; None: awaited."""
    holds_completeness: bool
    """The documents were still waited for to be complete: neither all there, nor a fact before the request."""
    stops_time: bool
