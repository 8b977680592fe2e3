"""The facts about documents: what the client was told, asked for and sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from claims.domain.personal import Personal


@dataclass(frozen=True, slots=True)
class DocumentItem:
    """A document as the insurer's list names it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ReceivedDocument:
    """A document that arrived; `sha256` and `uri` say which bytes and where they are kept."""

    code: str
    name: str
    sha256: str | None
    uri: str | None


@dataclass(frozen=True, slots=True)
class IntakeNotified:
    """The client was told the preliminary nature of the accident, the coverage and the documents needed (SZ-20 (1))."""

    nature: Annotated[str, Personal()]
    coverage: str
    """covered, not_covered or open."""
    documents: tuple[DocumentItem, ...]
    missing: tuple[DocumentItem, ...]


@dataclass(frozen=True, slots=True)
class DocumentsRequested:
    """The client was asked for documents (SZ-20 (2); Insurance Law art. 22: once, for all that is missing)."""

    items: tuple[DocumentItem, ...]
    reached_client_at: datetime
    new_facts: Annotated[str | None, Personal()]
    once_only_broken: bool
    """A second request that adds items without new facts."""


@dataclass(frozen=True, slots=True)
class DocumentsReceived:
    """Documents arrived; `complete` is the insurer's word that nothing more is needed."""

    items: tuple[ReceivedDocument, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class DocumentsCompleted:
    """All required documents are there since the latest arrival of one of them."""

    complete_at: datetime
