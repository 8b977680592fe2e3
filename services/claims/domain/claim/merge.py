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
