"""From decided facts to the commit that stores them: numbered, encoded, with clocks, keys and the answer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from claims.application.calls import Envelope
from claims.application.clock_columns import clock_columns
from claims.application.persons import KeyRing
from claims.application.ports import Codec
from claims.application.recorded import Basis
from claims.application.rows import Answer, Commit, NewEvent, StreamHeader
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import Decided
from claims.domain.clock_facts import ClockFact
from claims.domain.policy.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Heading:
    """What all events of a command share."""

    command_id: UUID
    tenant: str
    actor: str
    occurred_at: datetime
    judged_at: datetime
    """Business time of the decision."""
    basis: Basis
    correlation_id: str


@dataclass(frozen=True, slots=True)
class ClaimOutcome:
    """A decided command on a claim, with both streams as they become."""

    decided: Decided
    claim: Claim
    """After the command."""
    ledger: Ledger
    """After the command."""
    policy_stream: UUID


@dataclass(frozen=True, slots=True)
class Scribe:
    """Writes events down under one heading, with the keys of one load."""

    heading: Heading
    codec: Codec
    ring: KeyRing

    def numbered(self, stream_id: UUID, after_version: int, events: tuple[object, ...]) -> tuple[NewEvent, ...]:
        """Encode events as the next versions of a stream that is at `after_version`."""
        about = self.heading
        return tuple(
            self.codec.encode(about.tenant, stream_id, version, event, about.basis, about.occurred_at, self.ring)
            for version, event in enumerate(events, after_version + 1)
        )


def claim_commit(scribe: Scribe, outcome: ClaimOutcome, envelope: Envelope) -> Commit:
    """Return the commit of a command on a claim: its events, the policy's, its changed clocks, new keys of persons."""
    claim, decided, heading = outcome.claim, outcome.decided, scribe.heading
    claim_before = claim.version - len(decided.claim)
    policy_before = outcome.ledger.version - len(decided.policy)
    gates = {claim.claim_id: claim_before + 1}
    if decided.policy:
        gates[outcome.policy_stream] = policy_before + 1
    events = (
        *scribe.numbered(claim.claim_id, claim_before, decided.claim),
        *scribe.numbered(outcome.policy_stream, policy_before, decided.policy),
    )
    changed = {fact.clock_id for fact in decided.claim if isinstance(fact, ClockFact)}
    return Commit(
        command_id=heading.command_id,
        tenant=heading.tenant,
        actor=heading.actor,
        correlation_id=heading.correlation_id,
        gates=gates,
        events=events,
        streams=_headers(outcome, claim_before, policy_before),
        clocks=clock_columns(claim, changed),
        person_keys=tuple(scribe.ring.new_keys),
        answer=answer_of(envelope, claim.claim_id, claim.version, outcome.ledger.version, heading.judged_at),
    )


def answer_of(envelope: Envelope, stream_id: UUID, version: int, companion_version: int, judged_at: datetime) -> Answer:
    """Return what is kept for a retry."""
    return Answer(
        key_hash=envelope.key_hash,
        body_hash=envelope.body_hash,
        status=envelope.status,
        stream_id=stream_id,
        version=version,
        companion_version=companion_version,
        judged_at=judged_at,
        detail=envelope.detail,
        kept_for_ever=envelope.kept_for_ever,
    )


def _headers(outcome: ClaimOutcome, claim_before: int, policy_before: int) -> tuple[StreamHeader, ...]:
    claim, policy = outcome.claim, outcome.claim.known_policy
    headers: list[StreamHeader] = []
    if claim_before == 0:
        region = claim.known_accident.region
        headers.append(StreamHeader(claim.claim_id, "claim", region, outcome.policy_stream, policy.broker))
    if policy_before == 0 and outcome.decided.policy:
        headers.append(StreamHeader(outcome.policy_stream, "policy", policy.region, None, policy.broker))
    return tuple(headers)
