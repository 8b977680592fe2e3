"""Receive a complaint, and reply to it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from claims.domain.claim.guards import possible
from claims.domain.complaint.events import ComplaintEvent, ComplaintReceived, ComplaintReplied
from claims.domain.complaint.state import Complaint
from claims.domain.errors import Rule, RuleViolation, invalid
from claims.domain.governed import governed_region
from claims.domain.moments import to_shanghai
from claims.domain.setting import Setting

ANSWERED_ONCE = Rule("complaint-answered", "SZ-27 (3)", "Nothing is replied after the final answer")


@dataclass(frozen=True, slots=True)
class ReceiveComplaint:
    """A complaint or an enquiry was accepted at `occurred_at`."""

    occurred_at: datetime
    party: str
    party_kind: str
    region: str | None
    """None: that of the claim."""
    kind: str
    needs_verification: bool
    claim_id: UUID | None
    claim_region: str | None
    """Where the accident of the claim happened; None without a claim."""
    insurer: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The party replied at `occurred_at`."""

    occurred_at: datetime
    text: str
    final: bool


def decide(complaint: Complaint, command: ReceiveComplaint | Reply, setting: Setting) -> tuple[ComplaintEvent, ...]:
    """Return the facts that follow from a command, its clocks aside.

    Raises RuleViolation for a reply after the final answer, InvalidFact for a moment or a region that cannot be.
    """
    possible("/occurred_at", command.occurred_at, setting.now)
    if isinstance(command, ReceiveComplaint):
        return (_received(command, setting),)
    return (_replied(complaint, command),)


def _received(command: ReceiveComplaint, setting: Setting) -> ComplaintReceived:
    region = _region(command, setting)
    return ComplaintReceived(
        party=command.party,
        party_kind=command.party_kind,
        region=region,
        kind=command.kind,
        needs_verification=command.needs_verification,
        claim_id=command.claim_id,
        insurer=command.insurer,
        text=command.text,
        rulebooks=setting.applied(region, command.occurred_at),
    )


def _region(command: ReceiveComplaint, setting: Setting) -> str:
    """What is about a claim lies where its accident does, or whoever owes the reply could choose its rules."""
    if command.claim_region is None:
        return governed_region(command.region, "complaint", command.occurred_at, setting)
    if command.region not in {None, command.claim_region}:
        raise invalid("/region", f"The accident of the claim happened in {command.claim_region}: use that, or none.")
    return command.claim_region


def _replied(complaint: Complaint, command: Reply) -> ComplaintReplied:
    """A reply that is recorded late counts as of its moment: before the final answer it is one like any other."""
    if command.occurred_at < complaint.known_since:
        since = to_shanghai(complaint.known_since).isoformat()
        raise invalid("/occurred_at", f"This cannot have happened before the complaint was received ({since}).")
    answered_at = complaint.answered_at
    if answered_at is not None and (command.final or command.occurred_at >= answered_at):
        detail = f"The final answer was given on {to_shanghai(answered_at).isoformat()}."
        raise RuleViolation(ANSWERED_ONCE, detail, answered_at=to_shanghai(answered_at).isoformat())
    return ComplaintReplied(command.text, command.final)
