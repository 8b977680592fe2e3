"""Parties and periodic reports in memory: real decisions, no database."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from tests.support.story import at, calendar, rulebooks

from claims.application.calls import Caller, Envelope, KeyReused, NotFound, VersionMismatch
from claims.application.pages import Page
from claims.application.parties import MakeParty, PartyOutcome
from claims.application.rows import Scope
from claims.application.subjects import PERIOD
from claims.application.submissions import PERIODIC, MakeSubmission, SubmissionOutcome
from claims.domain.clockwork import clock_id
from claims.domain.errors import RuleViolation
from claims.domain.party.events import PartyRegistered
from claims.domain.party.party import Party, fold
from claims.domain.party.register import register_party
from claims.domain.periodic.opening import next_step, series_of
from claims.domain.periodic.series import Series
from claims.domain.periodic.submit import submit_report
from claims.domain.setting import Setting


@dataclass
class FakeParties:
    """Who is registered; everybody but an administrator sees itself."""

    now: Callable[[], datetime]
    known: dict[str, Party] = field(default_factory=dict)

    async def register(self, caller: Caller, code: str, make: MakeParty, envelope: Envelope) -> PartyOutcome:
        before = self.known.get(code, Party(code))
        if envelope.if_match not in {None, before.version}:
            raise VersionMismatch(envelope.if_match or 0, before.version)
        decided = register_party(before, make(self.now()))
        self.known[code] = fold(before, ((event, self.now()) for event in decided))
        return PartyOutcome(self.known[code], 200 if before.version else 201)

    async def one(self, scope: Scope, code: str) -> Party:
        if code not in self.known or (scope.role != "admin" and code not in {scope.tenant, scope.broker}):
            raise NotFound("party", code)
        return self.known[code]

    async def page(self, scope: Scope, cursor: str | None, limit: int) -> Page[Party]:
        seen = [each for each in self.known.values() if scope.role == "admin" or each.code == scope.tenant]
        return Page(tuple(seen[:limit]), None)


def a_series() -> Series:
    """What picc-sz owes by SZ-28.1q on 2 April 2026: the report on the first quarter."""
    party = fold(
        Party("picc-sz"),
        [(PartyRegistered("picc-sz", "insurer", ("440300",), at("2026-01-01 00:00").date()), at("2026-03-02 00:00"))],
    )
    setting = Setting(at("2026-04-02 00:00"), rulebooks(), calendar())
    key = next(each for each in series_of("picc-sz", rulebooks().values()) if each.rule == "SZ-28.1q")
    step = next_step(party, key, Series(key.series_id), setting)
    assert step is not None
    opened = PERIOD.evolve(Series(key.series_id), step.fact, step.at)
    return PERIOD.folded(opened, PERIOD.following(opened, setting), step.at)


@dataclass
class FakeSubmissions:
    """One series of picc-sz."""

    series: Series = field(default_factory=a_series)
    now: datetime = field(default_factory=lambda: at("2026-04-03 09:00"))
    kept: dict[bytes, tuple[bytes, SubmissionOutcome]] = field(default_factory=dict)

    @property
    def clock_id(self) -> UUID:
        """Of the report on the first quarter."""
        return clock_id(self.series.series_id, "SZ-28.1q", 1, "2026-Q1")

    @property
    def tag(self) -> str:
        """Of that clock: it changes as it ends."""
        return "1.0" if self.series.clocks[self.clock_id].running else "1.0.1"

    async def submit(
        self, caller: Caller, clock_id: UUID, make: MakeSubmission, envelope: Envelope
    ) -> SubmissionOutcome:
        if envelope.key_hash in self.kept:
            body, first = self.kept[envelope.key_hash]
            if body != envelope.body_hash:
                raise KeyReused
            return replace(first, replayed=True)
        if caller.tenant != "picc-sz":
            raise NotFound("clock", str(clock_id))
        if clock_id not in self.series.clocks:
            raise RuleViolation(PERIODIC, "It waits for no report.")
        if envelope.if_match not in {None, self.tag}:
            raise VersionMismatch(envelope.if_match or 0, self.tag)
        setting, command = Setting(self.now, rulebooks(), calendar()), make(self.now)
        decided = submit_report(self.series, command, setting)
        after = PERIOD.folded(self.series, decided, command.occurred_at)
        self.series = PERIOD.folded(after, PERIOD.following(after, setting), command.occurred_at)
        outcome = SubmissionOutcome(self.series, clock_id, self.now, envelope.status, replayed=False, tag=self.tag)
        self.kept[envelope.key_hash] = (envelope.body_hash, outcome)
        return outcome
