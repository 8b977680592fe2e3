"""Complaints and hazards in a dictionary, decided by the real rules."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.support.story import calendar, rulebooks
from tests.unit.api.fakes import START

from claims.application.calls import Caller, Envelope, NotFound
from claims.application.pages import Page
from claims.application.rows import Scope
from claims.application.subject_commands import AboutClaim, Order, SubjectOutcome
from claims.application.subject_queries import SubjectFilter, SubjectSummary
from claims.application.subject_store import SubjectStanding
from claims.application.subjects import SubjectKind
from claims.domain.setting import Setting

CLAIM_ABOUT = UUID("01900000-0000-7000-8000-00000000c1a1")
"""The one claim that everybody sees."""


@dataclass
class FakeSubjects:
    """Commands and queries; `sent` holds what the interface handed over, `filters` what lists were asked for."""

    known: dict[UUID, SubjectStanding[Any]] = field(default_factory=dict)
    answers: dict[bytes, SubjectOutcome[Any]] = field(default_factory=dict)
    filters: list[SubjectFilter] = field(default_factory=list)

    async def execute(self, caller: Caller, order: Order[Any, Any], envelope: Envelope) -> SubjectOutcome[Any]:
        if envelope.key_hash in self.answers:
            first = self.answers[envelope.key_hash]
            return SubjectOutcome(first.standing, first.status, replayed=True)
        if order.about not in {None, CLAIM_ABOUT}:
            raise NotFound("claim", str(order.about))
        tenant = order.opened_in or self._seen(caller.scope, order.kind, order.subject_id).tenant
        begun = order.kind.begun(order.subject_id)
        before = begun if order.opened_in else self.known[order.subject_id].state
        setting = Setting(START, rulebooks(), calendar())
        command = order.make(START, AboutClaim("picc-sz", "440300") if order.about else None)
        after = order.kind.folded(before, order.decide(before, command, setting), command.occurred_at)
        after = order.kind.folded(after, order.kind.following(after, setting), command.occurred_at)
        standing = SubjectStanding(order.kind, tenant, order.subject_id, after, START)
        self.known[order.subject_id] = standing
        outcome = SubjectOutcome(standing, envelope.status, replayed=False)
        self.answers[envelope.key_hash] = outcome
        return outcome

    async def one(self, scope: Scope, kind: SubjectKind[Any], subject: UUID) -> SubjectStanding[Any]:
        return self._seen(scope, kind, subject)

    async def page(
        self, scope: Scope, kind: str, wanted: SubjectFilter, cursor: str | None, limit: int, /
    ) -> Page[SubjectSummary]:
        self.filters.append(wanted)
        return Page((), None)

    def _seen(self, scope: Scope, kind: SubjectKind[Any], subject: UUID) -> SubjectStanding[Any]:
        found = self.known.get(subject)
        if found is None or found.kind is not kind or scope.persons_of not in {None, found.tenant}:
            raise NotFound(kind.name, str(subject))
        return found
