"""Subjects other than claims as a caller reads them: one by one, and in lists."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from claims.application.calls import ClockLevel, NotFound
from claims.application.histories import Histories
from claims.application.pages import Page
from claims.application.ports import EventStore
from claims.application.queries import ClockTable
from claims.application.rows import Scope
from claims.application.subject_store import SubjectStanding
from claims.application.subjects import State, SubjectKind

S = TypeVar("S", bound=State)


@dataclass(frozen=True, slots=True)
class SubjectFilter:
    """Which subjects of a kind are asked for; None asks for all."""

    status: str | None = None
    party: str | None = None
    region: str | None = None
    nature: str | None = None
    claim_id: UUID | None = None
    begun_from: datetime | None = None
    begun_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class SubjectSummary:
    """A row of a list of subjects. It holds no personal data."""

    tenant: str
    subject_id: UUID
    version: int
    party_kind: str
    nature: str
    """Which kind of complaint or hazard it is."""
    status: str
    region: str
    claim_id: UUID | None
    begun_at: datetime


class SubjectList(Protocol):
    """The subjects of each kind, the one that began last in front."""

    async def page(
        self, scope: Scope, kind: str, wanted: SubjectFilter, cursor: str | None, limit: int
    ) -> Page[SubjectSummary]:
        """Return a page; BadCursor for a cursor that this list did not give."""
        ...


class SubjectQueries:
    """What is read of subjects, for a scope at a time."""

    def __init__(self, store: EventStore, histories: Histories, clocks: ClockTable, listed: SubjectList) -> None:
        self._store = store
        self._histories = histories
        self._clocks = clocks
        self._listed = listed

    async def one(self, scope: Scope, kind: SubjectKind[S], subject: UUID) -> SubjectStanding[S]:
        """Return a subject as it now stands, with the watch's word on its clocks. Raises NotFound."""
        loaded = await self._store.load(scope, [subject])
        header = loaded.headers.get(subject)
        if loaded.tenant is None or loaded.now is None or header is None or header.kind != kind.name:
            raise NotFound(kind.name, str(subject))
        ring = self._histories.ring_for(scope, loaded.tenant, loaded)
        state = kind.after(subject, self._histories.decoded(loaded.events.get(subject, ()), ring))
        rows = await self._clocks.of_subject(scope, subject)
        levels = {row.clock_id: ClockLevel(row.level, row.withdrawn_at, row.breached_at) for row in rows}
        return SubjectStanding(kind, loaded.tenant, subject, state, loaded.now, levels)

    async def page(
        self, scope: Scope, kind: str, wanted: SubjectFilter, cursor: str | None = None, limit: int = 50
    ) -> Page[SubjectSummary]:
        """Return a page of a kind's subjects, the one that began last in front. Raises BadCursor."""
        return await self._listed.page(scope, kind, wanted, cursor, limit)
