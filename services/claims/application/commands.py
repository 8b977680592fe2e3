"""Commands: load, decide, append, and decide anew where a race was lost."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from claims.application.answered import answered
from claims.application.attempts import business_time, expected, same_body, until_stored
from claims.application.calls import Caller, Envelope, NotFound, Outcome, PolicyOutcome, Standing
from claims.application.commits import ClaimOutcome, Heading, Scribe, answer_of, claim_commit
from claims.application.histories import Histories
from claims.application.merging import MakeMerge, Merging
from claims.application.persons import KeyRing
from claims.application.ports import CommandMetrics, EventStore, Reference
from claims.application.recorded import Basis
from claims.application.rows import Commit, Loaded, Scope
from claims.domain.claim.commands.report import Report
from claims.domain.claim.decide import Command, decide
from claims.domain.claim.evolve import fold as fold_claim
from claims.domain.claim.guards import possible
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import Terms
from claims.domain.policy.endorse import Endorse, endorse
from claims.domain.policy.ledger import Ledger, policy_stream_id
from claims.domain.policy.ledger import fold as fold_ledger

_EVERYBODY = Scope("worker")


@dataclass(frozen=True, slots=True)
class _View:
    """What one load shows: the claim and the ledger, decoded."""

    tenant: str
    claim: Claim
    ledger: Ledger
    policy_stream: UUID
    pen: KeyRing
    """The ring that new facts are sealed with."""
    now: datetime


class Commands:
    """Everything that changes a claim or a policy."""

    def __init__(
        self,
        store: EventStore,
        histories: Histories,
        reference: Reference,
        metrics: CommandMetrics,
        ids: Callable[[], UUID],
    ) -> None:
        self._store = store
        self._histories = histories
        self._reference = reference
        self._metrics = metrics
        self._ids = ids
        self._merging = Merging(store, histories, reference, metrics, ids)

    async def report(  # noqa: PLR0913, PLR0917 - a report names what does not exist yet
        self,
        caller: Caller,
        claim_id: UUID,
        tenant: str,
        policy_number: str,
        make: Callable[[datetime], Report],
        envelope: Envelope,
    ) -> Outcome:
        """Record a report; a retry answers with the claim that the first one made.

        Raises NotFound for a broker under a policy of another's, RuleViolation, InvalidFact, KeyReused, Contended.
        """
        policy_stream = policy_stream_id(tenant, policy_number)
        scope = Scope(caller.role, tenant, caller.broker)

        async def once() -> Outcome | None:
            loaded = await self._store.load(scope, [claim_id, policy_stream], envelope.key_hash)
            if loaded.answer is not None:
                return await answered(self._store, self._histories, scope, loaded, envelope)
            if policy_stream not in loaded.headers and await self._hidden(scope, policy_stream):
                raise NotFound("policy", policy_number)
            view = await self._view(scope, tenant, claim_id, policy_stream, loaded)
            return await self._decide(caller, view, make, envelope)

        return await until_stored(self._metrics, envelope, once)

    async def execute(
        self, caller: Caller, claim_id: UUID, make: Callable[[datetime], Command], envelope: Envelope
    ) -> Outcome:
        """Decide a command on a claim and record what follows; `make` gets business time for what has no moment.

        Raises NotFound, VersionMismatch, RuleViolation, InvalidFact, UnknownPart, KeyReused, Contended.
        """

        async def once() -> Outcome | None:
            loaded = await self._store.load(caller.scope, [claim_id], envelope.key_hash)
            if loaded.answer is not None:
                return await answered(self._store, self._histories, caller.scope, loaded, envelope)
            header = loaded.headers.get(claim_id)
            if loaded.tenant is None or header is None or header.policy_stream is None:
                raise NotFound("claim", str(claim_id))
            view = await self._view(caller.scope, loaded.tenant, claim_id, header.policy_stream, loaded)
            expected(envelope, view.claim.version)
            return await self._decide(caller, view, make, envelope)

        return await until_stored(self._metrics, envelope, once)

    async def merge(
        self, caller: Caller, claim_id: UUID, into_claim_id: UUID, make: MakeMerge, envelope: Envelope
    ) -> Outcome:
        """Merge a claim into another one of its policy; the answer is the claim that was merged.

        Raises NotFound, VersionMismatch, RuleViolation, InvalidFact, KeyReused, Contended.
        """
        return await self._merging.merge(caller, claim_id, into_claim_id, make, envelope)

    async def endorse(
        self, caller: Caller, tenant: str, number: str, make: Callable[[datetime], Endorse], envelope: Envelope
    ) -> PolicyOutcome:
        """Record an endorsement of a policy that a claim has made known.

        Raises NotFound, VersionMismatch, RuleViolation, InvalidFact, KeyReused, Contended.
        """
        stream = policy_stream_id(tenant, number)

        async def once() -> PolicyOutcome | None:
            loaded = await self._store.load(caller.scope, [stream], envelope.key_hash)
            ring = self._histories.ring_for(caller.scope, tenant, loaded)
            history = self._histories.decoded(loaded.events.get(stream, ()), ring)
            if loaded.answer is not None:
                same_body(loaded.answer, envelope)
                ledger = self._histories.ledger(history[: loaded.answer.version])
                return PolicyOutcome(tenant, ledger, loaded.answer.status, replayed=True)
            if not history:
                raise NotFound("policy", number)
            ledger = self._histories.ledger(history)
            expected(envelope, ledger.version)
            return await self._endorse(
                caller, stream, ledger, make(business_time(loaded)), business_time(loaded), envelope
            )

        return await until_stored(self._metrics, envelope, once)

    async def _decide(
        self, caller: Caller, view: _View, make: Callable[[datetime], Command], envelope: Envelope
    ) -> Outcome | None:
        command = make(view.now)
        decided = decide(view.claim, command, self._terms(view))
        history = ((fact, command.occurred_at) for fact in decided.claim)
        outcome = ClaimOutcome(
            decided, fold_claim(view.claim, history), fold_ledger(decided.policy, view.ledger), view.policy_stream
        )
        heading = self._heading(caller, view.tenant, command, view.now, outcome.claim.rulebooks, envelope)
        commit = claim_commit(Scribe(heading, self._histories.codec, view.pen), outcome, envelope)
        if not await self._store.append([commit]):
            return None
        standing = Standing(view.tenant, outcome.claim, outcome.ledger, view.now)
        return Outcome(standing, envelope.status, envelope.detail, replayed=False)

    async def _endorse(  # noqa: PLR0913, PLR0917 - as many things meet here
        self, caller: Caller, stream: UUID, ledger: Ledger, command: Endorse, now: datetime, envelope: Envelope
    ) -> PolicyOutcome | None:
        tenant = caller.tenant or ""
        possible("/occurred_at", command.occurred_at, now)
        decided = endorse(ledger, command)
        after = fold_ledger(decided, ledger)
        heading = self._heading(caller, tenant, command, now, (), envelope)
        scribe = Scribe(heading, self._histories.codec, self._histories.rings.ring(tenant))
        commit = Commit(
            command_id=heading.command_id,
            tenant=tenant,
            actor=heading.actor,
            correlation_id=heading.correlation_id,
            gates={stream: ledger.version + 1},
            events=scribe.numbered(stream, ledger.version, decided),
            answer=answer_of(envelope, stream, after.version, 0, now),
        )
        if not await self._store.append([commit]):
            return None
        return PolicyOutcome(tenant, after, envelope.status, replayed=False)

    async def _hidden(self, scope: Scope, stream: UUID) -> bool:
        """Say whether a stream that the caller does not see is there all the same.

        Only a broker can meet one: it would lose the race for the stream's first version for ever.
        """
        return scope.role == "broker" and stream in (await self._store.load(_EVERYBODY, [stream])).headers

    async def _view(self, scope: Scope, tenant: str, claim_id: UUID, policy_stream: UUID, loaded: Loaded) -> _View:
        ring = self._histories.ring_for(scope, tenant, loaded)
        claim = self._histories.decoded(loaded.events.get(claim_id, ()), ring)
        policy = self._histories.decoded(loaded.events.get(policy_stream, ()), ring)
        return _View(
            tenant=tenant,
            claim=self._histories.claim(claim_id, claim),
            ledger=self._histories.ledger(policy),
            policy_stream=policy_stream,
            pen=ring if ring.sighted else await self._pen(tenant, claim_id, new=not claim),
            now=business_time(loaded),
        )

    async def _pen(self, tenant: str, claim_id: UUID, *, new: bool) -> KeyRing:
        """Return the ring of a writer that reads nothing: a broker's facts are sealed with the tenant's keys too."""
        known = () if new else (await self._store.load(Scope("insurer", tenant), [claim_id])).person_keys
        return self._histories.rings.ring(tenant, known)

    def _terms(self, view: _View) -> Terms:
        return Terms(view.now, self._reference.rulebooks, self._reference.calendar, view.ledger)

    def _heading(  # noqa: PLR0913, PLR0917 - each is part of what all events of a command share
        self,
        caller: Caller,
        tenant: str,
        command: Command,
        now: datetime,
        rulebooks: tuple[str, ...],
        envelope: Envelope,
    ) -> Heading:
        return Heading(
            command_id=self._ids(),
            tenant=tenant,
            actor=caller.actor,
            occurred_at=command.occurred_at,
            judged_at=now,
            basis=Basis(rulebooks, self._reference.calendar.version),
            correlation_id=envelope.correlation_id,
        )
