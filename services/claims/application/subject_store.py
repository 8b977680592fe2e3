"""Subjects as they now stand, of whatever kind, without personal data: clocks need none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from claims.application.calls import ClockLevel
from claims.application.histories import Histories
from claims.application.ports import EventStore
from claims.application.rows import Scope
from claims.application.subjects import KINDS, State, SubjectKind

S = TypeVar("S", bound=State)


class UnknownKindError(Exception):
    """A stream is of a kind that the table of kinds does not know."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"there is no rule to fold a {kind}")
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Found:
    """A subject as it stands."""

    kind: SubjectKind[Any]
    tenant: str
    subject_id: UUID
    state: State
    now: datetime
    """Business time of the load."""


@dataclass(frozen=True, slots=True)
class SubjectStanding(Generic[S]):
    """A subject at one version, and the watch's word on its clocks where it is asked for.

    Without `levels` they are judged by the marks that had passed at `judged_at`, as an answer to a command is.
    """

    kind: SubjectKind[S]
    tenant: str
    subject_id: UUID
    state: S
    judged_at: datetime
    levels: Mapping[UUID, ClockLevel] | None = None


class SubjectStore:
    """Finds a subject by the id of its stream."""

    def __init__(self, store: EventStore, histories: Histories) -> None:
        self._store = store
        self._histories = histories

    async def found(self, scope: Scope, subject: UUID) -> Found | None:
        """Return a subject; None where there is none for the scope.

        Raises:
            UnknownKindError: there is a stream, and nobody has said how to fold it.
        """
        loaded = await self._store.load(scope, [subject])
        header = loaded.headers.get(subject)
        if loaded.tenant is None or loaded.now is None or header is None:
            return None
        kind = KINDS.get(header.kind)
        if kind is None:
            raise UnknownKindError(header.kind)
        history = self._histories.decoded(loaded.events[subject], self._histories.rings.blind())
        return Found(kind, loaded.tenant, subject, kind.after(subject, history), loaded.now)
