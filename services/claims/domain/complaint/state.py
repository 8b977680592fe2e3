"""A complaint as its stream says it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from claims.domain.clock import Clock, with_fact
from claims.domain.clock_facts import ClockEnded, ClockFact, ClockReopened, ClockRescheduled, ClockStarted
from claims.domain.complaint.events import ComplaintEvent, ComplaintReceived, ComplaintReplied
from claims.domain.plain_subject import PlainSubject
from claims.domain.setting import Setting


class Status(StrEnum):
    """How far it has come."""

    OPEN = "open"
    REPLIED = "replied"
    """Somebody replied, and a final answer may follow."""
    CLOSED = "closed"
    """Answered finally."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the party replied, and when."""

    at: datetime
    text: str
    final: bool


@dataclass(frozen=True, slots=True)
class Complaint:
    """The state of a complaint's stream; version 0 is a complaint that does not exist yet."""

    complaint_id: UUID
    version: int = 0
    received: ComplaintReceived | None = None
    received_at: datetime | None = None
    replies: tuple[Reply, ...] = ()
    """In the order in which they were recorded."""
    clocks: Mapping[UUID, Clock] = field(default_factory=dict)

    @property
    def known(self) -> ComplaintReceived:
        """Return what was received; LookupError before."""
        if self.received is None:
            raise LookupError("this complaint was never received")
        return self.received

    @property
    def known_since(self) -> datetime:
        """Return when it was received; LookupError before."""
        if self.received_at is None:
            raise LookupError("this complaint was never received")
        return self.received_at

    @property
    def rulebooks(self) -> tuple[str, ...]:
        """Return the references of the rulebooks that govern it."""
        return self.known.rulebooks

    @property
    def answered_at(self) -> datetime | None:
        """Return when it was first answered finally."""
        return min((reply.at for reply in self.replies if reply.final), default=None)

    @property
    def status(self) -> Status:
        """Return how far it has come."""
        if self.answered_at is not None:
            return Status.CLOSED
        return Status.REPLIED if self.replies else Status.OPEN


def evolve(complaint: Complaint, event: ComplaintEvent | ClockFact, at: datetime) -> Complaint:
    """Return the complaint after an event that happened at `at`; it never refuses one."""
    complaint = replace(complaint, version=complaint.version + 1)
    match event:
        case ComplaintReceived():
            return replace(complaint, received=event, received_at=at)
        case ComplaintReplied():
            return replace(complaint, replies=(*complaint.replies, Reply(at, event.text, event.final)))
        case ClockStarted() | ClockRescheduled() | ClockEnded() | ClockReopened():
            return replace(complaint, clocks=with_fact(complaint.clocks, event))
        case _:
            assert_never(event)


def subject(complaint: Complaint, setting: Setting) -> PlainSubject:
    """Return the complaint as the clockwork sees it: any reply counts, and what needs verification a final one."""
    received, since = complaint.known, complaint.known_since
    return PlainSubject(
        subject_id=complaint.complaint_id,
        scope="complaint",
        party_kind=received.party_kind,
        clocks=complaint.clocks,
        rulebooks=tuple(setting.named(received.rulebooks)),
        reached={
            "complaint_received": (since,),
            "complaint_needs_verification": (since,) if received.needs_verification else (),
            "complaint_replied": tuple(reply.at for reply in complaint.replies),
            "complaint_answered_finally": tuple(reply.at for reply in complaint.replies if reply.final),
        },
    )
