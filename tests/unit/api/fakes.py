"""The application's handlers in memory: real decisions, no database."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tests.support.story import at, calendar, rulebooks

from claims.api.services import BackwardsError, ClockStep
from claims.application.calls import (
    Caller,
    ClockLevel,
    Envelope,
    KeyReused,
    NotFound,
    Outcome,
    PolicyOutcome,
    Standing,
    VersionMismatch,
)
from claims.application.merging import MakeMerge
from claims.application.pages import BadCursor, ClaimFilter, ClaimSummary, ClockFilter, ClockRow, Page
from claims.application.recorded import Basis, Recorded
from claims.application.rows import Scope
from claims.application.subject_store import Found
from claims.application.subjects import CLAIM
from claims.domain.claim import money
from claims.domain.claim.commands.report import Report
from claims.domain.claim.decide import Command, decide
from claims.domain.claim.evolve import fold
from claims.domain.claim.merging import merge
from claims.domain.claim.state import Claim
from claims.domain.claim.terms import Terms
from claims.domain.clock import Clock
from claims.domain.policy.endorse import Endorse, endorse
from claims.domain.policy.ledger import Ledger
from claims.domain.policy.ledger import fold as fold_ledger
from claims.domain.rulebook import region_covers

START = at("2026-03-02 10:00")


def ids() -> Callable[[], UUID]:
    """Return a source of ids that counts."""
    made = 0

    def new_id() -> UUID:
        nonlocal made
        made += 1
        return UUID(f"01990000-0000-7000-8000-{made:012d}")

    return new_id


@dataclass
class FakeApplication:
    """Commands and queries over dictionaries; `sent` holds what the interface handed over."""

    now_is: datetime = START
    claims_by_id: dict[UUID, Claim] = field(default_factory=dict)
    ledgers: dict[tuple[str, str], Ledger] = field(default_factory=dict)
    answers: dict[bytes, tuple[bytes, Outcome]] = field(default_factory=dict)
    levels: dict[UUID, ClockLevel] = field(default_factory=dict)
    log: list[Recorded] = field(default_factory=list)
    sent: list[Command] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    filters: list[ClaimFilter | ClockFilter] = field(default_factory=list)
    fails_with: Exception | None = None

    async def report(
        self,
        caller: Caller,
        claim_id: UUID,
        tenant: str,
        policy_number: str,
        make: Callable[[datetime], Report],
        envelope: Envelope,
    ) -> Outcome:
        claim = Claim(claim_id)
        ledger = self.ledgers.get((tenant, policy_number), Ledger())
        return self._decide(tenant, claim, ledger, make, envelope)

    async def execute(
        self, caller: Caller, claim_id: UUID, make: Callable[[datetime], Command], envelope: Envelope
    ) -> Outcome:
        claim = self._seen(caller.scope, claim_id)
        policy = claim.known_policy
        return self._decide(policy.insurer, claim, self.ledgers[policy.insurer, policy.number], make, envelope)

    async def merge(
        self, caller: Caller, claim_id: UUID, into_claim_id: UUID, make: MakeMerge, envelope: Envelope
    ) -> Outcome:
        duplicate, survivor = (self._seen(caller.scope, each) for each in (claim_id, into_claim_id))
        policy, command = duplicate.known_policy, make(self.now_is)
        ledger = self.ledgers[policy.insurer, policy.number]
        done = merge(duplicate, survivor, command, Terms(self.now_is, rulebooks(), calendar(), ledger))
        self.ledgers[policy.insurer, policy.number] = fold_ledger(done.policy, ledger)
        for claim, facts in ((duplicate, done.duplicate), (survivor, done.survivor)):
            self.claims_by_id[claim.claim_id] = fold(claim, ((fact, command.occurred_at) for fact in facts))
        after = self.claims_by_id[claim_id]
        standing = Standing(policy.insurer, after, self.ledgers[policy.insurer, policy.number], self.now_is)
        return Outcome(standing, envelope.status, envelope.detail, replayed=False)

    async def endorse(
        self, caller: Caller, tenant: str, number: str, make: Callable[[datetime], Endorse], envelope: Envelope
    ) -> PolicyOutcome:
        self.envelopes.append(envelope)
        known = self.ledgers.get((tenant, number))
        if known is None:
            raise NotFound("policy", number)
        if envelope.if_match not in {None, known.version}:
            raise VersionMismatch(envelope.if_match or 0, known.version)
        after = fold_ledger(endorse(known, make(self.now_is)), known)
        self.ledgers[tenant, number] = after
        return PolicyOutcome(tenant, after, envelope.status, replayed=False)

    def _decide(
        self, tenant: str, claim: Claim, ledger: Ledger, make: Callable[[datetime], Command], envelope: Envelope
    ) -> Outcome:
        self.envelopes.append(envelope)
        if self.fails_with is not None:
            raise self.fails_with
        known = self.answers.get(envelope.key_hash)
        if known is not None:
            if known[0] != envelope.body_hash:
                raise KeyReused
            return replace(known[1], replayed=True)
        if envelope.if_match is not None and envelope.if_match != claim.version:
            raise VersionMismatch(envelope.if_match, claim.version)
        command = make(self.now_is)
        self.sent.append(command)
        decided = decide(claim, command, Terms(self.now_is, rulebooks(), calendar(), ledger))
        after = fold(claim, ((fact, command.occurred_at) for fact in decided.claim))
        self.ledgers[tenant, after.known_policy.number] = fold_ledger(decided.policy, ledger)
        self.claims_by_id[after.claim_id] = after
        self._record(tenant, claim, decided.claim, command.occurred_at)
        standing = Standing(tenant, after, self.ledgers[tenant, after.known_policy.number], self.now_is)
        outcome = Outcome(standing, envelope.status, envelope.detail, replayed=False)
        self.answers[envelope.key_hash] = envelope.body_hash, outcome
        return outcome

    def _record(self, tenant: str, claim: Claim, facts: tuple[object, ...], when: datetime) -> None:
        for version, fact in enumerate(facts, start=claim.version + 1):
            basis = Basis(("shenzhen-2018@2",), 1)
            name = type(fact).__name__
            self.log.append(
                Recorded(
                    name,
                    fact,
                    basis,
                    tenant,
                    claim.claim_id,
                    version,
                    when,
                    self.now_is,
                    "insurer:x",
                    "c",
                    None,
                    b"\x01",
                )
            )

    def _seen(self, scope: Scope, claim_id: UUID) -> Claim:
        claim = self.claims_by_id.get(claim_id)
        if claim is None or not _visible(scope, claim):
            raise NotFound("claim", str(claim_id))
        return claim

    async def claim(self, scope: Scope, claim_id: UUID) -> Standing:
        if self.fails_with is not None:
            raise self.fails_with
        claim = self._seen(scope, claim_id)
        policy = claim.known_policy
        ledger = self.ledgers[policy.insurer, policy.number]
        return Standing(policy.insurer, claim, ledger, self.now_is, self.levels)

    async def found(self, scope: Scope, subject: UUID) -> Found | None:
        claim = self._seen(scope, subject)
        return Found(CLAIM, "picc-sz", subject, claim, self.now_is)

    async def claims(self, scope: Scope, wanted: ClaimFilter, cursor: str | None, limit: int, /) -> Page[ClaimSummary]:
        self.filters.append(wanted)
        if cursor is not None:
            raise BadCursor(cursor)
        seen = [claim for claim in self.claims_by_id.values() if _visible(scope, claim)]
        return Page(tuple(_summary(claim) for claim in seen[:limit]), None)

    async def subject_clocks(self, scope: Scope, subject: UUID) -> tuple[ClockRow, ...]:
        return await self.claim_clocks(scope, subject)

    async def claim_clocks(self, scope: Scope, claim_id: UUID) -> tuple[ClockRow, ...]:
        claim = self._seen(scope, claim_id)
        return tuple(row_of(claim, clock) for clock in claim.clocks.values())

    async def clocks(self, scope: Scope, wanted: ClockFilter, cursor: str | None, limit: int, /) -> Page[ClockRow]:
        self.filters.append(wanted)
        rows = [row_of(claim, clock) for claim in self.claims_by_id.values() for clock in claim.clocks.values()]
        return Page(tuple(rows[:limit]), None)

    async def clock(self, scope: Scope, clock_id: UUID) -> ClockRow:
        for claim in self.claims_by_id.values():
            if clock_id in claim.clocks and _visible(scope, claim):
                return row_of(claim, claim.clocks[clock_id])
        raise NotFound("clock", str(clock_id))

    async def timeline(self, scope: Scope, claim_id: UUID, cursor: str | None, limit: int) -> Page[Recorded]:
        self._seen(scope, claim_id)
        return Page(tuple(self.log[:limit]), None)

    async def feed(self, scope: Scope, after: str | None, limit: int) -> Page[Recorded]:
        if after not in {None, "end"}:
            raise BadCursor(after)
        return Page(() if after else tuple(self.log[:limit]), "end")

    async def now(self) -> datetime:
        await asyncio.sleep(0)  # as a database does: others get their turn
        return self.now_is


def _visible(scope: Scope, claim: Claim) -> bool:
    policy = claim.known_policy
    if scope.role in {"insurer", "operations"}:
        return scope.tenant == policy.insurer
    if scope.role == "broker":
        return scope.broker == policy.broker
    return scope.role == "admin" or region_covers(scope.region or "", claim.known_accident.region)


def _summary(claim: Claim) -> ClaimSummary:
    policy = claim.known_policy
    return ClaimSummary(
        claim_id=claim.claim_id,
        tenant=policy.insurer,
        number=claim.number,
        version=claim.version,
        status=str(money.status(claim)),
        insured_name=policy.insured_name,
        policy_number=policy.number,
        broker=policy.broker,
        region=claim.known_accident.region,
        grade=claim.grade,
        accident_at=claim.known_accident.occurred_at,
        reported_at=claim.reported_at or START,
        advanced=money.advanced(claim),
        paid=money.paid(claim),
        adjuster=claim.adjuster,
    )


def row_of(claim: Claim, clock: Clock, level: int = 0) -> ClockRow:
    """Return the row that the table of clocks would hold of a claim's clock."""
    shared = {name: getattr(clock, name) for name in Clock.__slots__ if name in ClockRow.__slots__}
    status = "open" if clock.ended_as is None else clock.ended_as
    return ClockRow(
        tenant=claim.known_policy.insurer,
        subject=claim.claim_id,
        region="440300",
        level=level,
        version=0,
        breached_at=clock.marks[3] if level >= 4 else None,
        withdrawn_at=None,
        status=status,
        **shared,
    )


@dataclass
class FakeSandbox:
    """A sandbox's clock that is there at once."""

    application: FakeApplication
    targets: list[datetime] = field(default_factory=list)
    steps: dict[bytes, ClockStep] = field(default_factory=dict)

    async def step(self, target: datetime, key: bytes, body_hash: bytes) -> ClockStep:
        known = self.steps.get(key)
        if known is None and target < self.application.now_is:
            raise BackwardsError
        if known is None:
            self.targets.append(target)
            known = self.steps[key] = ClockStep(body_hash, target, replayed=True)
            return replace(known, replayed=False)
        return known

    async def await_reached(self, target: datetime) -> None:
        self.application.now_is = max(self.application.now_is, target) + timedelta(milliseconds=1)


WALL = datetime(2026, 3, 2, 2, 0, tzinfo=UTC).timestamp()
