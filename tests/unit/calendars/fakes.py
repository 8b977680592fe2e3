"""Calendars in memory: versions in a list, clocks in another."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from tests.support.story import at, calendar, rulebooks

from claims.application.calendars import Calendars, ClockKey
from claims.application.pages import ClockRow
from claims.application.recalculation import Planned
from claims.application.rows import Scope
from claims.application.subject_store import Found
from claims.application.subjects import CLAIM
from claims.domain.claim.state import Claim
from claims.domain.setting import Setting
from claims.domain.working_days import Calendar


@dataclass
class FakeCalendars:
    """The versions of the calendar; `races` is how many publications are lost to somebody else."""

    versions: list[Calendar] = field(default_factory=lambda: [calendar()])
    sources: list[tuple[str, str]] = field(default_factory=list)
    races: int = 0

    async def newest(self) -> Calendar:
        return self.versions[-1]

    async def publish(self, after: Calendar, /, source: str, recorded_by: str) -> bool:
        if self.races:
            self.races -= 1
            return False
        self.versions.append(after)
        self.sources.append((source, recorded_by))
        return True

    async def version(self, version: int) -> Calendar:
        return next(each for each in self.versions if each.version == version)


@dataclass
class FakeClocks:
    """Rows in the order of their keys."""

    rows: Sequence[ClockRow] = ()

    async def running(self, scope: Scope, before: int, after: ClockKey, limit: int) -> tuple[ClockRow, ...]:
        behind = (row for row in sorted(self.rows, key=ClockKey.of) if ClockKey.of(row) > after)
        return tuple(row for row in behind if row.ended_at is None and row.calendar_version < before)[:limit]


@dataclass
class FakePlanner:
    """Plans with the real rule, on claims in memory."""

    claims: dict[UUID, Claim] = field(default_factory=dict)
    asked: list[UUID] = field(default_factory=list)
    now: str = "2026-12-07 12:00"

    async def plan(self, scope: Scope, subject: UUID, wanted: Calendar, /) -> Planned | None:
        self.asked.append(subject)
        claim = self.claims.get(subject)
        if claim is None:
            return None
        setting = Setting(at(self.now), rulebooks(), wanted)
        found = Found(CLAIM, "picc-sz", subject, claim, setting.now)
        return Planned(found, CLAIM.recalculated(claim, setting))


def calendars(
    store: FakeCalendars | None = None, clocks: FakeClocks | None = None, planner: FakePlanner | None = None
) -> Calendars:
    """Return the calendar's handlers over fakes."""
    versions = store or FakeCalendars()
    return Calendars(versions, versions, clocks or FakeClocks(), planner or FakePlanner())
