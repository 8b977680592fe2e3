"""Merges: two claims and the ledger of their policy are loaded, decided and stored together, or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from claims.application.answered import answered
from claims.application.attempts import business_time, expected, until_stored
from claims.application.calls import Caller, Envelope, NotFound, Outcome, Standing
from claims.application.clock_columns import clock_columns
from claims.application.commits import Heading, Scribe, answer_of
from claims.application.histories import Histories
from claims.application.persons import KeyRing
from claims.application.ports import CommandMetrics, EventStore, Reference
from claims.application.recorded import Basis
from claims.application.rows import Commit, Loaded
from claims.domain.claim.evolve import fold as fold_claim
from claims.domain.claim.merging import Merge, Merged, merge
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import Terms
from claims.domain.clock_facts import ClockFact
from claims.domain.policy.ledger import Ledger
from claims.domain.policy.ledger import fold as fold_ledger

MakeMerge = Callable[[datetime], Merge]
"""Makes the command of business time, for one that has no moment of its own."""


@dataclass(frozen=True, slots=True)
class _View:
    """What one load shows: both claims and the ledger, decoded."""

    tenant: str
    duplicate: Claim
    survivor: Claim
    ledger: Ledger
    policy_stream: UUID
    ring: KeyRing
    now: datetime


@dataclass(frozen=True, slots=True)
class Merging:
    """Merges duplicates; whoever changes one of the three streams meanwhile wins, and the merge is decided anew."""

    store: EventStore
    histories: Histories
    reference: Reference
    metrics: CommandMetrics
    ids: Callable[[], UUID]

    async def merge(
        self, caller: Caller, claim_id: UUID, into_claim_id: UUID, make: MakeMerge, envelope: Envelope
    ) -> Outcome:
        """Merge a claim into another one; the answer is the claim that was merged.

        Raises NotFound for a claim that the caller does not see, VersionMismatch (of the claim that is merged),
        RuleViolation, InvalidFact, KeyReused, Contended.
        """

        async def once() -> Outcome | None:
            loaded = await self.store.load(caller.scope, [claim_id, into_claim_id], envelope.key_hash)
            if loaded.answer is not None:
                return await answered(self.store, self.histories, caller.scope, loaded, envelope)
            view = self._view(caller, claim_id, into_claim_id, loaded)
            expected(envelope, view.duplicate.version)
            return await self._decide(caller, view, make(view.now), envelope)

        return await until_stored(self.metrics, envelope, once)

    def _view(self, caller: Caller, claim_id: UUID, into_claim_id: UUID, loaded: Loaded) -> _View:
        ring = self.histories.ring_for(caller.scope, loaded.tenant or "", loaded)
        claims: list[Claim] = []
        for each in (claim_id, into_claim_id):
            header = loaded.headers.get(each)
            if loaded.tenant is None or header is None or header.kind != "claim":
                raise NotFound("claim", str(each))
            claims.append(self.histories.claim(each, self.histories.decoded(loaded.events[each], ring)))
        policy_stream = loaded.headers[claim_id].policy_stream
        if loaded.tenant is None or policy_stream is None:
            raise NotFound("claim", str(claim_id))
        ledger = self.histories.ledger(self.histories.decoded(loaded.events[policy_stream], ring))
        return _View(loaded.tenant, claims[0], claims[1], ledger, policy_stream, ring, business_time(loaded))

    async def _decide(self, caller: Caller, view: _View, command: Merge, envelope: Envelope) -> Outcome | None:
        terms = Terms(view.now, self.reference.rulebooks, self.reference.calendar, view.ledger)
        merged = merge(view.duplicate, view.survivor, command, terms)
        duplicate = _after(view.duplicate, merged.duplicate, command)
        ledger = fold_ledger(merged.policy, view.ledger)
        commit = self._commit(caller, view, command, merged, envelope)
        if not await self.store.append([commit]):
            return None
        standing = Standing(view.tenant, duplicate, ledger, view.now)
        return Outcome(standing, envelope.status, envelope.detail, replayed=False)

    def _commit(self, caller: Caller, view: _View, command: Merge, merged: Merged, envelope: Envelope) -> Commit:
        """Write all three streams through one command; each claim's events name the rulebooks of their own claim."""
        command_id = self.ids()
        pens = [
            Scribe(self._heading(caller, view, command, claim, command_id, envelope), self.histories.codec, view.ring)
            for claim in (view.duplicate, view.survivor)
        ]
        about = pens[0].heading
        duplicate = _after(view.duplicate, merged.duplicate, command)
        survivor = _after(view.survivor, merged.survivor, command)
        ledger = fold_ledger(merged.policy, view.ledger)
        return Commit(
            command_id=command_id,
            tenant=view.tenant,
            actor=about.actor,
            correlation_id=about.correlation_id,
            gates={
                duplicate.claim_id: view.duplicate.version + 1,
                survivor.claim_id: view.survivor.version + 1,
                view.policy_stream: view.ledger.version + 1,
            },
            events=(
                *pens[0].numbered(duplicate.claim_id, view.duplicate.version, merged.duplicate),
                *pens[1].numbered(survivor.claim_id, view.survivor.version, merged.survivor),
                *pens[0].numbered(view.policy_stream, view.ledger.version, merged.policy),
            ),
            clocks=(
                *clock_columns(duplicate, _clocks_in(merged.duplicate)),
                *clock_columns(survivor, _clocks_in(merged.survivor)),
            ),
            person_keys=tuple(view.ring.new_keys),
            answer=answer_of(envelope, duplicate.claim_id, duplicate.version, ledger.version, view.now),
        )

    def _heading(  # noqa: PLR0913, PLR0917 - each is part of what all events of a command share
        self, caller: Caller, view: _View, command: Merge, claim: Claim, command_id: UUID, envelope: Envelope
    ) -> Heading:
        return Heading(
            command_id=command_id,
            tenant=view.tenant,
            actor=caller.actor,
            occurred_at=command.occurred_at,
            judged_at=view.now,
            basis=Basis(claim.rulebooks, self.reference.calendar.version),
            correlation_id=envelope.correlation_id,
        )


def _after(claim: Claim, facts: tuple[object, ...], command: Merge) -> Claim:
    return fold_claim(claim, ((fact, command.occurred_at) for fact in facts))


def _clocks_in(facts: tuple[object, ...]) -> set[UUID]:
    return {fact.clock_id for fact in facts if isinstance(fact, ClockFact)}
