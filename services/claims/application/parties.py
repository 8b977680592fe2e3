"""Parties: registered by an administrator, read by those whom they are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from claims.application.attempts import business_time, expected, until_stored
from claims.application.calls import Caller, Envelope, NotFound
from claims.application.commits import Heading, Scribe
from claims.application.cursors import packed, unpacked
from claims.application.histories import Histories
from claims.application.pages import BadCursor, Page
from claims.application.ports import CommandMetrics, EventStore, Reference
from claims.application.recorded import Basis, Recorded
from claims.application.rows import Commit, Scope, StreamHeader
from claims.domain.party.events import PartyEvent
from claims.domain.party.party import Party, fold, party_stream_id
from claims.domain.party.register import RegisterParty, register_party

KIND = "party"
"""Of its stream."""
NOWHERE = "000000"
"""A party is in several regions, which change: no regulator sees its stream by a region."""

_LISTED = "parties"

MakeParty = Callable[[datetime], RegisterParty]


class PartyList(Protocol):
    """Which parties there are, by code."""

    async def codes(self, scope: Scope, after: str, limit: int) -> Sequence[str]:
        """Return up to `limit` codes behind another, in order, that the scope may see."""
        ...


@dataclass(frozen=True, slots=True)
class PartyOutcome:
    """The answer to a registration."""

    party: Party
    status: int
    """201 where the party was not registered before."""
    replayed: bool = False


class Parties:
    """Everything about who owes periodic reports where."""

    def __init__(  # noqa: PLR0913, PLR0917 - a command needs as much
        self,
        store: EventStore,
        histories: Histories,
        reference: Reference,
        listed: PartyList,
        metrics: CommandMetrics,
        ids: Callable[[], UUID],
    ) -> None:
        self._store = store
        self._histories = histories
        self._reference = reference
        self._listed = listed
        self._metrics = metrics
        self._ids = ids

    async def register(self, caller: Caller, code: str, make: MakeParty, envelope: Envelope) -> PartyOutcome:
        """Register a party or change what is registered; the same again stores nothing.

        Raises VersionMismatch, RuleViolation, InvalidFact, Contended.
        """

        async def once() -> PartyOutcome | None:
            party, now = await self._party(caller.scope, code)
            expected(envelope, party.version)
            command = make(now)
            decided = register_party(party, command)
            if not decided:
                return PartyOutcome(party, 200)
            after = fold(party, ((event, command.occurred_at) for event in decided))
            commit = self._commit(caller, party, decided, command, envelope)
            if not await self._store.append([commit]):
                return None
            return PartyOutcome(after, 200 if party.version else 201)

        return await until_stored(self._metrics, envelope, once)

    async def one(self, scope: Scope, code: str) -> Party:
        """Return a party as it is registered; NotFound."""
        party, _ = await self._party(scope, code)
        if not party.version:
            raise NotFound(KIND, code)
        return party

    async def page(self, scope: Scope, cursor: str | None, limit: int) -> Page[Party]:
        """Return up to `limit` parties behind the cursor, by code; BadCursor for one that this list did not give."""
        after = "" if cursor is None else _code_of(cursor)
        codes = await self._listed.codes(scope, after, limit + 1)
        loaded = await self._store.load(scope, [party_stream_id(code) for code in codes[:limit]])
        blind = self._histories.rings.blind()
        parties = tuple(
            party_after(code, self._histories.decoded(loaded.events.get(party_stream_id(code), ()), blind))
            for code in codes[:limit]
        )
        return Page(parties, packed([_LISTED, codes[limit - 1]]) if len(codes) > limit else None)

    async def _party(self, scope: Scope, code: str) -> tuple[Party, datetime]:
        stream = party_stream_id(code)
        loaded = await self._store.load(scope, [stream])
        history = self._histories.decoded(loaded.events.get(stream, ()), self._histories.rings.blind())
        return party_after(code, history), business_time(loaded)

    def _commit(
        self, caller: Caller, party: Party, decided: tuple[PartyEvent, ...], command: RegisterParty, envelope: Envelope
    ) -> Commit:
        stream = party_stream_id(party.code)
        heading = Heading(
            command_id=self._ids(),
            tenant=party.code,
            actor=caller.actor,
            occurred_at=command.occurred_at,
            judged_at=command.occurred_at,
            basis=Basis((), self._reference.calendar.version),
            correlation_id=envelope.correlation_id,
        )
        scribe = Scribe(heading, self._histories.codec, self._histories.rings.blind())
        return Commit(
            command_id=heading.command_id,
            tenant=heading.tenant,
            actor=heading.actor,
            correlation_id=heading.correlation_id,
            gates={stream: party.version + 1},
            events=scribe.numbered(stream, party.version, decided),
            streams=() if party.version else (StreamHeader(stream, KIND, NOWHERE),),
        )


def _code_of(cursor: str) -> str:
    try:
        listed, code = unpacked(cursor)
    except (ValueError, TypeError):
        raise BadCursor(cursor) from None
    if listed != _LISTED or not isinstance(code, str):
        raise BadCursor(cursor)
    return code


def party_after(code: str, history: Sequence[Recorded]) -> Party:
    """Return the party after the stored events of its stream, which holds no other kind of event."""
    return fold(Party(code), ((recorded.event, recorded.occurred_at) for recorded in history))  # type: ignore[misc]
