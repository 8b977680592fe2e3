"""The facts of a complaint's stream, beside those of its clocks."""

from dataclasses import dataclass
from typing import Annotated, TypeAlias
from uuid import UUID

from claims.domain.personal import Personal


@dataclass(frozen=True, slots=True)
class ComplaintReceived:
    """A complaint or an enquiry was accepted (SZ-27 (2))."""

    party: str
    """The code of the insurer or broker who owes the reply; the tenant."""
    party_kind: str
    """insurer or broker."""
    region: str
    kind: str
    """complaint or enquiry."""
    needs_verification: bool
    """It has to be looked into: then a final answer is owed too (SZ-27 (3))."""
    claim_id: UUID | None
    insurer: str | None
    """Whose claim it is about; None where it is about none."""
    text: Annotated[str, Personal()]
    rulebooks: tuple[str, ...]
    """The rulebooks that govern it, chosen by region and the moment of its receipt."""


@dataclass(frozen=True, slots=True)
class ComplaintReplied:
    """The party replied; a final reply answers whatever had to be verified, and nothing follows it."""

    text: Annotated[str, Personal()]
    final: bool


ComplaintEvent: TypeAlias = ComplaintReceived | ComplaintReplied
