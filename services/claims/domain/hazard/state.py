"""A hazard as its stream says it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from claims.domain.clock import Clock, with_fact
from claims.domain.clock_facts import ClockEnded, ClockFact, ClockReopened, ClockRescheduled, ClockStarted
from claims.domain.hazard.events import HazardEvent, HazardFound, HazardReported
from claims.domain.plain_subject import PlainSubject
from claims.domain.setting import Setting


class Status(StrEnum):
    """How far it has come."""

    OPEN = "open"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class Report:
    """A written report, and when it was made."""

    at: datetime
    recipients: tuple[str, ...]
    reference: str
    uri: str | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Hazard:
    """The state of a hazard's stream; version 0 is a hazard that does not exist yet."""

    hazard_id: UUID
    version: int = 0
    found: HazardFound | None = None
    found_at: datetime | None = None
    reports: tuple[Report, ...] = ()
    """In the order in which they were recorded."""
    clocks: Mapping[UUID, Clock] = field(default_factory=dict)

    @property
    def known(self) -> HazardFound:
        """Return what was found; LookupError before."""
        if self.found is None:
            raise LookupError("this hazard was never found")
        return self.found

    @property
    def known_since(self) -> datetime:
        """Return when it was found; LookupError before."""
        if self.found_at is None:
            raise LookupError("this hazard was never found")
        return self.found_at

    @property
    def rulebooks(self) -> tuple[str, ...]:
        """Return the references of the rulebooks that govern it."""
        return self.known.rulebooks

    @property
    def status(self) -> Status:
        """Return how far it has come."""
        return Status.REPORTED if self.reports else Status.OPEN


def evolve(hazard: Hazard, event: HazardEvent | ClockFact, at: datetime) -> Hazard:
    """Return the hazard after an event that happened at `at`; it never refuses one."""
    hazard = replace(hazard, version=hazard.version + 1)
    match event:
        case HazardFound():
            return replace(hazard, found=event, found_at=at)
        case HazardReported():
            report = Report(at, event.recipients, event.reference, event.uri, event.sha256)
            return replace(hazard, reports=(*hazard.reports, report))
        case ClockStarted() | ClockRescheduled() | ClockEnded() | ClockReopened():
            return replace(hazard, clocks=with_fact(hazard.clocks, event))
        case _:
            assert_never(event)


def subject(hazard: Hazard, setting: Setting) -> PlainSubject:
    """Return the hazard as the clockwork sees it."""
    found = hazard.known
    return PlainSubject(
        subject_id=hazard.hazard_id,
        scope="hazard",
        party_kind=found.party_kind,
        clocks=hazard.clocks,
        rulebooks=tuple(setting.named(found.rulebooks)),
        reached={
            "hazard_found": (hazard.known_since,),
            "hazard_reported": tuple(report.at for report in hazard.reports),
        },
    )
