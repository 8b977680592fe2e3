"""The facts about documents: what the client was told, asked for and sent.

A document's name may name a person, and its place too: they are marked, and the rules go by the codes, which stay.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self

from claims.domain.personal import ERASED, Personal


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
    document_codes: tuple[str, ...]
    document_names: Annotated[tuple[str, ...], Personal()]
    """As many as the codes, or none where they may not be read."""
    missing_codes: tuple[str, ...]
    missing_names: Annotated[tuple[str, ...], Personal()]

    @classmethod
    def of(
        cls, nature: str, coverage: str, documents: tuple[DocumentItem, ...], missing: tuple[DocumentItem, ...]
    ) -> Self:
        """Return the fact with names and codes apart."""
        return cls(nature, coverage, _codes(documents), _names(documents), _codes(missing), _names(missing))

    @property
    def documents(self) -> tuple[DocumentItem, ...]:
        """Return what the claim needs."""
        return _items(self.document_codes, self.document_names)

    @property
    def missing(self) -> tuple[DocumentItem, ...]:
        """Return what it lacks."""
        return _items(self.missing_codes, self.missing_names)


@dataclass(frozen=True, slots=True)
class DocumentsRequested:
    """The client was asked for documents (SZ-20 (2); Insurance Law art. 22: once, for all that is missing)."""

    codes: tuple[str, ...]
    names: Annotated[tuple[str, ...], Personal()]
    """As many as the codes, or none where they may not be read."""
    reached_client_at: datetime
    new_facts: Annotated[str | None, Personal()]
    once_only_broken: bool
    """A second request that adds items without new facts."""

    @property
    def items(self) -> tuple[DocumentItem, ...]:
        """Return what was asked for."""
        return _items(self.codes, self.names)


@dataclass(frozen=True, slots=True)
class DocumentsReceived:
    """Documents arrived; `complete` is the insurer's word that nothing more is needed."""

    codes: tuple[str, ...]
    names: Annotated[tuple[str, ...], Personal()]
    """As many as the codes, or none where they may not be read; so are the places."""
    sha256s: tuple[str | None, ...]
    uris: Annotated[tuple[str | None, ...], Personal()]
    complete: bool

    @classmethod
    def of(cls, items: tuple[ReceivedDocument, ...], *, complete: bool) -> Self:
        """Return the fact with names and places apart from what rules go by."""
        return cls(_codes(items), _names(items), tuple(i.sha256 for i in items), tuple(i.uri for i in items), complete)

    @property
    def items(self) -> tuple[ReceivedDocument, ...]:
        """Return what arrived."""
        names, uris = self.names or _erased(self.codes), self.uris or _erased(self.codes)
        return tuple(map(ReceivedDocument, self.codes, names, self.sha256s, uris))


@dataclass(frozen=True, slots=True)
class DocumentsCompleted:
    """All required documents are there since the latest arrival of one of them."""

    complete_at: datetime


def _codes(items: tuple[DocumentItem, ...] | tuple[ReceivedDocument, ...]) -> tuple[str, ...]:
    return tuple(item.code for item in items)


def _names(items: tuple[DocumentItem, ...] | tuple[ReceivedDocument, ...]) -> tuple[str, ...]:
    return tuple(item.name for item in items)


def _items(codes: tuple[str, ...], names: tuple[str, ...]) -> tuple[DocumentItem, ...]:
    return tuple(map(DocumentItem, codes, names or _erased(codes)))


def _erased(codes: tuple[str, ...]) -> tuple[str, ...]:
    return (ERASED,) * len(codes)
