"""The kinds of things that have clocks, in one table: how a stream of each is folded, and what its clocks go by.

Whatever works on clocks (recalculation, explanations, rebuild, relay, lists) asks here and knows no kind by name.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar, get_args
from uuid import UUID

from claims.application.recorded import Recorded
from claims.domain.claim.clocks import ClaimSubject
from claims.domain.claim.evolve import evolve as evolve_claim
from claims.domain.claim.evolve import understood as understood_by_claims
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import Terms
from claims.domain.clock import Clock
from claims.domain.clock_facts import ClockFact
from claims.domain.clockwork import Subject, calendar_facts, clock_facts
from claims.domain.complaint.events import ComplaintEvent, ComplaintReceived
from claims.domain.complaint.state import Complaint
from claims.domain.complaint.state import evolve as evolve_complaint
from claims.domain.complaint.state import subject as complaint_subject
from claims.domain.hazard.events import HazardEvent
from claims.domain.hazard.state import Hazard
from claims.domain.hazard.state import evolve as evolve_hazard
from claims.domain.hazard.state import subject as hazard_subject
from claims.domain.periodic.clocks import SeriesSubject
from claims.domain.periodic.events import SeriesEvent
from claims.domain.periodic.series import Series
from claims.domain.periodic.series import evolve as evolve_series
from claims.domain.policy.ledger import Ledger
from claims.domain.setting import Setting


class State(Protocol):
    """What a stream comes to, whatever it is about; version 0 does not exist yet."""

    @property
    def version(self) -> int:
        """Return the version of its stream."""
        ...

    @property
    def rulebooks(self) -> tuple[str, ...]:
        """Return the references of the rulebooks that govern it."""
        ...

    @property
    def clocks(self) -> Mapping[UUID, Clock]:
        """Return the clocks that its stream knows."""
        ...


S = TypeVar("S", bound=State)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a subject is, and which broker sees it besides its tenant: the header of its stream."""

    region: str
    broker: str | None


@dataclass(frozen=True, slots=True)
class SubjectKind(Generic[S]):
    """One kind of thing that has clocks."""

    name: str
    """As streams and the watch's events name it."""
    path: str
    """The collection that names one outside: claims/{id}."""
    events: frozenset[type]
    """Every class of events that its stream can hold."""
    begun: Callable[[UUID], S]
    """The state before the first event."""
    evolve: Callable[[S, Any, datetime], S]
    subject: Callable[[S, Setting], Subject]
    """The state as the clockwork sees it."""
    place: Callable[[S], Place]
    is_of_a_party: bool = False
    """It is named outside by its party, whose code is the tenant: parties/{code}."""

    def folded(self, state: S, facts: Iterable[object], at: datetime) -> S:
        """Return the state after facts that happened at one moment."""
        for fact in facts:
            state = self.evolve(state, fact, at)
        return state

    def after(self, stream_id: UUID, history: Iterable[Recorded]) -> S:
        """Return the state after the stored events of its stream."""
        state = self.begun(stream_id)
        for recorded in history:
            state = self.evolve(state, recorded.event, recorded.occurred_at)
        return state

    def following(self, state: S, setting: Setting) -> tuple[ClockFact, ...]:
        """Return the facts that bring its clocks to what its other facts call for; empty if they are there."""
        return clock_facts(self.subject(state, setting), setting.now, setting.calendar)

    def recalculated(self, state: S, setting: Setting) -> tuple[ClockFact, ...]:
        """Return the facts that bring its running clocks to the calendar of the setting; empty if none moves.

        What a moved clock calls for comes with it: one that is due later can turn out to have been extended in time.
        """
        moved = calendar_facts(self.subject(state, setting), setting.now, setting.calendar)
        if not moved:
            return ()
        return (*moved, *self.following(self.folded(state, moved, setting.now), setting))


def _claim_subject(claim: Claim, setting: Setting) -> Subject:
    return ClaimSubject(claim, Terms(setting.now, setting.rulebooks, setting.calendar, Ledger()))


CLAIM: SubjectKind[Claim] = SubjectKind(
    name="claim",
    path="claims",
    events=understood_by_claims(),
    begun=Claim,
    evolve=evolve_claim,
    subject=_claim_subject,
    place=lambda claim: Place(claim.known_accident.region, claim.known_policy.broker),
)

COMPLAINT: SubjectKind[Complaint] = SubjectKind(
    name="complaint",
    path="complaints",
    events=frozenset({*get_args(ComplaintEvent), *get_args(ClockFact)}),
    begun=Complaint,
    evolve=evolve_complaint,
    subject=complaint_subject,
    place=lambda complaint: Place(complaint.known.region, None),
)

HAZARD: SubjectKind[Hazard] = SubjectKind(
    name="hazard",
    path="hazards",
    events=frozenset({*get_args(HazardEvent), *get_args(ClockFact)}),
    begun=Hazard,
    evolve=evolve_hazard,
    subject=hazard_subject,
    place=lambda hazard: Place(hazard.known.region, None),
)

PERIOD: SubjectKind[Series] = SubjectKind(
    name="period",
    path="parties",
    events=frozenset({*get_args(SeriesEvent), *get_args(ClockFact)}),
    begun=Series,
    evolve=evolve_series,
    subject=SeriesSubject,
    place=lambda series: Place(series.region, None),
    is_of_a_party=True,
)

KINDS: Mapping[str, SubjectKind[Any]] = {kind.name: kind for kind in (CLAIM, COMPLAINT, HAZARD, PERIOD)}
"""By name. A kind that is added here is recalculated, explained, rebuilt, relayed and listed like the others."""


def insurer_beside(first: object) -> str | None:
    """Return the insurer that hears of a broker's breach, by the first event of the subject; None where there is none.

    Where the subject is the insurer's own, it hears as the tenant.
    """
    if isinstance(first, ComplaintReceived) and first.insurer != first.party:
        return first.insurer
    return None


def subject_name(kind: str, subject: UUID, tenant: str) -> str:
    """Return what names a subject outside: claims/{id}, of a periodic report parties/{code}."""
    known = KINDS.get(kind)
    if known is None:
        return f"{kind}/{subject}"
    return f"{known.path}/{tenant if known.is_of_a_party else subject}"
