"""Ask for documents, once, and take them in."""

from dataclasses import dataclass
from datetime import datetime

from claims.domain.claim.documents import required_codes
from claims.domain.claim.events import DocumentItem, DocumentsReceived, DocumentsRequested, ReceivedDocument
from claims.domain.claim.guards import possible, was_open
from claims.domain.claim.state import Claim, DocumentRequest
from claims.domain.claim.terms import Decided, Terms
from claims.domain.errors import invalid


@dataclass(frozen=True, slots=True)
class RequestDocuments:
    """The client is asked for documents; `reached_client_at` is when it had the request in hand."""

    occurred_at: datetime
    items: tuple[DocumentItem, ...]
    reached_client_at: datetime
    new_facts: str | None


def request_documents(claim: Claim, command: RequestDocuments, terms: Terms) -> Decided:
    """Decide a request: a second one that adds items without new facts is recorded as a breach of the once-only rule.

    Insurance Law art. 22. A reminder of items already on the list is none.
    """
    was_open(claim, command.occurred_at)
    possible("/reached_client_at", command.reached_client_at, terms.now, claim.known_accident.occurred_at)
    if command.reached_client_at < command.occurred_at:
        raise invalid("/reached_client_at", "The request cannot reach the client before it was made.")
    adds = {item.code for item in command.items} - required_codes(claim)
    again = any(
        _was_asked(request, command.occurred_at) for request in claim.document_requests if request.round == claim.round
    )
    broken = bool(again and adds and not command.new_facts)
    requested = DocumentsRequested(
        codes=tuple(item.code for item in command.items),
        names=tuple(item.name for item in command.items),
        reached_client_at=command.reached_client_at,
        new_facts=command.new_facts,
        once_only_broken=broken,
    )
    return Decided(claim=(requested,))


def _was_asked(request: DocumentRequest, at: datetime) -> bool:
    """Before a merge each of the two claims asked once: what the other had asked counts from the merge on."""
    return request.elsewhere is None or request.elsewhere.merged_at <= at


@dataclass(frozen=True, slots=True)
class ReceiveDocuments:
    """Documents arrived at `occurred_at`; `complete` says that nothing more is needed."""

    occurred_at: datetime
    items: tuple[ReceivedDocument, ...]
    complete: bool


def receive_documents(claim: Claim, command: ReceiveDocuments, terms: Terms) -> Decided:
    """Decide an arrival; when all required documents are there follows from it."""
    was_open(claim, command.occurred_at)
    if not command.items and not (command.complete and any(arrival.items for arrival in claim.arrivals)):
        raise invalid("/items", "Name the documents that arrived: none has arrived before.")
    return Decided(claim=(DocumentsReceived.of(command.items, complete=command.complete),))
