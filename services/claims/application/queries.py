"""Queries: what claims, clocks and the log look like to a caller; what it may not see is not there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from claims.application.calls import ClockLevel, NotFound, Standing
from claims.application.histories import Histories
from claims.application.pages import ClaimFilter, ClaimSummary, ClockFilter, ClockRow, Followed, Page
from claims.application.ports import EventStore
from claims.application.recorded import Recorded
from claims.application.rows import PersonKey, Position, Scope, StoredEventRow


@dataclass(frozen=True, slots=True)
class LogPage:
    """Events in log order, with the keys of persons that the scope may have."""

    rows: tuple[StoredEventRow, ...]
    person_keys: tuple[PersonKey, ...]
    next_cursor: str | None
    places: tuple[Position, ...] = ()
    """Where each event lies."""
    cursors: tuple[str, ...] = ()
    """The cursor behind each event."""


class ClaimList(Protocol):
    """The list of claims, newest report first."""

    async def page(self, scope: Scope, wanted: ClaimFilter, cursor: str | None, limit: int) -> Page[ClaimSummary]:
        """Return a page; BadCursor for a cursor that this list did not give."""
        ...


class ClockTable(Protocol):
    """The clocks as they stand, both sides of each."""

    async def page(self, scope: Scope, wanted: ClockFilter, cursor: str | None, limit: int) -> Page[ClockRow]:
        """Return a page ordered by due moment and id; BadCursor for a cursor that this list did not give."""
        ...

    async def of_subject(self, scope: Scope, subject: UUID) -> tuple[ClockRow, ...]:
        """Return every clock of a claim, ordered by due moment and id."""
        ...

    async def one(self, scope: Scope, clock_id: UUID) -> ClockRow | None:
        """Return a clock; None where there is none or it may not be seen."""
        ...


class Log(Protocol):
    """The events as a caller may read them."""

    async def tenant_of_claim(self, scope: Scope, claim_id: UUID) -> str | None:
        """Return whose claim it is; None where there is none or it may not be seen."""
        ...

    async def timeline(self, scope: Scope, tenant: str, claim_id: UUID, cursor: str | None, limit: int) -> LogPage:
        """Return the events of a claim and of its clocks; BadCursor for a cursor that the log did not give."""
        ...

    async def feed(self, scope: Scope, after: str | None, limit: int) -> LogPage:
        """Return all events that the scope may see, without gaps; BadCursor as above."""
        ...

    async def head(self) -> Position:
        """Return the place of the newest event that the feed can bring."""
        ...

    async def now(self) -> datetime:
        """Return business time."""
        ...

    async def edge(self) -> tuple[datetime, str]:
        """Return business time, and the cursor behind which everything that the feed brings is new."""
        ...


class Queries:
    """Everything that is read, for a scope at a time."""

    def __init__(
        self, store: EventStore, histories: Histories, claim_list: ClaimList, clocks: ClockTable, log: Log
    ) -> None:
        self._store = store
        self._histories = histories
        self._claim_list = claim_list
        self._clocks = clocks
        self._log = log

    async def claim(self, scope: Scope, claim_id: UUID) -> Standing:
        """Return a claim as it now stands, with the watch's word on its clocks. Raises NotFound."""
        loaded = await self._store.load(scope, [claim_id])
        header = loaded.headers.get(claim_id)
        if loaded.tenant is None or loaded.now is None or header is None or header.policy_stream is None:
            raise NotFound("claim", str(claim_id))
        ring = self._histories.ring_for(scope, loaded.tenant, loaded)
        history = self._histories.decoded(loaded.events.get(claim_id, ()), ring)
        policy = self._histories.decoded(loaded.events.get(header.policy_stream, ()), ring)
        clocks = await self._clocks.of_subject(scope, claim_id)
        return Standing(
            tenant=loaded.tenant,
            claim=self._histories.claim(claim_id, history),
            ledger=self._histories.ledger(policy),
            judged_at=loaded.now,
            levels={clock.clock_id: ClockLevel(clock.level, clock.withdrawn_at, clock.breached_at) for clock in clocks},
        )

    async def claims(
        self, scope: Scope, wanted: ClaimFilter, cursor: str | None = None, limit: int = 50
    ) -> Page[ClaimSummary]:
        """Return a page of claims, newest report first. Raises BadCursor."""
        return await self._claim_list.page(scope, wanted, cursor, limit)

    async def claim_clocks(self, scope: Scope, claim_id: UUID) -> tuple[ClockRow, ...]:
        """Return all clocks of a claim, the one that is due first in front. Raises NotFound."""
        await self._tenant_of(scope, claim_id)
        return await self._clocks.of_subject(scope, claim_id)

    async def subject_clocks(self, scope: Scope, subject: UUID) -> tuple[ClockRow, ...]:
        """Return all clocks of any subject that the scope may see, the one that is due first in front."""
        return await self._clocks.of_subject(scope, subject)

    async def clocks(
        self, scope: Scope, wanted: ClockFilter, cursor: str | None = None, limit: int = 50
    ) -> Page[ClockRow]:
        """Return a page of clocks, the one that is due first in front. Raises BadCursor."""
        return await self._clocks.page(scope, wanted, cursor, limit)

    async def clock(self, scope: Scope, clock_id: UUID) -> ClockRow:
        """Return one clock. Raises NotFound."""
        found = await self._clocks.one(scope, clock_id)
        if found is None:
            raise NotFound("clock", str(clock_id))
        return found

    async def timeline(
        self, scope: Scope, claim_id: UUID, cursor: str | None = None, limit: int = 50
    ) -> Page[Recorded]:
        """Return a page of what happened to a claim and its clocks, in log order. Raises NotFound, BadCursor."""
        tenant = await self._tenant_of(scope, claim_id)
        return self._decoded(scope, await self._log.timeline(scope, tenant, claim_id, cursor, limit))

    async def feed(self, scope: Scope, after: str | None = None, limit: int = 50) -> Page[Recorded]:
        """Return the events behind `after`, in log order and without gaps; fewer than `limit` when there are no more.

        A feed has no end: `next_cursor` is never None, and asking with it again later brings what came meanwhile.
        Raises BadCursor.
        """
        return self._decoded(scope, await self._log.feed(scope, after, limit))

    async def followed(self, scope: Scope, after: str | None, limit: int) -> tuple[tuple[Followed, ...], str | None]:
        """Return what `feed` does, each event with its place, and the cursor behind them all. Raises BadCursor."""
        page = await self._log.feed(scope, after, limit)
        events = self._decoded(scope, page).items
        found = zip(page.places, page.cursors, events, strict=True)
        return tuple(Followed(place, cursor, event) for place, cursor, event in found), page.next_cursor

    async def head(self) -> Position:
        """Return the place of the newest event that anybody's feed can bring."""
        return await self._log.head()

    async def now(self) -> datetime:
        """Return business time: the database's clock and, in a sandbox, its offset."""
        return await self._log.now()

    async def edge(self) -> tuple[datetime, str]:
        """Return business time, and the cursor of the feed behind which everything is new."""
        return await self._log.edge()

    async def _tenant_of(self, scope: Scope, claim_id: UUID) -> str:
        tenant = await self._log.tenant_of_claim(scope, claim_id)
        if tenant is None:
            raise NotFound("claim", str(claim_id))
        return tenant

    def _decoded(self, scope: Scope, page: LogPage) -> Page[Recorded]:
        """Those of a tenant read its persons; everybody else sees that there is something, and not what."""
        own, blind = scope.persons_of, self._histories.rings.blind()
        ring = blind if own is None else self._histories.rings.ring(own, page.person_keys)
        codec = self._histories.codec
        return Page(
            tuple(codec.decode(row, ring if row.tenant == own else blind) for row in page.rows), page.next_cursor
        )
