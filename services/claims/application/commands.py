"""Commands: load, decide, append, and decide anew where a race was lost."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from claims.application.calls import (
    Caller,
    Contended,
    Envelope,
    KeyReused,
    NotFound,
    Outcome,
    PolicyOutcome,
    Standing,
    VersionMismatch,
)
from claims.application.commits import ClaimOutcome, Heading, Scribe, answer_of, claim_commit
from claims.application.histories import Histories
from claims.application.persons import KeyRing
from claims.application.ports import CommandMetrics, EventStore, Reference
from claims.application.recorded import Basis, Recorded
from claims.application.rows import Answer, Commit, Loaded, Scope
from claims.domain.claim.commands.report import Report
from claims.domain.claim.decide import Command, decide
from claims.domain.claim.evolve import fold as fold_claim
from claims.domain.claim.guards import possible
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import Terms
from claims.domain.errors import InvalidFact, RuleViolation, UnknownPart
from claims.domain.policy.endorse import Endorse, endorse
from claims.domain.policy.ledger import Ledger, policy_stream_id
from claims.domain.policy.ledger import fold as fold_ledger

ATTEMPTS = 20
"""How often a command that lost a race is decided anew before the caller is told to try again."""

_INVALID = (InvalidFact, UnknownPart, NotFound, VersionMismatch, KeyReused)
_EVERYBODY = Scope("worker")

Done = TypeVar("Done", Outcome, PolicyOutcome)


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
                return await self._answered(scope, loaded, envelope)
            if policy_stream not in loaded.headers and await self._hidden(scope, policy_stream):
                raise NotFound("policy", policy_number)
            view = await self._view(scope, tenant, claim_id, policy_stream, loaded)
            return await self._decide(caller, view, make, envelope)

        return await self._until_stored(envelope, once)

    async def execute(
        self, caller: Caller, claim_id: UUID, make: Callable[[datetime], Command], envelope: Envelope
    ) -> Outcome:
        """Decide a command on a claim and record what follows; `make` gets business time for what has no moment.

        Raises NotFound, VersionMismatch, RuleViolation, InvalidFact, UnknownPart, KeyReused, Contended.
        """

        async def once() -> Outcome | None:
            loaded = await self._store.load(caller.scope, [claim_id], envelope.key_hash)
            if loaded.answer is not None:
                return await self._answered(caller.scope, loaded, envelope)
            header = loaded.headers.get(claim_id)
            if loaded.tenant is None or header is None or header.policy_stream is None:
                raise NotFound("claim", str(claim_id))
            view = await self._view(caller.scope, loaded.tenant, claim_id, header.policy_stream, loaded)
            _expected(envelope, view.claim.version)
            return await self._decide(caller, view, make, envelope)

        return await self._until_stored(envelope, once)

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
                _same_body(loaded.answer, envelope)
                ledger = self._histories.ledger(history[: loaded.answer.version])
                return PolicyOutcome(tenant, ledger, loaded.answer.status, replayed=True)
            if not history:
                raise NotFound("policy", number)
            ledger = self._histories.ledger(history)
            _expected(envelope, ledger.version)
            return await self._endorse(caller, stream, ledger, make(_now(loaded)), _now(loaded), envelope)

        return await self._until_stored(envelope, once)

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

    async def _answered(self, scope: Scope, loaded: Loaded, envelope: Envelope) -> Outcome:
        """Render the first answer again, as of the versions that it was given at."""
        answer = loaded.answer
        if answer is None:
            raise LookupError("there is no earlier answer")
        _same_body(answer, envelope)
        if answer.stream_id not in loaded.headers:
            loaded = await self._store.load(scope, [answer.stream_id])
        header = loaded.headers[answer.stream_id]
        if loaded.tenant is None or header.policy_stream is None:
            raise NotFound("claim", str(answer.stream_id))
        ring = self._histories.ring_for(scope, loaded.tenant, loaded)
        rows = loaded.events[answer.stream_id]
        history = self._histories.decoded(rows, ring, answer.version)
        policy = self._histories.decoded(loaded.events[header.policy_stream], ring, answer.companion_version)
        claim = self._histories.claim(answer.stream_id, history)
        standing = Standing(loaded.tenant, claim, self._histories.ledger(policy), _judged_at(answer, history))
        return Outcome(standing, answer.status, answer.detail, replayed=True)

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
            now=_now(loaded),
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

    async def _until_stored(self, envelope: Envelope, once: Callable[[], Awaitable[Done | None]]) -> Done:
        """Try anew, on the newest state and in a new transaction, until the command is stored or answered; count it."""
        try:
            for _ in range(ATTEMPTS):
                done = await once()
                if done is not None:
                    self._metrics.command_done(envelope.command, "replayed" if done.replayed else "stored")
                    return done
                self._metrics.race_lost()
        except RuleViolation as violation:
            self._metrics.command_refused(envelope.command, violation.rule.code)
            raise
        except _INVALID:
            self._metrics.command_done(envelope.command, "invalid")
            raise
        self._metrics.command_done(envelope.command, "contended")
        raise Contended


def _expected(envelope: Envelope, version: int) -> None:
    if envelope.if_match not in {None, version}:
        raise VersionMismatch(envelope.if_match or 0, version)


def _now(loaded: Loaded) -> datetime:
    if loaded.now is None:
        raise LookupError("the load brought no business time")
    return loaded.now


def _same_body(answer: Answer, envelope: Envelope) -> None:
    if answer.body_hash != envelope.body_hash:
        raise KeyReused


def _judged_at(answer: Answer, history: tuple[Recorded, ...]) -> datetime:
    return answer.judged_at or history[answer.version - 1].recorded_at
