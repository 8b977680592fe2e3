"""Commands on subjects of one stream: load, decide, let the clocks follow, append; after a lost race, anew."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeAlias, TypeVar
from uuid import UUID

from claims.application.attempts import business_time, expected, judged_at, same_body, until_stored
from claims.application.calls import Caller, Envelope, NotFound
from claims.application.clock_columns import subject_columns
from claims.application.commits import Heading, Scribe, answer_of
from claims.application.histories import Histories
from claims.application.persons import KeyRing
from claims.application.ports import CommandMetrics, EventStore, Reference
from claims.application.recorded import Basis
from claims.application.rows import Commit, Loaded, Scope, StreamHeader
from claims.application.subject_store import SubjectStanding
from claims.application.subjects import CLAIM, State, SubjectKind
from claims.domain.clock_facts import ClockFact
from claims.domain.setting import Setting

S = TypeVar("S", bound=State)


class Command(Protocol):
    """What somebody wants recorded; it happened at `occurred_at`."""

    @property
    def occurred_at(self) -> datetime:
        """Return when it happened, as an aware instant."""
        ...


C = TypeVar("C", bound=Command)


@dataclass(frozen=True, slots=True)
class AboutClaim:
    """What a command is told of the claim that it is about."""

    insurer: str
    """Whose it is."""
    region: str
    """Where the accident happened."""


Making: TypeAlias = Callable[[datetime, AboutClaim | None], C]
"""Makes the command: of business time, for what has no moment, and of the claim that it is about."""


@dataclass(frozen=True, slots=True)
class Order(Generic[S, C]):
    """A command as it is sent: to what, how it is made, and by which rules it is decided."""

    kind: SubjectKind[S]
    subject_id: UUID
    make: Making[C]
    decide: Callable[[S, C, Setting], tuple[object, ...]]
    """The facts that follow, clocks aside; raises what the caller is refused with."""
    opened_in: str | None = None
    """The tenant, for a command that begins a subject; None: it has to be there."""
    about: UUID | None = None
    """A claim that the caller has to see."""
    tag: Callable[[], Awaitable[str]] | None = None
    """Reads what If-Match is held against; None: the version of the subject."""


@dataclass(frozen=True, slots=True)
class SubjectOutcome(Generic[S]):
    """The answer to a command: the subject as it then stood."""

    standing: SubjectStanding[S]
    status: int
    replayed: bool


@dataclass(frozen=True, slots=True)
class _View(Generic[S]):
    """What one load shows."""

    tenant: str
    state: S
    ring: KeyRing
    now: datetime
    claim: AboutClaim | None
    """The claim that the command is about."""


class SubjectCommands:
    """Everything that changes a subject whose commands touch its own stream alone."""

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

    async def execute(self, caller: Caller, order: Order[S, C], envelope: Envelope) -> SubjectOutcome[S]:
        """Decide a command and record what follows; a retry answers as of the version that the first one made.

        Raises NotFound, VersionMismatch, RuleViolation, InvalidFact, KeyReused, Contended.
        """
        scope = Scope(caller.role, order.opened_in or caller.tenant, caller.broker)
        streams = [order.subject_id] if order.about is None else [order.subject_id, order.about]

        async def once() -> SubjectOutcome[S] | None:
            loaded = await self._store.load(scope, streams, envelope.key_hash)
            if loaded.answer is not None:
                return await self._answered(scope, order, loaded, envelope)
            view = self._view(scope, order, loaded)
            if envelope.if_match is not None:
                expected(envelope, view.state.version if order.tag is None else await order.tag())
            return await self._decide(caller, order, view, envelope)

        return await until_stored(self._metrics, envelope, once)

    def _view(self, scope: Scope, order: Order[S, C], loaded: Loaded) -> _View[S]:
        tenant = order.opened_in or loaded.tenant
        header = loaded.headers.get(order.subject_id)
        if tenant is None or (header is None) is (order.opened_in is None):
            raise NotFound(order.kind.name, str(order.subject_id))
        if header is not None and header.kind != order.kind.name:
            raise NotFound(order.kind.name, str(order.subject_id))
        ring = self._histories.ring_for(scope, tenant, loaded)
        history = self._histories.decoded(loaded.events.get(order.subject_id, ()), ring)
        state = order.kind.after(order.subject_id, history)
        return _View(tenant, state, ring, business_time(loaded), _about(order, loaded))

    async def _decide(
        self, caller: Caller, order: Order[S, C], view: _View[S], envelope: Envelope
    ) -> SubjectOutcome[S] | None:
        kind, setting = order.kind, Setting(view.now, self._reference.rulebooks, self._reference.calendar)
        command = order.make(view.now, view.claim)
        decided = order.decide(view.state, command, setting)
        so_far = kind.folded(view.state, decided, command.occurred_at)
        clocks = kind.following(so_far, setting)
        after = kind.folded(so_far, clocks, command.occurred_at)
        heading = Heading(
            command_id=self._ids(),
            tenant=view.tenant,
            actor=caller.actor,
            occurred_at=command.occurred_at,
            judged_at=view.now,
            basis=Basis(after.rulebooks, setting.calendar.version),
            correlation_id=envelope.correlation_id,
        )
        scribe = Scribe(heading, self._histories.codec, view.ring)
        commit = _commit(scribe, order, view.state.version, after, (*decided, *clocks), envelope)
        if not await self._store.append([commit]):
            return None
        standing = SubjectStanding(kind, view.tenant, order.subject_id, after, view.now)
        return SubjectOutcome(standing, envelope.status, replayed=False)

    async def _answered(
        self, scope: Scope, order: Order[S, C], loaded: Loaded, envelope: Envelope
    ) -> SubjectOutcome[S]:
        """Render the first answer again; a retry of what begins a subject comes with another id for it."""
        answer = loaded.answer
        if answer is None:
            raise LookupError("there is no earlier answer")
        same_body(answer, envelope)
        if answer.stream_id not in loaded.headers:
            loaded = await self._store.load(scope, [answer.stream_id])
        if answer.stream_id not in loaded.headers or loaded.tenant is None:
            raise NotFound(order.kind.name, str(answer.stream_id))
        ring = self._histories.ring_for(scope, loaded.tenant, loaded)
        history = self._histories.decoded(loaded.events[answer.stream_id], ring, answer.version)
        state, judged = order.kind.after(answer.stream_id, history), judged_at(answer, history)
        standing = SubjectStanding(order.kind, loaded.tenant, answer.stream_id, state, judged)
        return SubjectOutcome(standing, answer.status, replayed=True)


def _about(order: Order[S, C], loaded: Loaded) -> AboutClaim | None:
    """Return the claim that the command is about; NotFound for one that the caller does not see."""
    if order.about is None:
        return None
    header = loaded.headers.get(order.about)
    if header is None or header.kind != CLAIM.name:
        raise NotFound(CLAIM.name, str(order.about))
    return AboutClaim(loaded.events[order.about][0].tenant, header.region)


def _commit(  # noqa: PLR0913, PLR0917 - as many things meet here
    scribe: Scribe, order: Order[S, C], before: int, after: S, facts: tuple[object, ...], envelope: Envelope
) -> Commit:
    heading, stream, place = scribe.heading, order.subject_id, order.kind.place(after)
    header = StreamHeader(stream, order.kind.name, place.region, None, place.broker)
    changed = {fact.clock_id for fact in facts if isinstance(fact, ClockFact)}
    events = scribe.numbered(stream, before, facts)
    return Commit(
        command_id=heading.command_id,
        tenant=heading.tenant,
        actor=heading.actor,
        correlation_id=heading.correlation_id,
        gates={stream: before + 1},
        events=events,
        streams=(header,) if before == 0 else (),
        clocks=subject_columns(stream, place.region, after.clocks, changed),
        person_keys=tuple(scribe.ring.new_keys),
        answer=answer_of(envelope, stream, after.version, 0, heading.judged_at),
    )
